// What the air of one region, observed or forecast, calls for under a standard: windows, how
// surely, and whether measures are mandatory.
//
// Chooses the series that the reading wants (A(t), hourly or daily AQI; ozone left out unless the
// standard counts it) and evaluates it. A daily range is two readings, its low and its high end; an
// ensemble is one a member. They are counted against each other, never averaged. Days whose cause
// the standard excludes (dust, ozone, ...) give windows too, but advisory ones. Says what of the
// series was missing, and never fills it in.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/air/averages.hpp"
#include "rules/air/daily.hpp"
#include "rules/warning/trigger.hpp"

namespace qk::rules {

enum class Likelihood { kAll, kSome, kNone };
[[nodiscard]] std::string_view to_text(Likelihood likelihood);     // "all", "some", "none"
[[nodiscard]] std::string_view to_chinese(Likelihood likelihood);  // "一致达到"

// One window of one or several readings. Windows of different readings that overlap are one;
// `window` is the strictest of them (the first met of equals).
struct AgreedWindow {
    WarningWindow window;
    Span widest;                 // union of the readings' windows
    int of = 1;                  // readings
    std::array<int, 4> agree{};  // by Colour: readings that give at least this colour here
    // Cause: what is left when the days of excluded causes are taken for missing.
    bool mandatory = true;
    std::optional<Colour> mandatory_colour;  // empty: advice only
    std::vector<EpisodeCause> excluded;      // causes of days in the window that were left out

    [[nodiscard]] Likelihood likelihood_of(Colour colour) const;
};
// readings[i] are the windows of reading i, in order of time. Answers in order of time.
[[nodiscard]] std::vector<AgreedWindow> agree_on(
    std::span<const std::vector<WarningWindow>> readings);

// How much of a region's series had a trigger value.
struct TriggerCoverage {
    Span span;         // of the series
    int units = 0;     // hours or days in it
    int without = 0;   // of them without a value
    Span longest_gap;  // the longest stretch without; empty span where there is none
};

struct RegionWindows {
    std::string region;
    HoursAs hours_as = HoursAs::kNaturalDay;
    std::vector<AgreedWindow> windows;
    TriggerCoverage coverage;  // of several readings: of the best known one
};

struct RegionOptions {
    TriggerOptions trigger;        // zone, reading, time of issue
    std::optional<Hj633> edition;  // empty: by date
};

// The series a reading is evaluated on. Only one of the two is filled, by `hours_as`.
struct TriggerSeries {
    HoursAs hours_as = HoursAs::kRolling;
    HourlyAqiSeries hourly;
    DailyAqiSeries daily;
};
// natural-day takes A(t) of the last hour of each civil day: the same 24 values, the same validity.
[[nodiscard]] TriggerSeries trigger_series(const HourlySeries& series,
                                           const TriggerStandard& standard,
                                           const RegionOptions& options);
// A(t) of a series and the daily values taken from it, computed once for several standards.
struct RollingReadings {
    HourlyAqiSeries rolling;
    DailyAqiSeries daily;
};
[[nodiscard]] RollingReadings rolling_readings(const HourlySeries& series, const AirRules& air,
                                               Ozone ozone);
[[nodiscard]] std::vector<WarningWindow> evaluate(const TriggerSeries& series,
                                                  const TriggerStandard& standard,
                                                  const TriggerOptions& options);
[[nodiscard]] TriggerCoverage coverage_of(const TriggerSeries& series, Zone zone);

[[nodiscard]] RegionWindows windows_of(const HourlySeries& series, const TriggerStandard& standard,
                                       const RegionOptions& options);
// Members of an ensemble of one region; members is not empty.
[[nodiscard]] RegionWindows windows_of(std::span<const HourlySeries> members,
                                       const TriggerStandard& standard,
                                       const RegionOptions& options);
// Ranges. Always read as natural days.
[[nodiscard]] RegionWindows windows_of(const DailyForecastSeries& series,
                                       const TriggerStandard& standard,
                                       const RegionOptions& options);

// Whether the standard leaves such a day out of what is mandatory, and for which cause: the one
// that was stated, else ozone where ozone alone leads the day. Empty: the day counts.
[[nodiscard]] std::optional<EpisodeCause> excluded_cause(const DailyRange& day,
                                                         const TriggerStandard& standard);

}  // namespace qk::rules
