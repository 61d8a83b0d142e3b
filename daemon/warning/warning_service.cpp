#include "daemon/warning/warning_service.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "daemon/config.hpp"
#include "daemon/http/rights.hpp"
#include "daemon/intake/inventory_book.hpp"
#include "daemon/metrics.hpp"
#include "daemon/publish/public_address.hpp"
#include "daemon/store/repeats.hpp"
#include "daemon/store/store.hpp"
#include "daemon/task_group.hpp"
#include "daemon/warning/requests.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using rules::Instant;

struct Assessed {
    std::optional<Instant> next;
    bool changed = false;
};

Assessed assess_in(SQLite::Database& db, const DeskView& view) {
    Assessed assessed;
    assessed.changed = take_due(db, view);
    const AssessOutcome outcome = assess_and_propose(db, view);
    assessed.changed = assessed.changed || outcome.novelty != rules::Novelty::kKeep;
    assessed.next = next_due(db);
    return assessed;
}

}  // namespace

WarningService::WarningService(Context& context) : context_(context), decided_(context.executor) {}

DeskView WarningService::view() const {
    return DeskView{context_.clock.now(),
                    context_.pack,
                    context_.inventories.current(),
                    context_.signing_key,
                    public_address(*context_.config),
                    context_.config->hooks,
                    context_.inventories.season()};
}

asio::awaitable<ApiResponse> WarningService::write(Call call, Work work, Concerns concerns) {
    const DeskView desk = view();
    if (concerns == Concerns::kRegion) {
        if (auto refused = refuse_part(call, desk.pack->region_code)) co_return *refused;
    }
    const DeskPerson person = desk_person(*call.caller, call.request.remote, *desk.pack);
    const Repeat repeat = repeat_of(call);
    auto transaction = [desk, person, repeat, &work](SQLite::Database& db) {
        if (auto earlier = answer_of_repeat(db, repeat)) return *earlier;
        take_due(db, desk);
        ApiResponse answer = work(db, desk, person);
        keep_answer(db, repeat, answer, desk.now);
        return answer;
    };
    ApiResponse answer = co_await context_.store.transact(std::move(transaction));
    if (answer.status < 300) context_.metrics.add(Counter::kWarningsChanged);
    context_.events.wake();
    decided_.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> WarningService::read(Work work) {
    const DeskView desk = view();
    auto transaction = [desk, &work](SQLite::Database& db) {
        return work(db, desk, system_person());
    };
    co_return co_await context_.store.transact(std::move(transaction));
}

asio::awaitable<std::optional<Instant>> WarningService::assess() {
    const DeskView desk = view();
    auto transaction = [desk](SQLite::Database& db) { return assess_in(db, desk); };
    const Assessed assessed = co_await context_.store.transact(std::move(transaction));
    if (assessed.changed) {
        context_.metrics.add(Counter::kWarningsChanged);
        context_.events.wake();
    }
    co_return assessed.next;
}

asio::awaitable<void> WarningService::on_new_data() {
    (void)co_await assess();
    decided_.wake();
}

void WarningService::start(TaskGroup& tasks) { tasks.spawn("warning", run()); }

asio::awaitable<void> WarningService::run() {
    using asio::experimental::awaitable_operators::operator||;
    Instant assess_at = context_.clock.now();
    for (;;) {
        const std::uint64_t seen = decided_.wakes();
        std::optional<Instant> due;
        if (context_.clock.now() >= assess_at) {
            due = co_await assess();
            assess_at = rules::floor_hour(context_.clock.now()) + std::chrono::hours(1);
        } else {
            auto ask = [](SQLite::Database& db) { return next_due(db); };
            due = co_await context_.store.transact(std::move(ask));
        }
        if (due && *due < assess_at) assess_at = std::max(*due, context_.clock.now());
        co_await (decided_.next(seen) || context_.clock.sleep_until(assess_at));
    }
}

void WarningService::add_routes(Router& router) {
    add_reading_routes(router);
    add_deciding_routes(router);
    add_floor_and_prompt_routes(router);
}

}  // namespace qk::daemon
