#include "daemon/retention/retention_service.hpp"

#include <memory>

#include "daemon/base/log.hpp"
#include "daemon/base/messages.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/retention/sweeps.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/store.hpp"
#include "plans/packs/judging.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using rules::Instant;

constexpr const char* kRunKey = "retention_ran";
constexpr std::chrono::hours kHourOfDay{3};
// After a start that missed a night, so that the start itself is over.
constexpr std::chrono::minutes kAfterStart{10};

// The first such hour after `t`.
Instant next_night(Instant t, rules::Zone zone) {
    const Instant tonight = rules::start_of(rules::day_of(t, zone), zone) + kHourOfDay;
    return tonight > t ? tonight : tonight + std::chrono::hours{24};
}

}  // namespace

asio::awaitable<std::map<std::string, std::size_t>> RetentionService::clean() {
    const auto inventory = context_.inventories.current();
    const auto parameters = plans::judging_parameters(*context_.pack);
    const auto look_back = rules::minutes_of(parameters.baseline_lookback_days * 24 * 60);
    const SweepSetting setting{context_.clock.now(), context_.config->retention, look_back,
                               *inventory};
    std::map<std::string, std::size_t> gone;
    std::size_t all = 0;
    std::string said;
    for (Sweep& sweep : sweeps_of(setting)) {
        SweepPiece piece;
        while (!piece.is_done) {
            auto work = [&sweep](Session& db) { return sweep.piece(db); };
            piece = co_await context_.store.transact(std::move(work));
            gone[sweep.kind] += piece.rows;
            all += piece.rows;
        }
    }
    for (const auto& [kind, rows] : gone) {
        if (rows > 0) said += (said.empty() ? "" : ", ") + kind + " " + std::to_string(rows);
    }
    const std::string ran = rules::to_iso(setting.now, rules::kBeijingTime);
    auto note = [&ran](Session& db) { set_meta(db, kRunKey, ran); };
    co_await context_.store.transact(std::move(note));
    context_.metrics.add(Counter::kRowsLetGo, all);
    if (said.empty()) said = "0";
    context_.log.write(kRetentionDone,
                       {{"count", static_cast<std::int64_t>(all)}, {"kinds", said}});
    co_return gone;
}

asio::awaitable<Instant> RetentionService::next_run() {
    auto work = [](Session& db) { return get_meta(db, kRunKey); };
    const auto kept = co_await context_.store.transact(std::move(work));
    const Instant now = context_.clock.now();
    const rules::Zone zone = context_.pack->zone;
    const auto last = kept ? rules::parse_instant(*kept, rules::kBeijingTime) : std::nullopt;
    if (last && *last <= now && next_night(*last, zone) <= now) co_return now + kAfterStart;
    co_return next_night(now, zone);
}

void RetentionService::start(TaskGroup& tasks) { tasks.spawn("retention", run()); }

asio::awaitable<void> RetentionService::run() {
    Instant when = co_await next_run();
    for (;;) {
        co_await context_.clock.sleep_until(when);
        co_await clean();
        when = next_night(context_.clock.now(), context_.pack->zone);
    }
}

}  // namespace qk::daemon
