#include "plans/feeds/forecast.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using rules::Concentration;
using rules::Forecast;
using rules::Pollutant;
using testing::HasSubstr;
using testing::SizeIs;

const ForecastGiven kNothing{.air = {.zone = rules::kBeijingTime}};

rules::Result<ForecastFeed> read(std::string_view text, const ForecastGiven& given = kNothing) {
    return read_forecast(text, "f", given);
}

std::string faults_of(std::string_view text, const ForecastGiven& given = kNothing) {
    const auto feed = read(text, given);
    return feed ? "none" : rules::to_text(feed.error());
}

std::string value(const rules::HourlySeries& series, std::size_t hour, Pollutant p) {
    const Concentration c = series.hours.at(hour)[static_cast<std::size_t>(p)];
    return c.is_missing() ? "missing" : rules::to_text(c.value());
}

ForecastGiven issued() {
    ForecastGiven given = kNothing;
    given.source = "city";
    given.issued_at = rules::parse_instant("2016-12-16 20:00", rules::kBeijingTime);
    return given;
}

constexpr std::string_view kService = R"({
  "latitude": 38.0, "longitude": 114.5, "generationtime_ms": 0.3, "utc_offset_seconds": 28800,
  "timezone": "Asia/Shanghai", "hourly_units": {"time": "iso8601", "pm2_5": "μg/m³",
  "carbon_monoxide": "μg/m³", "ozone": "μg/m³"},
  "hourly": {"time": ["2016-12-16T00:00", "2016-12-16T01:00", "2016-12-16T02:00"],
  "pm2_5": [200.5, null, 210], "carbon_monoxide": [2200.0, 2300, 2400], "ozone": [12, 13, 14],
  "european_aqi": [80, 80, 80]}})";

TEST(Forecast, ReadsTheShapeOfOpenServices) {
    ForecastGiven given = issued();
    given.points = {{"衡水", 37.7, 115.7}, {"石家庄", 38.04, 114.51}};
    const auto feed = read(kService, given);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_THAT(feed->forecasts, SizeIs(1));
    const Forecast& forecast = feed->forecasts[0];
    EXPECT_EQ(forecast.source, "city");
    ASSERT_THAT(forecast.hourly, SizeIs(1));
    EXPECT_EQ(forecast.hourly[0].region, "石家庄");
    EXPECT_EQ(forecast.hourly[0].first, *rules::parse_instant("2016-12-16", rules::kBeijingTime));
    EXPECT_EQ(value(forecast.hourly[0], 0, Pollutant::kPm25), "200.5");
    EXPECT_EQ(value(forecast.hourly[0], 1, Pollutant::kPm25), "missing");
    EXPECT_EQ(value(forecast.hourly[0], 0, Pollutant::kCo), "2.2");
    EXPECT_EQ(value(forecast.hourly[0], 2, Pollutant::kO3), "14");
    EXPECT_EQ(value(forecast.hourly[0], 2, Pollutant::kNo2), "missing");
}

TEST(Forecast, ReadsAListOfPlacesAndUnixTimes) {
    ForecastGiven given = issued();
    given.points = {{"a", 38, 114}, {"b", 40, 116}};
    const auto feed = read(
        R"([{"latitude":38,"longitude":114,"hourly":{"time":[1481817600],"pm2_5":[1]}},
            {"latitude":40,"longitude":116,"hourly":{"time":[1481817600],"pm2_5":[2]}}])",
        given);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_THAT(feed->forecasts, SizeIs(1));
    ASSERT_THAT(feed->forecasts[0].hourly, SizeIs(2));
    EXPECT_EQ(feed->forecasts[0].hourly[1].region, "b");
    EXPECT_EQ(feed->forecasts[0].hourly[1].first,
              *rules::parse_instant("2016-12-15T16:00Z", rules::kBeijingTime));
}

