#include "plans/hj212/period_means.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qk::plans::hj212 {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const rules::Instant kHour =
    *rules::parse_instant("2026-01-10T08:00:00+08:00", rules::kBeijingTime);

std::vector<PartValue> minutes_of(std::size_t count, double value = 10) {
    std::vector<PartValue> parts;
    for (std::size_t i = 0; i < count; ++i) {
        parts.push_back({kHour + minutes{i}, value, 36'000.0, true});
    }
    return parts;
}

TEST(Hj212HourMean, OfSixtyMinutesIsTheirMeanWithItsFlow) {
    auto parts = minutes_of(60);
    parts[0].mg_per_m3 = 70;
    const auto mean = hour_mean(parts, kHour);
    ASSERT_TRUE(mean);
    EXPECT_DOUBLE_EQ(mean->mg_per_m3, 11);
    EXPECT_DOUBLE_EQ(mean->flow_m3_h.value(), 36'000);
}

TEST(Hj212HourMean, WantsFortyFiveNormalMinutes) {
    auto parts = minutes_of(60);
    for (std::size_t i = 0; i < 15; ++i) parts[i].is_evidence = false;
    parts[0].mg_per_m3 = 5000;  // a calibration gas, in no mean
    ASSERT_TRUE(hour_mean(parts, kHour));
    EXPECT_DOUBLE_EQ(hour_mean(parts, kHour)->mg_per_m3, 10);
    parts[15].is_evidence = false;
    EXPECT_FALSE(hour_mean(parts, kHour));
    EXPECT_TRUE(hour_mean(minutes_of(45), kHour));
    EXPECT_FALSE(hour_mean(minutes_of(44), kHour));
    EXPECT_FALSE(hour_mean({}, kHour));
}

TEST(Hj212HourMean, CountsNothingTwiceAndNothingOfAnotherHour) {
    std::vector<PartValue> parts;
    for (const PartValue& part : minutes_of(40)) {
        parts.push_back(part);
        parts.push_back(part);
        parts.back().mg_per_m3 = 99;  // said later of the same time
    }
    EXPECT_FALSE(hour_mean(parts, kHour));
    auto whole = minutes_of(60);
    whole.push_back({kHour + hours{1}, 1000, 36'000.0, true});
    EXPECT_DOUBLE_EQ(hour_mean(whole, kHour)->mg_per_m3, 10);
    EXPECT_FALSE(hour_mean(whole, kHour + hours{1}));
}

TEST(Hj212HourMean, OfMomentsCountsTheTimeBetweenThem) {
    std::vector<PartValue> every_30_s;
    for (int i = 0; i < 120; ++i) {
        every_30_s.push_back({kHour + seconds{30} * i, 20, std::nullopt, i >= 30});
    }
    const auto mean = hour_mean(every_30_s, kHour);
    ASSERT_TRUE(mean);
    EXPECT_FALSE(mean->flow_m3_h);
    std::vector<PartValue> every_half_hour{{kHour, 20, std::nullopt, true},
                                           {kHour + minutes{30}, 20, std::nullopt, true}};
    EXPECT_FALSE(hour_mean(every_half_hour, kHour));
}

TEST(Hj212DayCheck, HoldsADayAgainstItsTwentyHoursOrMore) {
    const std::vector<double> hours_of_30(24, 30);
    EXPECT_TRUE(check_day(30.9, hours_of_30).is_the_same);
    const DayCheck edited = check_day(12, hours_of_30);
    EXPECT_TRUE(edited.is_told);
    EXPECT_FALSE(edited.is_the_same);
    EXPECT_DOUBLE_EQ(edited.of_hours, 30);
    const std::vector<double> few(19, 30);
    EXPECT_FALSE(check_day(12, few).is_told);
    // A clean stack: a tenth of half a milligram is no difference.
    const std::vector<double> clean(24, 0.5);
    EXPECT_TRUE(check_day(1.4, clean).is_the_same);
}

}  // namespace
}  // namespace qk::plans::hj212
