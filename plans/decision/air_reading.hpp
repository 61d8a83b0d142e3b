// Observed hours and a forecast of hours as one reading of the air: what was observed counts, the
// forecast speaks for the rest. A reading is made beside the air as it is known now, or as it was
// known when the forecast was issued; the second confirms what the first shows.
#pragma once

#include <optional>

#include "plans/decision/decision_inputs.hpp"
#include "rules/air/series.hpp"
#include "rules/warning/region_windows.hpp"

namespace qk::plans {

// Whole hours that were over by then.
[[nodiscard]] rules::HourlySeries over_by(const rules::HourlySeries& observed, rules::Instant then);

// Trigger value of PM2.5, the latest that was observed.
[[nodiscard]] std::optional<rules::ObservedAir> observed_air(const rules::HourlySeries& observed,
                                                             rules::Zone zone);

struct AirQuestion {
    const rules::TriggerStandard& standard;
    rules::RegionOptions options;
    rules::Instant now{};
};
// By PM2.5 alone, of the last hour that was observed; empty: there is none.
[[nodiscard]] std::optional<std::int16_t> last_hour_index(const rules::HourlySeries& observed,
                                                          const AirQuestion& question);
// Fills in the series, what of it binds, and the hours' own indices; the rest is the caller's.
[[nodiscard]] SeriesInput hourly_reading(const rules::HourlySeries& observed,
                                         const rules::HourlySeries& forecast,
                                         const AirQuestion& question);
// The same with what was known at the issue, question.now; of what binds alone.
[[nodiscard]] SeriesInput hourly_as_issued(const rules::HourlySeries& observed,
                                           const rules::HourlySeries& forecast,
                                           const AirQuestion& question);

}  // namespace qk::plans