TEST(Forecast, AServicesFaultsAreNamedByTheirPath) {
    const std::string text = faults_of(R"({"latitude":1,"longitude":1,
        "hourly_units":{"ozone":"ppb"},
        "hourly":{"time":["2016-12-16T00:00","2016-12-16T01:00"],
        "pm2_5":[1],"ozone":[1,2],"pm10":[1,"x"]}})");
    EXPECT_THAT(text, HasSubstr("f:1:1: issued_at is missing"));
    EXPECT_THAT(text, HasSubstr("no region lies at its coordinates"));
    EXPECT_THAT(text,
                HasSubstr("f:1:1: hourly.pm2_5 is not a list as long as that of the times: 2"));
    EXPECT_THAT(text, HasSubstr("f:1:1: hourly.ozone is in 'ppb': µg/m³ or mg/m³"));
    EXPECT_THAT(text, HasSubstr("f:1:1: hourly.pm10[1] is not a concentration"));
}

TEST(Forecast, AServicesOffsetIsWholeHoursFromTheRegionsZone) {
    for (const char* offset : {"28400", "19800", "\"28800\"", "54000", "-9223372036854775808"}) {
        const std::string text =
            faults_of(std::string(R"({"latitude":38,"longitude":114,"utc_offset_seconds":)") +
                      offset + R"(,"hourly":{"time":["2016-12-16T00:00"],"pm2_5":[1]}})");
        EXPECT_THAT(text, HasSubstr("utc_offset_seconds is no offset of whole hours")) << offset;
    }
}

TEST(Forecast, ReadsOurOwnShapeWithHoursAndDays) {
    const auto feed =
        read(R"({"source":"省站","member":"m1","issued_at":"2016-12-16T20:00:00+08:00",
        "regions":[{"region":"a","hourly":[{"time":"2016-12-17T00:00","pm25":1,"co":2.2},
                                           {"time":"2016-12-17T02:00","pm25":3}]},
                   {"region":"b","daily":[{"date":"2016-12-17","aqi":210,"primary":["pm25"]},
                     {"date":"2016-12-18","aqi_low":180,"aqi_high":220,"cause":"dust"}]}]})");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const Forecast& forecast = feed->forecasts[0];
    EXPECT_EQ(forecast.member, "m1");
    EXPECT_EQ(value(forecast.hourly[0], 0, Pollutant::kCo), "2.2");
    EXPECT_EQ(value(forecast.hourly[0], 1, Pollutant::kPm25), "missing");
    EXPECT_EQ(forecast.daily[0].days[1].low, 180);
    EXPECT_EQ(forecast.daily[0].days[1].cause, rules::EpisodeCause::kDust);
}

TEST(Forecast, OurOwnShapesFaultsAreAllNamed) {
    const std::string text = faults_of(R"({"issued_at":"soon","kind":"9h","region":"a",
        "hourly":[{"time":"2016-12-17T00:30"},{"pm25":1},
                  {"time":"2016-12-17T01:00","pm25":true},{"time":"2016-12-17T01:00"}],
        "daily":[{"date":"x","aqi":501},{"date":"2016-12-17","aqi_low":5,"primary":[1]}]})");
    for (const char* wanted :
         {"issued_at is not a time", "kind is not a kind", "hourly[0].time is not on the hour",
          "hourly[1].time is missing", "hourly[2].pm25 is not a concentration",
          "hourly[3].time stands twice", "daily[0].date is not a date",
          "daily[0].aqi is not an AQI", "daily[1].aqi_low and aqi_high are no range",
          "daily[1].primary names no pollutant"}) {
        EXPECT_THAT(text, HasSubstr(wanted));
    }
}

TEST(Forecast, NonsenseIsRefusedWithWhatWouldBeRight) {
    EXPECT_THAT(faults_of("{"), HasSubstr("f:1:2: not JSON"));
    EXPECT_THAT(faults_of("[]"), HasSubstr("is an empty list"));
    EXPECT_THAT(faults_of("[1]"), HasSubstr("[0] is not an object"));
    EXPECT_THAT(faults_of("{}"), HasSubstr("hourly is missing"));
    EXPECT_THAT(faults_of(""), HasSubstr("is empty"));
}

