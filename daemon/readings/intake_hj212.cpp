#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/base/hj212_messages.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/on_thread.hpp"
#include "daemon/readings/intake.hpp"
#include "daemon/service/config.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::hours kTidyEvery{1};
constexpr std::size_t kDaysLoggedMax = 5;  // of one batch; all are counted

}  // namespace

void Intake::note(const Hj212Taken& taken) {
    Metrics& metrics = context_.metrics;
    metrics.add(Counter::kHj212Values, taken.stack_values);
    metrics.add(Counter::kHj212HoursMade, taken.hours_made);
    metrics.add(Counter::kHj212DaysDiffer, taken.days.size());
    metrics.add(Counter::kSeriesValues, taken.series_values);
    metrics.add(Counter::kSeriesUnknown, taken.series_unknown);
    const std::size_t shown = std::min(kDaysLoggedMax, taken.days.size());
    for (std::size_t i = 0; i < shown; ++i) {
        const DayDifference& day = taken.days[i];
        context_.log.write(kHj212DayDiffers,
                           {{"outlet", day.outlet},
                            {"factor", day.factor},
                            {"day", rules::to_iso(rules::day_of(day.day, rules::kBeijingTime))},
                            {"sent", fmt::format("{:.2f}", day.sent)},
                            {"hours", fmt::format("{:.2f}", day.of_hours)}});
    }
}

// Beside the journal, unless the configuration names another place.
void Intake::open_raw(const std::string& journal_folder) {
    const Hj212Config& config = context_.config->hj212;
    if (!config.enabled || config.raw_days == 0) return;
    RawLimits limits;
    limits.days = config.raw_days;
    limits.day_bytes_max = static_cast<std::uint64_t>(config.raw_day_mib) << 20;
    limits.bytes_max = static_cast<std::uint64_t>(config.raw_mib) << 20;
    const std::string folder =
        config.raw_folder.empty() ? journal_folder + "/raw" : config.raw_folder;
    raw_ = std::make_unique<RawArchive>(parts_.disk, folder, limits);
    raw_thread_.emplace(1);
}

void Intake::note_raw() {
    if (!raw_) return;
    const RawArchive::Counts counts = raw_->take_counts();
    Metrics& metrics = context_.metrics;
    metrics.add(Counter::kRawFramesKept, counts.kept);
    metrics.add(Counter::kRawFramesLost, counts.over_limit + counts.failed);
    if (counts.over_limit > 0) {
        context_.log.write(kRawNotKept, {{"count", static_cast<std::int64_t>(counts.over_limit)},
                                         {"why", "当日原始报文已满 (hj212.raw_day_mib)"}});
    }
    if (counts.failed > 0) {
        context_.log.write(kRawNotKept, {{"count", static_cast<std::int64_t>(counts.failed)},
                                         {"why", counts.why}});
    }
}

boost::asio::awaitable<void> Intake::tidy_raw() {
    const rules::Instant now = context_.clock.now();
    if (!raw_ || std::chrono::abs(now - raw_tidied_) < kTidyEvery) co_return;
    raw_tidied_ = now;
    RawArchive::Tidied tidied;
    std::function<void()> job = [&tidied, this, now] { tidied = raw_->tidy(now); };
    co_await run_on(*raw_thread_, std::move(job));
    for (const std::string& name : tidied.closed) {
        context_.log.write(kRawDayClosed, {{"file", name}});
    }
    for (const std::string& name : tidied.gone) context_.log.write(kRawDayGone, {{"file", name}});
    if (!tidied.why.empty()) context_.log.write(kRawUntidy, {{"why", tidied.why}});
}

}  // namespace qk::daemon
