#include "rules/air/forecast.hpp"

#include <gmock/gmock.h>

namespace qk::rules {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Zone kZone = kBeijingTime;
const ForecastRules kOrdinary{.zone = kZone};

Instant time_of(std::string_view text) { return *parse_instant(text, kZone); }

// Issued on 2016-12-16 at 20:00 for the hours from 21:00 on.
Forecast good(std::size_t hours = 72) {
    Forecast forecast;
    forecast.source = "city";
    forecast.issued_at = time_of("2016-12-16 20:00");
    HourlySeries series{"石家庄", time_of("2016-12-16 21:00"), {}};
    series.hours.assign(hours, {Concentration(Decimal::of(200)), {}, {}, {}, {}, {}});
    forecast.hourly.push_back(series);
    return forecast;
}

std::string refusals(const Forecast& forecast, std::string_view now = "2016-12-16 20:05",
                     const ForecastRules& rules = kOrdinary) {
    return to_text(check(forecast, time_of(now), rules).refusals);
}

TEST(Forecast, AGoodOneIsTaken) {
    EXPECT_EQ(refusals(good()), "");
    EXPECT_THAT(check(good(), time_of("2016-12-16 20:05"), kOrdinary).gaps, IsEmpty());
}

TEST(Forecast, AStaleOneIsRefused) {
    EXPECT_EQ(refusals(good(), "2016-12-18 08:00"), "");
    EXPECT_THAT(refusals(good(), "2016-12-18 08:01"), HasSubstr("预报已过期"));
}

TEST(Forecast, OneFromTheFutureIsRefused) {
    EXPECT_EQ(refusals(good(), "2016-12-16 19:51"), "");
    EXPECT_THAT(refusals(good(), "2016-12-16 19:49"), HasSubstr("在未来"));
}

TEST(Forecast, ImpossibleValuesRefuseItAndAreAllNamed) {
    Forecast forecast = good();
    forecast.hourly[0].hours[3][0] = Concentration(Decimal::of(-1));
    forecast.hourly[0].hours[5][1] = Concentration(Decimal::of(30'000));
    const std::string text = refusals(forecast);
    EXPECT_THAT(text, HasSubstr("石家庄 2016-12-17T00:00:00+08:00 pm25 = -1 不可能"));
    EXPECT_THAT(text, HasSubstr("pm10 = 30000 不可能"));
}

TEST(Forecast, AGapIsNamedAndOnlyTooLittleCoverRefuses) {
    Forecast forecast = good();
    for (std::size_t i = 10; i < 16; ++i) forecast.hourly[0].hours[i] = {};
    const auto checked = check(forecast, time_of("2016-12-16 20:05"), kOrdinary);
    EXPECT_THAT(checked.refusals, IsEmpty());
    ASSERT_THAT(checked.gaps, SizeIs(1));
    EXPECT_EQ(checked.gaps[0],
              (ForecastGap{"石家庄", {time_of("2016-12-17 07:00"), time_of("2016-12-17 13:00")}}));
    for (std::size_t i = 10; i < 40; ++i) forecast.hourly[0].hours[i] = {};
    EXPECT_THAT(refusals(forecast), HasSubstr("只有 42/72"));
}

TEST(Forecast, HoursBeforeTheIssueMayLeadInButNotBeAll) {
    Forecast forecast = good();
    forecast.hourly[0].first = time_of("2016-12-16 00:00");
    EXPECT_EQ(refusals(forecast), "");
    forecast.hourly[0].first = time_of("2016-12-14 19:00");
    EXPECT_THAT(refusals(forecast), HasSubstr("早于发布时间过多"));
    forecast.hourly[0].first = time_of("2016-12-13 00:00");
    EXPECT_THAT(refusals(forecast), HasSubstr("全部早于发布时间"));
}

TEST(Forecast, DaysAreCheckedToo) {
    Forecast forecast;
    forecast.issued_at = time_of("2016-12-16 20:00");
    DailyForecastSeries series{"新乡", *parse_day("2016-12-17"), {}};
    series.days = {{150, 180, {}, {}}, {}, {200, 240, {}, {}}, {210, 210, {}, {}}};
    forecast.daily.push_back(series);
    const auto checked = check(forecast, time_of("2016-12-16 20:05"), kOrdinary);
    EXPECT_THAT(checked.refusals, IsEmpty());
    ASSERT_THAT(checked.gaps, SizeIs(1));
    EXPECT_EQ(checked.gaps[0].span.from, time_of("2016-12-18"));
    forecast.daily[0].days[0] = {180, 150, {}, {}};
    EXPECT_THAT(refusals(forecast), HasSubstr("2016-12-17 的AQI范围不可能"));
    forecast.daily[0].days.resize(40);
    EXPECT_THAT(refusals(forecast), HasSubstr("晚于发布时间过多"));
    forecast.daily.clear();
    EXPECT_THAT(refusals(forecast), HasSubstr("不含任何区域"));
}

TEST(Forecast, ARegionTwiceOrNamelessIsRefused) {
    Forecast forecast = good();
    forecast.hourly.push_back(forecast.hourly[0]);
    EXPECT_THAT(refusals(forecast), HasSubstr("石家庄 出现两次"));
    forecast.hourly[1].region.clear();
    EXPECT_THAT(refusals(forecast), HasSubstr("没有名称"));
}

TEST(Forecast, TheKindFollowsTheHorizon) {
    EXPECT_EQ(kind_by_horizon(good(72), kZone), ForecastKind::kFine);
    EXPECT_EQ(kind_by_horizon(good(168), kZone), ForecastKind::kWeek);
    EXPECT_EQ(kind_by_horizon(good(240), kZone), ForecastKind::kOutlook);
    EXPECT_EQ(parse_forecast_kind("168h"), ForecastKind::kWeek);
}

}  // namespace
}  // namespace qk::rules
