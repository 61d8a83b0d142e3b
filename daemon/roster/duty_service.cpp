#include "daemon/roster/duty_service.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/array.hpp>

#include "daemon/base/log.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/roster/duty_desk.hpp"
#include "daemon/roster/duty_pass.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

// In one look; what is older than the events goes with them.
constexpr std::size_t kForgottenAtOnce = 500;

}  // namespace

DutyService::DutyService(Context& context, GatewayClient& gateway)
    : context_(context),
      registry_(context),
      calls_(context, gateway, [this] { return view(); }),
      acted_(context.executor) {}

void DutyService::start(TaskGroup& tasks) {
    calls_.start(tasks);
    tasks.spawn("duty", run());
}

asio::awaitable<void> DutyService::reloaded() {
    co_await registry_.reloaded();
    acted_.wake();
}

asio::awaitable<std::optional<Instant>> DutyService::pass() {
    const DutyView now = view();
    auto look = [&now](Session& db) { return preview_pass(db, now); };
    const PassPreview preview = co_await context_.store.read_slowly(std::move(look));
    PassOutcome outcome = preview.outcome;
    if (preview.has_work) {
        const Instant forget_before =
            now.now - std::chrono::days{context_.config->retention.events_days};
        auto work = [&now, forget_before](Session& db) {
            PassOutcome done = run_pass(db, now);
            forget_matters(db, forget_before, kForgottenAtOnce);
            forget_calls(db, forget_before, kForgottenAtOnce);
            return done;
        };
        outcome = co_await context_.store.transact(std::move(work));
    }
    for (const std::string& gap : outcome.new_gaps) {
        context_.log.write(kRosterGapAhead, {{"gap", gap}});
    }
    if (outcome.beyond > 0 && beyond_ == 0) {
        context_.log.write(kMattersBeyond, {{"count", static_cast<std::int64_t>(outcome.beyond)}});
    }
    beyond_ = outcome.beyond;
    if (outcome.steps > 0) {
        calls_.wake();
        context_.events.wake();
    }
    co_return outcome.look_at;
}

asio::awaitable<void> DutyService::run() {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        const std::uint64_t seen_acts = acted_.wakes();
        const std::optional<Instant> look_at = co_await pass();
        const Instant now = context_.clock.now();
        Instant next = std::min(look_at.value_or(now + kPassEvery), now + kPassEvery);
        next = std::max(next, now + std::chrono::seconds{1});
        co_await (context_.events.next(seen) || acted_.next(seen_acts) ||
                  context_.clock.sleep_until(next));
        // People who act are answered at once; what machines do waits a moment.
        if (acted_.wakes() != seen_acts || context_.clock.now() >= now + kPassPause) continue;
        const Instant calm = std::min(now + kPassPause, std::max(next, context_.clock.now()));
        co_await (acted_.next(seen_acts) || context_.clock.sleep_until(calm));
    }
}

std::function<json::object(Session&)> DutyService::situation() const {
    return [now = view()](Session& db) {
        json::object open;
        for (const KindCount& one : count_open_by_kind(db)) open[one.kind] = one.count;
        return json::object{{"has_roster", !now.roster->is_empty()},
                            {"on_duty", on_duty_view(now, now.now)},
                            {"gaps", gaps_view(now)},
                            {"open", std::move(open)}};
    };
}

}  // namespace qk::daemon
