// How good past forecasts of daily AQI were, by lead day: bias, mean error, and for each threshold
// how often crossing it was foretold. What a consultation asks first.
//
// Lead day 0 is the day of issue. A range is scored by the end the caller names; it is never
// averaged. Only days with both a forecast and an observation count, and how many that were is
// always told. A share of nothing is empty, not zero.
#pragma once

#include <optional>
#include <vector>

#include "rules/air/averages.hpp"
#include "rules/air/daily.hpp"

namespace qk::rules {

struct IssuedDaily {
    CivilDay issued{};
    DailyForecastSeries forecast;
};

enum class RangeEnd { kLow, kHigh };

struct SkillAbove {
    int aqi_above = 0;
    int hits = 0;               // foretold and came
    int misses = 0;             // came, not foretold
    int false_alarms = 0;       // foretold, did not come
    int correct_negatives = 0;  // neither

    // Share of events that were foretold (POD); of alarms that were false (FAR); hits of all but
    // correct negatives (threat score).
    [[nodiscard]] std::optional<double> detected() const;
    [[nodiscard]] std::optional<double> false_alarm_share() const;
    [[nodiscard]] std::optional<double> threat_score() const;
};

struct LeadSkill {
    int lead_days = 0;
    int pairs = 0;
    int unobserved = 0;          // forecast days without an observation
    std::int64_t error_sum = 0;  // forecast minus observed
    std::int64_t absolute_error_sum = 0;
    std::vector<SkillAbove> above;  // one a threshold, in the order asked

    [[nodiscard]] std::optional<double> bias() const;
    [[nodiscard]] std::optional<double> mean_absolute_error() const;
};

// One entry a lead day from 0 to the longest that a forecast has; days before the issue are left
// out. All of one region.
[[nodiscard]] std::vector<LeadSkill> skill_of(const std::vector<IssuedDaily>& forecasts,
                                              const DailyAqiSeries& observed,
                                              const std::vector<int>& thresholds, RangeEnd end);

// The daily reading of an hourly forecast: A(t) of the last hour of each civil day.
[[nodiscard]] DailyForecastSeries daily_reading(const HourlySeries& series, const AirRules& rules,
                                                Ozone ozone);

}  // namespace qk::rules
