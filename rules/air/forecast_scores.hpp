// Whether a forecast of daily AQI is worth its price: the continuous ranked probability score of an
// ensemble, in parts that say why, beside persistence, which costs nothing; and how often a source
// changed its mind.
//
// All members of a source (and both ends of a range) are one ensemble; a single forecast is an
// ensemble of one, whose score is its absolute error. AQI is a whole number, so the score is the
// sum over every AQI limit of the Brier score of "no more than this", and its parts are the sums of
// the parts of those (Murphy 1973): score = reliability - resolution + uncertainty. Smaller is
// better but for resolution. Nothing is filled in; a score of nothing is empty.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rules/air/daily.hpp"
#include "rules/air/series.hpp"
#include "rules/base/time.hpp"

namespace qk::rules {

// What was foretold for one day, and what came. At least one member.
struct EnsembleCase {
    std::vector<std::int16_t> members;
    std::int16_t observed = 0;
};

// mean |member - observed| - 1/2 mean |member - member|, in AQI.
[[nodiscard]] double crps(const EnsembleCase& of);

struct CrpsParts {
    int cases = 0;
    double score = 0;  // mean of crps()
    double reliability = 0;
    double resolution = 0;
    double uncertainty = 0;
};
[[nodiscard]] CrpsParts crps_of(const std::vector<EnsembleCase>& cases);

// One issue of a source: its members, each a row of days.
struct EnsembleIssue {
    Instant issued_at{};
    CivilDay issued{};  // civil day of it
    std::vector<DailyForecastSeries> members;
};

struct LeadScore {
    int lead_days = 0;
    double members_mean = 0;
    CrpsParts forecast;
    CrpsParts persistence;  // of the same days: the last whole day before the issue goes on

    // 1 - score / score of persistence: 0 is no better than persistence, 1 perfect. Empty where
    // persistence was never wrong or there is no day.
    [[nodiscard]] std::optional<double> skill() const;
};
// One entry per lead day from 0 on, up to the longest that a forecast has. Only days that were
// observed count, of issues with an observed day before them.
[[nodiscard]] std::vector<LeadScore> scores_of(const std::vector<EnsembleIssue>& issues,
                                               const DailyAqiSeries& observed);

// (sum of |change| - (highest - lowest)) / (changes - 1) of successive forecasts of the same day:
// 0 when they went one way (Griffiths et al. 2019). Empty with less than two changes.
[[nodiscard]] std::optional<double> flip_flop_index(const std::vector<double>& forecasts);

struct FlipFlop {
    int days = 0;     // that were foretold three times or more
    double mean = 0;  // of their indices, in AQI
    double highest = 0;
    CivilDay highest_on{};
};
// By the mean of the members, issue after issue. Days of the issue and before are left out.
[[nodiscard]] FlipFlop flip_flop_of(std::vector<EnsembleIssue> issues);

}  // namespace qk::rules
