// Hourly concentrations -> hourly, rolling 24 h and daily AQI, each with what was missing for it.
//
// Validity (GB 3095-2026 table 4, handbook 2.2): a 24 h mean needs 20 hourly values, an 8 h mean 6.
// Means are exact sums rounded once. Ozone of a day, or of 24 rolling hours, is the largest 8 h
// mean whose eight hours lie wholly inside it (17 windows); HJ 633-2012 also counts the largest 1 h
// value of a natural day. A reading below zero or beyond the limits is no reading: it is named by
// unusable_readings() and never used. Nothing is filled in. Whether a warning follows is
// rules/warning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/air/aqi.hpp"
#include "rules/air/series.hpp"

namespace qk::rules {

// Beyond these a value is a fault of the instrument or of the file. The figures are this project's
// own, some ten times the top of the index scale; the largest PM2.5 on record for Beijing is near
// 1000.
struct ReadingLimits {
    std::array<Decimal, kPollutantCount> largest{Decimal::of(10'000), Decimal::of(20'000),
                                                 Decimal::of(10'000), Decimal::of(10'000),
                                                 Decimal::of(1'000),  Decimal::of(5'000)};

    // False for a missing value too.
    [[nodiscard]] bool allows(Pollutant pollutant, Concentration value) const {
        const auto top = largest[static_cast<std::size_t>(pollutant)].millionths;
        const auto millionths = value.value().millionths;  // negative when missing
        return millionths >= 0 && millionths <= top;
    }
};

struct AirRules {
    Zone zone;
    std::optional<Hj633> edition;  // empty: by the date of the hour or day
    int day_hours_min = 20;        // of 24
    int ozone_hours_min = 6;       // of 8
    ReadingLimits limits{};
    // Not measured here, and never primary at light pollution or worse in three years: does not
    // keep a day from being published (HJ 633-2026 5.3).
    PollutantSet unmonitored{};
};

enum class Ozone { kCounts, kLeftOut };

// The six 1 h values of each hour; particles by the 24 h breakpoints. Under 2012 SO2 above 800 has
// no 1 h index and takes that of the 24 h mean, as note b of the table says.
[[nodiscard]] HourlyAqiSeries hourly_aqi(const HourlySeries& series, const AirRules& rules,
                                         Ozone ozone = Ozone::kCounts);
// The same for one hour of the series, with the index of each pollutant; hour is one of the series.
[[nodiscard]] AirIndex hourly_index(const HourlySeries& series, std::size_t hour,
                                    const AirRules& rules, Ozone ozone = Ozone::kCounts);

// A(t): AQI of the 24 hours that end with hour t, for every hour of the series. A pollutant counts
// with day_hours_min valid hours. Kept as running sums: constant time an hour.
[[nodiscard]] HourlyAqiSeries rolling_aqi(const HourlySeries& series, const AirRules& rules,
                                          Ozone ozone);
// The same of one pollutant alone.
[[nodiscard]] HourlyAqiSeries rolling_aqi(const HourlySeries& series, const AirRules& rules,
                                          Pollutant pollutant);
// Index of one hour's own concentrations by the 24-hour table; ozone, whose day is not a mean, is
// not in it. kNoAqi where nothing was measured.
[[nodiscard]] std::int16_t own_index(const HourlySeries& series, std::size_t hour,
                                     const AirRules& rules);
[[nodiscard]] std::int16_t own_index(const HourlySeries& series, std::size_t hour,
                                     const AirRules& rules, Pollutant pollutant);
// The same for one hour of the series, with the index of each pollutant; hour <
// series.hours.size().
[[nodiscard]] AirIndex rolling_index(const HourlySeries& series, std::size_t hour,
                                     const AirRules& rules, Ozone ozone);

// What a natural day says of one pollutant. For ozone the concentration is the day's largest 8 h
// mean.
struct DayPollutant {
    int valid_hours = 0;
    Concentration concentration;  // rounded; missing when not valid
};

struct AirDay {
    CivilDay day{};
    Hj633 edition = Hj633::k2012;
    std::array<DayPollutant, kPollutantCount> pollutants{};
    AirIndex index;        // from the pollutants there are
    PollutantSet missing;  // without a valid value
    bool valid = false;    // may be published as the day's AQI
    std::string why_not;   // empty when valid
};

// Every civil day that the series touches, in order.
[[nodiscard]] std::vector<AirDay> days_of(const HourlySeries& series, const AirRules& rules);
// One day from its daily means, as daily tables give them (ozone: the largest 8 h mean).
[[nodiscard]] AirDay day_from_means(CivilDay day, const HourlyConcentrations& means,
                                    const AirRules& rules);
// The days' AQI; kNoAqi where the day is not valid.
[[nodiscard]] DailyAqiSeries aqi_of(const std::vector<AirDay>& days);

struct UnusableReading {
    Instant hour{};
    Pollutant pollutant{};
    Decimal value;

    friend bool operator==(const UnusableReading&, const UnusableReading&) = default;
};
[[nodiscard]] std::vector<UnusableReading> unusable_readings(const HourlySeries& series,
                                                             const ReadingLimits& limits);

}  // namespace qk::rules
