#include <fmt/format.h>

#include <algorithm>

#include "daemon/base/hj212_messages.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/readings/intake.hpp"

namespace qk::daemon {
namespace {

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

}  // namespace qk::daemon
