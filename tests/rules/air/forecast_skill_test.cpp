#include "rules/air/forecast_skill.hpp"

#include <gmock/gmock.h>

namespace qk::rules {
namespace {

using testing::SizeIs;

DailyRange of(int aqi) {
    return {static_cast<std::int16_t>(aqi), static_cast<std::int16_t>(aqi), {}, {}};
}

TEST(ForecastSkill, CountsEveryLeadDayByItself) {
    const CivilDay first = *parse_day("2016-12-16");
    const DailyAqiSeries observed{first, {210, 150, 220, kNoAqi}};
    const std::vector<IssuedDaily> forecasts{
        {first, {"x", first, {of(205), of(210), of(190), of(100)}}},
        {first + std::chrono::days{1}, {"x", first, {of(1), of(160), of(230)}}}};
    const auto leads = skill_of(forecasts, observed, {150, 200}, RangeEnd::kHigh);
    ASSERT_THAT(leads, SizeIs(4));
    EXPECT_EQ(leads[0].pairs, 2);
    EXPECT_EQ(leads[0].error_sum, -5 + 10);  // the day before an issue is no forecast
    EXPECT_EQ(leads[0].above[1].hits, 1);
    EXPECT_EQ(leads[0].above[0].false_alarms, 1);
    EXPECT_EQ(leads[0].above[1].correct_negatives, 1);
    EXPECT_EQ(leads[1].pairs, 2);
    EXPECT_EQ(leads[1].above[1].false_alarms, 1);
    EXPECT_EQ(leads[1].above[1].hits, 1);
    EXPECT_EQ(*leads[1].mean_absolute_error(), 35);
    EXPECT_EQ(leads[2].above[1].misses, 1);
    EXPECT_EQ(*leads[2].above[1].detected(), 0);
    EXPECT_EQ(leads[3].unobserved, 1);
}

TEST(ForecastSkill, AShareOfNothingIsEmpty) {
    const CivilDay first = *parse_day("2016-12-16");
    const auto leads =
        skill_of({{first, {"x", first, {of(10)}}}}, {first, {20}}, {300}, RangeEnd::kLow);
    ASSERT_THAT(leads, SizeIs(1));
    EXPECT_FALSE(leads[0].above[0].detected());
    EXPECT_FALSE(leads[0].above[0].false_alarm_share());
    EXPECT_FALSE(leads[0].above[0].threat_score());
    EXPECT_EQ(*leads[0].bias(), -10);
    EXPECT_TRUE(skill_of({}, {}, {300}, RangeEnd::kLow).empty());
}

TEST(ForecastSkill, ARangeIsScoredByTheEndThatIsNamed) {
    const CivilDay first = *parse_day("2016-12-16");
    const std::vector<IssuedDaily> forecasts{{first, {"x", first, {{180, 220, {}, {}}}}}};
    const DailyAqiSeries observed{first, {210}};
    EXPECT_EQ(skill_of(forecasts, observed, {200}, RangeEnd::kHigh)[0].above[0].hits, 1);
    EXPECT_EQ(skill_of(forecasts, observed, {200}, RangeEnd::kLow)[0].above[0].misses, 1);
}

TEST(ForecastSkill, AnHourlyForecastReadsAsTheLastHourOfEachDay) {
    HourlySeries series{"x", *parse_instant("2016-12-16 12:00", kBeijingTime), {}};
    series.hours.assign(36 + 6, {Concentration(Decimal::of(160)), {}, {}, {}, {}, {}});
    const auto daily = daily_reading(series, AirRules{.zone = kBeijingTime}, Ozone::kLeftOut);
    ASSERT_THAT(daily.days, SizeIs(3));
    EXPECT_EQ(daily.days[0].high, kNoAqi);  // twelve hours only
    EXPECT_EQ(daily.days[1].high, 210);
    EXPECT_EQ(daily.days[2].high, kNoAqi);  // the day has not ended
}

}  // namespace
}  // namespace qk::rules
