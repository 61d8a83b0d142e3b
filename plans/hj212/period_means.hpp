// Hours that are made of a device's moments or minutes, and days held against their hours. Pure.
//
// HJ 212-2017 (annex D, after HJ/T 75): an hour is normal with at least 45 minutes of normal data,
// a day with at least 20 hours; the mean of a period is that of its normal parts. What has fewer is
// no mean: nothing is made of it, and its hour stays unknown.
#pragma once

#include <chrono>
#include <optional>
#include <span>

#include "rules/base/time.hpp"

namespace qk::plans::hj212 {

// A moment or a minute of one factor of one outlet.
struct PartValue {
    rules::Instant t{};
    double mg_per_m3 = 0;
    std::optional<double> flow_m3_h;
    bool is_evidence = false;
};
struct HourMean {
    double mg_per_m3 = 0;
    std::optional<double> flow_m3_h;  // empty: some of the parts have none
};

inline constexpr std::chrono::minutes kNormalOfHour{45};
// A device that reports every half hour has no mean of the hour, whatever it marks its moments.
inline constexpr std::size_t kPartsOfHourLeast = 12;
inline constexpr std::size_t kHoursOfDayLeast = 20;

// Of the parts that begin in the hour, in the order of time; of a time that stands twice the first
// counts. Empty: too few of them are normal.
[[nodiscard]] std::optional<HourMean> hour_mean(std::span<const PartValue> parts,
                                                rules::Instant hour);

struct DayCheck {
    bool is_told = false;  // enough hours are known to say anything
    bool is_the_same = false;
    double of_hours = 0;    // their mean
    std::size_t hours = 0;  // normal ones
};
// A day's mean as the device sends it, against the normal hours of that day.
[[nodiscard]] DayCheck check_day(double day_mg_per_m3, std::span<const double> normal_hours);

}  // namespace qk::plans::hj212
