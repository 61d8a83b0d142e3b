// Which stretches of a forecast call for which warning colour, by which clause, on which values.
//
// The series is one region's AQI in the reading `hours_as` (contract §2a):
//   natural-day  daily AQI;              a leg (X, N h) is N/24 consecutive days above X
//   rolling      A(t), the AQI of the 24 hours that end with hour t (t names the START of its
//   hour);
//                a leg holds at t when A > X at t, t-24 h, ..., t-(N-24) h and then covers the N
//                hours that end with t; covered stretches that overlap or touch are one run
//   hourly-run   hourly AQI;             a leg is N consecutive hours above X
// A clause holds when inside one run of its first leg every other leg holds somewhere (the N hours
// that one holding covers lie within that run). Units above the lowest limit of any clause that
// follow on, overlap or touch are an episode; its colour is the highest whose clause holds in it.
//
//   A(t) > 150        ....|###########|.......|####|........|########|
//   holds a clause        |  orange   |       | no |        | yellow |
//   windows               |<------------ one: orange, merged 2 ---->|   when the gap is <= 36 h
//
// In rolling a window reaches from the first to the last polluted hour of its covered stretch:
// hours whose own concentrations, by the 24-hour table, are above the lowest limit. The trailing
// hours of a mean neither begin it early nor end it late.
//
// An episode in which no clause holds is no warning: it neither extends nor bridges windows that
// are. Missing values are never guessed: a missing day or hour ends a run. Linear in the series'
// length. Times are region-local only in natural-day (the zone says where a day starts).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/air/series.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/standard.hpp"

namespace qk::rules {

// One leg as it was met: the N hours it covers and the values that were above its limit, oldest
// first (one a day, one every 24 h, or one an hour, by `hours_as`).
struct LegEvidence {
    Leg leg;
    Span span;
    std::vector<std::int16_t> values;
};

// A clause that holds in a window. `met_at` is the start of the first hour t such that the values
// up to and including hour t already meet the clause (natural-day: 23:00 of the deciding day).
struct ClauseMet {
    std::size_t clause = 0;  // index into TriggerStandard::clauses
    Instant met_at;
};

struct WarningWindow {
    Colour colour = Colour::kYellow;
    Span span;               // from inclusive, to exclusive
    Instant met_at;          // of the deciding clause
    std::size_t clause = 0;  // the clause that decided: of the highest colour, the one met first
    std::vector<LegEvidence> legs;   // as they stood when it was met
    std::vector<ClauseMet> reached;  // every clause that holds in the window, by met_at
    int merged = 1;                  // episodes joined in it
    bool open = false;               // the series ends before clear air could end the window
    int highest_aqi = 0;             // of the values of the series inside the episodes
};

struct TriggerOptions {
    std::optional<HoursAs> hours_as;  // overrides the standard's
    Zone zone;
    // A forecast issued then: what lies before is observation. The whole series still decides (a
    // rolling value needs the past 24 h, a running episode its beginning), nothing is clipped, but
    // windows that were over by then are not answered.
    std::optional<Instant> issued_at;
};

// hours_as of the option, else of the standard, else `otherwise`.
[[nodiscard]] HoursAs reading_of(const TriggerStandard& standard, const TriggerOptions& options,
                                 HoursAs otherwise);

// Index of an hour of the series by its own concentrations (own_index(), rules/air). Asked at the
// ends of episodes alone.
using OwnIndex = std::function<std::int16_t(std::size_t)>;

// Windows in order of time; they do not overlap. `daily` is read as natural-day. `hourly` is A(t)
// when hours_as is kRolling and hourly AQI when it is kHourlyRun; the caller computes the fitting
// series (rules/air). `own` is for kRolling; without it a window reaches over all that its values
// cover. The standard has been check()ed; a leg that cannot be counted this way never holds.
[[nodiscard]] std::vector<WarningWindow> evaluate(const DailyAqiSeries& daily,
                                                  const TriggerStandard& standard,
                                                  const TriggerOptions& options);
[[nodiscard]] std::vector<WarningWindow> evaluate(const HourlyAqiSeries& hourly, HoursAs hours_as,
                                                  const TriggerStandard& standard,
                                                  const TriggerOptions& options,
                                                  const OwnIndex& own = {});

// Lowest limit of any clause; empty for a standard without clauses.
[[nodiscard]] std::optional<int> lowest_limit(const TriggerStandard& standard);

}  // namespace qk::rules
