#include "daemon/warnings/warning_service.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/clock_watch.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/requests.hpp"
#include "daemon/warnings/task_effects.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using rules::Instant;

// A decision whose ground changes under it so often is given back to the person.
constexpr int kPlanTriesMax = 4;

struct Assessed {
    std::optional<Instant> next;
    bool changed = false;
};

Assessed assess_in(Session& db, const DeskView& view) {
    Assessed assessed;
    assessed.changed = run_due_events(db, view);
    const AssessOutcome outcome = assess_and_propose(db, view);
    assessed.changed = assessed.changed || outcome.novelty != rules::Novelty::kKeep;
    if (lift_tasks_of_past_prompts(db, view)) assessed.changed = true;
    assessed.next = next_due(db);
    return assessed;
}

}  // namespace

WarningService::WarningService(Context& context) : context_(context), decided_(context.executor) {}

asio::awaitable<ApiResponse> WarningService::write(Call call, Work work, Concerns concerns) {
    DeskView desk = desk_view(context_);
    if (concerns == Concerns::kRegion) {
        if (auto refused = refuse_part(call, desk.pack->region_code)) co_return *refused;
    }
    const DeskPerson person = desk_person(*call.caller, call.request.remote, *desk.pack);
    desk.derives_inside = false;
    for (int tries = 0; tries < kPlanTriesMax; ++tries) {
        auto transaction = [&desk, &person, &work](Session& db) {
            run_due_events(db, desk);
            return work(db, desk, person);
        };
        std::optional<ApiResponse> answer;
        std::optional<plans::PlanQuestion> question;
        try {
            answer = co_await answer_once(context_.store, call, std::move(transaction));
        } catch (const plans::PlanNeeded& needed) {
            question = needed.question();
        }
        if (answer) {
            if (answer->status < 300) context_.metrics.add(Counter::kWarningsChanged);
            context_.events.wake();
            decided_.wake();
            co_return std::move(*answer);
        }
        co_await draft(desk, std::move(*question), call.reader());
    }
    co_return answer_problem(409, "清单、规则包或预警在办理期间一再变化，请重新查看后再办",
                             "what the plan rests on changed again and again meanwhile");
}

asio::awaitable<void> WarningService::draft(DeskView& desk, plans::PlanQuestion question,
                                            std::string reader) {
    // Asked again of what is in use now; the time stays that of the call.
    const DeskView present = desk_view(context_);
    const bool has_season = question.season != nullptr;
    question.inventory = present.inventory;
    question.pack = present.pack;
    question.catalogue = present.catalogue;
    if (has_season) question.season = present.season;
    auto derive = [&question](Session&) { return plans::make_draft(question); };
    plans::PlanDraft draft =
        co_await context_.store.read_slowly(std::move(derive), std::move(reader));
    desk.inventory = present.inventory;
    desk.pack = present.pack;
    desk.catalogue = present.catalogue;
    desk.season = present.season;
    desk.draft = std::make_shared<plans::PlanDraft>(std::move(draft));
}

asio::awaitable<ApiResponse> WarningService::read(std::string reader, ReadPace pace, Work work) {
    const DeskView desk = desk_view(context_);
    auto reading = [&desk, &work](Session& db) { return work(db, desk, system_person()); };
    co_return co_await context_.store.read(std::move(reading), std::move(reader), pace);
}

asio::awaitable<std::optional<Instant>> WarningService::assess() {
    const DeskView desk = desk_view(context_);
    auto transaction = [desk](Session& db) { return assess_in(db, desk); };
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
        // Each hour by the clock as it stands, also after it was set back.
        if (is_over(assess_at, context_.clock.now(), std::chrono::hours(1))) {
            due = co_await assess();
            assess_at = rules::floor_hour(context_.clock.now()) + std::chrono::hours(1);
        } else {
            auto ask = [](Session& db) { return next_due(db); };
            due = co_await context_.store.read(std::move(ask));
        }
        if (due && *due < assess_at) assess_at = std::max(*due, context_.clock.now());
        co_await (decided_.next(seen) || context_.clock.sleep_until(assess_at));
    }
}

void WarningService::add_routes(Router& router) {
    add_reading_routes(router);
    add_deciding_routes(router);
    add_floor_and_prompt_routes(router);
    add_cause_routes(router);
    add_account_routes(router);
}

}  // namespace qk::daemon
