// What a trigger standard would have done over past seasons: episodes, days under warning, heavy
// days it missed, and how far ahead of the heavy air it began.
//
// Works on civil days and on windows that were evaluated before. A day is heavy when its AQI (ozone
// left out unless the standard counts it) is above 200. A day is under warning when a window covers
// any part of it, and has the highest colour that does. Lead is counted from the start of a window
// to the start of the first heavy day in it: what the enterprises had before the air was heavy,
// with a perfect forecast. Winters run from October to March and are named by both years. Days
// without a value are counted as such and are neither missed nor under warning in vain.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "rules/air/series.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/region_windows.hpp"

namespace qk::rules {

inline constexpr int kHeavyAqiAbove = 200;

// By day, dense; empty where no window covers the day.
struct DayColours {
    CivilDay first{};
    std::vector<std::optional<Colour>> days;
};
[[nodiscard]] DayColours colours_by_day(const std::vector<AgreedWindow>& windows, CivilDay first,
                                        std::size_t days, Zone zone);

struct DifferingDay {
    CivilDay day{};
    int aqi = kNoAqi;
    std::optional<Colour> a;
    std::optional<Colour> b;
};
// Days that two standards judge differently; both colour rows cover `daily`.
[[nodiscard]] std::vector<DifferingDay> differing_days(const DailyAqiSeries& daily,
                                                       const DayColours& a, const DayColours& b);

// "2013-2014" for October 2013 to March 2014; empty in the summer half-year.
[[nodiscard]] std::string winter_of(CivilDay day);

struct SeasonCount {
    std::string winter;  // empty: everything, summer half-years too
    int days = 0;        // days of the series in it
    int days_without_value = 0;
    std::array<int, 4> episodes{};     // windows that begin in it, by colour
    std::array<int, 4> warned_days{};  // by the day's colour
    int heavy_days = 0;
    int heavy_days_missed = 0;  // heavy and not under warning
    int warned_days_not_heavy = 0;
    int leads = 0;                // windows with a heavy day
    std::int64_t lead_hours = 0;  // sum over these
};
// First the whole series, then winter by winter.
[[nodiscard]] std::vector<SeasonCount> count_seasons(const DailyAqiSeries& daily,
                                                     const std::vector<AgreedWindow>& windows,
                                                     Zone zone);
// Of several regions together: counts of the same winter are added up.
void add_seasons(std::vector<SeasonCount>& into, const std::vector<SeasonCount>& more);

// ---- Archived forecasts: how far ahead an episode was really warned of. ----

// The windows of one region that a forecast, stitched to what was observed before it, called for.
struct ForecastWindows {
    Instant issued_at;
    std::vector<AgreedWindow> windows;
};

struct EpisodeLead {
    Span span;  // of the episode as it was observed
    Colour colour = Colour::kYellow;
    // Issue of the first forecast that called for a window overlapping the episode, in any colour
    // and in at least its colour; only forecasts issued before the episode ended.
    std::optional<Instant> first_warned;
    std::optional<Instant> first_in_colour;
};

inline constexpr std::chrono::hours kForecastReachMax{15 * 24};

// `archive` in order of issue.
[[nodiscard]] std::vector<EpisodeLead> leads_of(const std::vector<AgreedWindow>& observed,
                                                const std::vector<ForecastWindows>& archive);
// Forecast windows that overlap no observed one, each forecast counted by itself.
[[nodiscard]] int count_false_windows(const std::vector<AgreedWindow>& observed,
                                      const std::vector<ForecastWindows>& archive);

}  // namespace qk::rules
