#include "daemon/compliance/verify_service.hpp"

#include <algorithm>
#include <utility>

#include "daemon/base/latency.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/messages.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/progress.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/compliance/case_opening.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/packs/judging.hpp"

namespace qk::daemon {

using rules::Instant;

VerifyService::VerifyService(Context& context)
    : context_(context),
      queue_(
          context.executor, [this](std::string warning) { return judge(std::move(warning)); },
          context.progress) {}

// Called by the queue, one at a time, so the memory is only in one hand.
boost::asio::awaitable<PassCounts> VerifyService::judge(std::string warning) {
    const Stopwatch stopwatch(context_.metrics.latencies(), Latency::kJudgePass);
    JudgeSetting setting{.zone = context_.pack->zone};
    setting.now = agreed_now(context_);
    setting.inventory = context_.inventories.current();
    setting.parameters = plans::judging_parameters(*context_.pack);
    setting.season = context_.inventories.season();
    JudgePass pass(std::move(setting), std::move(warning), std::exchange(memory_, JudgeMemory{}));
    auto prepare = [&pass](Session& db) { pass.prepare(db); };
    co_await context_.store.read_slowly(std::move(prepare));
    context_.progress->note_moved(Part::kJudge);
    while (!pass.is_done()) {
        auto work = [&pass](Session& db) { pass.judge_some(db); };
        co_await context_.store.transact(std::move(work));
        context_.progress->note_moved(Part::kJudge);
    }
    stopwatch.stop();
    memory_ = pass.give_memory();
    next_end_ = pass.next_end();
    context_.metrics.add(Counter::kVerdicts, pass.counts().changed);
    context_.metrics.add(Counter::kCases, pass.counts().cases);
    if (pass.counts().changed > 0) context_.events.wake();
    if (pass.counts().not_known > 0) {
        context_.metrics.add(Counter::kReminders, pass.counts().not_known);
        context_.log.write(kOrderNotKnown,
                           {{"count", static_cast<std::int64_t>(pass.counts().not_known)}});
    }
    co_return pass.counts();
}

boost::asio::awaitable<PassCounts> VerifyService::tick() {
    std::string none;
    const PassCounts counts = co_await queue_.ask(std::move(none));
    co_await close_data_cases();
    co_return counts;
}

boost::asio::awaitable<void> VerifyService::close_data_cases() {
    const rules::Zone zone = context_.pack->zone;
    const Instant now = agreed_now(context_);
    auto work = [this, zone, now](Session& db) {
        return close_returned_data(db, data_cases_seen_, now, zone);
    };
    const DataCasesLooked looked = co_await context_.store.transact(std::move(work));
    data_cases_seen_ = looked.last;
    if (looked.closed > 0) context_.events.wake();
}

boost::asio::awaitable<PassCounts> VerifyService::rejudge(std::string warning) {
    co_return co_await queue_.ask(std::move(warning));
}

// The next multiple of the period, or the moment at which a window becomes final, if that is
// sooner.
Instant VerifyService::next_tick(Instant now) const {
    const std::chrono::seconds period = context_.config->verify_period;
    const Instant by_period = now + (period - now.time_since_epoch() % period);
    return next_end_ > now ? std::min(by_period, next_end_) : by_period;
}

void VerifyService::start(TaskGroup& tasks) { tasks.spawn("verify", run()); }

boost::asio::awaitable<void> VerifyService::run() {
    for (;;) {
        const Instant when = next_tick(context_.clock.now());
        co_await context_.clock.sleep_until(when);
        co_await tick();
    }
}

}  // namespace qk::daemon