TEST(Forecast, ReadsCsvOfSeveralSourcesMembersAndIssues) {
    const auto feed = read(
        "source,member,issued_at,region,time,pm25\n"
        "city,1,2016-12-16 20:00,a,2016-12-17 00:00,1\n"
        "city,2,2016-12-16 20:00,a,2016-12-17 00:00,2\n"
        "city,1,2016-12-16 20:00,a,2016-12-17 01:00,3\n"
        "city,1,2016-12-16 20:00,b,2016-12-17 01:00,4\n");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    ASSERT_THAT(feed->forecasts, SizeIs(2));
    EXPECT_THAT(feed->forecasts[0].hourly, SizeIs(2));
    EXPECT_EQ(feed->forecasts[1].member, "2");
    EXPECT_EQ(feed->forecasts[1].issued_at,
              *rules::parse_instant("2016-12-16 20:00", rules::kBeijingTime));
}

TEST(Forecast, ReadsCsvOfDaysAndWantsAnIssue) {
    const std::string_view text = "region,date,aqi_low,aqi_high\na,2016-12-17,180,220\n";
    EXPECT_THAT(faults_of(text), HasSubstr("says nowhere when it was issued"));
    const auto feed = read(text, issued());
    ASSERT_TRUE(feed);
    EXPECT_EQ(feed->forecasts[0].daily[0].days[0].high, 220);
    EXPECT_EQ(feed->forecasts[0].kind, rules::ForecastKind::kFine);
}

RC_GTEST_PROP(Forecast, WhatIsPrintedIsReadBack, ()) {
    Forecast forecast;
    forecast.source = *rc::gen::element<std::string>("city", "省站");
    forecast.member = *rc::gen::element<std::string>("", "m1");
    forecast.issued_at = *rules::parse_instant("2016-12-16 20:00", rules::kBeijingTime);
    forecast.kind = rules::ForecastKind::kWeek;
    rules::HourlySeries series{"a", forecast.issued_at, {}};
    for (int i = 0, hours = *rc::gen::inRange(1, 40); i < hours; ++i) {
        rules::HourlyConcentrations hour;
        for (auto& concentration : hour) {
            // Carbon monoxide of an air there can be; the last of its scale is 60 mg/m³.
            const bool is_co = &concentration == &hour[static_cast<std::size_t>(Pollutant::kCo)];
            const int tenths = *rc::gen::inRange(-300, is_co ? 600 : 9000);
            if (tenths >= 0) concentration = Concentration(rules::Decimal{tenths * 100'000LL});
        }
        series.hours.push_back(hour);
    }
    rules::DailyForecastSeries daily{"b", *rules::parse_day("2016-12-17"), {}};
    for (int i = 0, days = *rc::gen::inRange(1, 10); i < days; ++i) {
        rules::DailyRange range;
        range.low = static_cast<std::int16_t>(*rc::gen::inRange(0, 400));
        range.high = static_cast<std::int16_t>(range.low + *rc::gen::inRange(0, 100));
        if (i % 3 == 1) range = {};
        if (i % 2 == 0) range.cause = rules::EpisodeCause::kDust;
        if (i % 4 == 0) range.primary.insert(Pollutant::kPm10);
        daily.days.push_back(range);
    }
    forecast.hourly.push_back(series);
    forecast.daily.push_back(daily);
    const auto feed = read(to_text(boost::json::value(to_json(forecast, rules::kBeijingTime))));
    RC_ASSERT(feed.has_value());
    RC_ASSERT(feed->forecasts.size() == 1u);
    const Forecast& back = feed->forecasts[0];
    RC_ASSERT(back.source == forecast.source && back.member == forecast.member);
    RC_ASSERT(back.issued_at == forecast.issued_at && back.kind == forecast.kind);
    RC_ASSERT(back.hourly[0].first == series.first && back.hourly[0].hours == series.hours);
    RC_ASSERT(back.daily[0].first == daily.first && back.daily[0].days == daily.days);
}

TEST(ForecastJson, DaysOfQWeatherAreReadAsItSendsThem) {
    ForecastGiven given = kNothing;
    given.source = "qw";
    given.region = "110000";
    const auto feed = read(R"({"code": "200", "updateTime": "2026-01-10T16:35+08:00", "daily": [
        {"fxDate": "2026-01-10", "aqi": "230", "level": "5", "primary": "PM2.5"},
        {"fxDate": "2026-01-11", "aqi": "60", "primary": "NA"}, {"fxDate": "2026-01-12", "aqi": ""}]})",
                           given);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const Forecast& forecast = feed->forecasts.at(0);
    EXPECT_EQ(forecast.issued_at,
              rules::parse_instant("2026-01-10T16:35+08:00", rules::kBeijingTime));
    ASSERT_THAT(forecast.daily, SizeIs(1));
    EXPECT_EQ(forecast.daily[0].region, "110000");
    EXPECT_EQ(forecast.daily[0].first, rules::parse_day("2026-01-10"));
    EXPECT_EQ(forecast.daily[0].days.at(0).high, 230);
    EXPECT_TRUE(forecast.daily[0].days[0].primary.contains(Pollutant::kPm25));
    EXPECT_TRUE(forecast.daily[0].days[1].primary.empty());
    EXPECT_EQ(forecast.daily[0].days[2].high, rules::kNoAqi);
    EXPECT_THAT(faults_of(R"({"code": "402"})", given), HasSubstr("an answer with the code 402"));
}

