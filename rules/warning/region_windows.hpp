// What the air of one region, observed or forecast, calls for under a standard: windows, how
// surely, and whether measures are mandatory.
//
// Chooses the series that the reading wants (A(t), hourly or daily AQI; ozone left out unless the
// standard counts it) and evaluates it. A daily range is two readings, its low and its high end; an
// ensemble is one a member. They are counted against each other, never averaged. Only PM2.5 binds:
// what the same rules give for it alone is the mandatory colour of a window; the rest is advice,
// and the pollutants or causes behind it are named. Says what of the series was missing, and never
// fills it in.
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
    // What PM2.5 alone calls for; daily: what is left when days that do not count are missing.
    bool mandatory = true;
    std::optional<Colour> mandatory_colour;  // empty: advice only
    std::vector<EpisodeCause> excluded;      // of what is in the window and does not bind

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
    // Of the hours it was made of, for kRolling, and by days of what binds; looks into them.
    OwnIndex own{};
};
// natural-day takes A(t) of the last hour of each civil day: the same 24 values, the same validity.
[[nodiscard]] TriggerSeries trigger_series(const HourlySeries& series,
                                           const TriggerStandard& standard,
                                           const RegionOptions& options);
TriggerSeries trigger_series(HourlySeries&&, const TriggerStandard&, const RegionOptions&) = delete;
// The same of PM2.5 alone: what binds.
[[nodiscard]] TriggerSeries binding_series(const HourlySeries& series,
                                           const TriggerStandard& standard,
                                           const RegionOptions& options);
TriggerSeries binding_series(HourlySeries&&, const TriggerStandard&, const RegionOptions&) = delete;
// The causes, by pollutant, that lead in hours in which something else is worse than PM2.5, at the
// worst of those hours inside the span; empty: PM2.5 leads throughout.
[[nodiscard]] std::vector<EpisodeCause> leading_beside_pm25(const HourlySeries& series, Span span,
                                                            const TriggerStandard& standard,
                                                            const RegionOptions& options);
// A(t) of a series and the daily values taken from it, computed once for several standards.
struct RollingReadings {
    HourlyAqiSeries rolling;
    DailyAqiSeries daily;
};
[[nodiscard]] RollingReadings rolling_readings(const HourlySeries& series, const AirRules& air,
                                               Ozone ozone);
// Of PM2.5 alone.
[[nodiscard]] RollingReadings binding_readings(const HourlySeries& series, const AirRules& air);
// Says of the windows what of them binds; readings[i] are the windows of PM2.5 alone in reading i.
void mark_mandatory(std::vector<AgreedWindow>& windows,
                    std::span<const std::vector<WarningWindow>> readings);
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

// Whether such a day is left out of what is mandatory, and for which cause: the one that was stated
// where it is advised on (or the standard excludes it), else that of the leading pollutant where
// PM2.5 does not lead. Empty: the day counts.
[[nodiscard]] std::optional<EpisodeCause> excluded_cause(const DailyRange& day,
                                                         const TriggerStandard& standard);

}  // namespace qk::rules