TEST(ForecastJson, OfSeveralIndexesOfADayThatOfHj633Counts) {
    ForecastGiven given = issued();
    given.region = "110000";
    const auto feed =
        read(R"({"metadata": {}, "days": [{"forecastStartTime": "2026-01-09T16:00Z", "indexes": [
        {"code": "us-epa", "aqi": 280}, {"code": "cn-mee", "aqi": 230, "aqiDisplay": "230",
         "primaryPollutant": {"code": "pm2p5", "name": "PM 2.5"}}]}]})",
             given);
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const rules::DailyForecastSeries& days = feed->forecasts.at(0).daily.at(0);
    EXPECT_EQ(days.first, rules::parse_day("2026-01-10"));
    EXPECT_EQ(days.days[0].high, 230);
    EXPECT_TRUE(days.days[0].primary.contains(Pollutant::kPm25));
    EXPECT_THAT(faults_of(R"({"days": [{"forecastStartTime": "2026-01-09T16:00Z", "indexes": [
        {"code": "us-epa", "aqi": 280}]}]})",
                          given),
                HasSubstr("has no index of HJ 633"));
}

TEST(ForecastJson, ANumberAsTextIsANumberOfDaysAsOfHours) {
    const auto day = [](const std::string& aqi) {
        return R"({"region": "1", "source": "s", "issued_at": "2016-12-16T20:00+08", "daily": [{"date": "2016-12-17", "aqi": )" +
               aqi + "}]}";
    };
    for (const char* aqi : {"230", "\"230\"", "230.0", "\"230.0\""}) {
        const auto feed = read(day(aqi));
        ASSERT_TRUE(feed) << aqi << rules::to_text(feed.error());
        EXPECT_EQ(feed->forecasts.at(0).daily.at(0).days.at(0).high, 230) << aqi;
    }
    for (const char* aqi : {"\"501\"", "\"x\"", "230.5", "true", "-1", "\"-1\""}) {
        EXPECT_THAT(faults_of(day(aqi)), HasSubstr("is not an AQI")) << aqi;
    }
}

TEST(ForecastJson, CarbonMonoxideInAnotherUnitIsLeftOutAndNamed) {
    const auto feed =
        read(R"({"region": "1", "source": "s", "issued_at": "2016-12-16T20:00+08:00", "hourly": [
        {"time": "2016-12-17T00:00", "co": 800, "pm25": 12}]})");
    ASSERT_TRUE(feed) << rules::to_text(feed.error());
    const rules::HourlySeries& series = feed->forecasts.at(0).hourly.at(0);
    EXPECT_EQ(value(series, 0, Pollutant::kCo), "missing");
    EXPECT_EQ(value(series, 0, Pollutant::kPm25), "12");
    EXPECT_THAT(rules::to_text(feed->warnings), HasSubstr("beyond any air in mg/m³"));
}

}  // namespace
}  // namespace qk::plans
