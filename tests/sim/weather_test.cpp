#include "sim/model/weather.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "sim/story/built_in.hpp"

namespace qk::sim {
namespace {

using rules::Instant;
using rules::Pollutant;
using std::chrono::hours;

const rules::Zone kZone = rules::kBeijingTime;

Instant at(const char* text) { return *rules::parse_instant(text, kZone); }

Weather december() { return *read_weather(built_in(kBuiltInWeather), "december", "110000", kZone); }

double pm25(const rules::HourlySeries& series, std::size_t hour) {
    return series.hours[hour][static_cast<std::size_t>(Pollutant::kPm25)].value().as_double();
}

TEST(Weather, TheRegionsValueIsTheMeanOfTheStationsThatReport) {
    const auto weather = read_weather(
        "station,time,pm25,co_ugm3\nA,2015-12-05 00:00,10,1000\nB,2015-12-05 00:00,21,2000\n"
        "A,2015-12-05 01:00,,\nB,2015-12-05 01:00,30,\n",
        "w", "110000", kZone);
    ASSERT_TRUE(weather);
    EXPECT_EQ(weather->stations, 2);
    EXPECT_EQ(pm25(weather->air, 0), 15.5);
    EXPECT_EQ(pm25(weather->air, 1), 30);
    const auto co = static_cast<std::size_t>(Pollutant::kCo);
    EXPECT_EQ(weather->air.hours[0][co].value().as_double(), 1.5);
    EXPECT_TRUE(weather->air.hours[1][co].is_missing());
}

TEST(Weather, ABadRowRefusesTheFileWithItsPlace) {
    const auto weather = read_weather("station,time,pm25\nA,tomorrow,12\n", "w.csv", "r", kZone);
    ASSERT_FALSE(weather);
    EXPECT_EQ(weather.error().front().place.line, 2);
}

TEST(Weather, TheBuiltInOneHasNineStationsAndTheWholeOfDecember) {
    const Weather weather = december();
    EXPECT_EQ(weather.stations, 9);
    EXPECT_EQ(weather.air.first, at("2015-11-25 00:00"));
    EXPECT_EQ(weather.air.hours.size(), 37U * 24);
}

TEST(Forecast, IsNearlyRightAtOnceAndWrongerWithLeadTime) {
    const Weather weather = december();
    double near = 0;
    double far = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        const auto forecast = make_forecast(weather, at("2015-12-06 08:00"), seed, {});
        ASSERT_EQ(forecast.hours.size(), 168U);
        const auto truth = observed(weather, {forecast.first, forecast.first + hours{168}});
        for (std::size_t h = 0; h < 24; ++h) {
            near += std::abs(pm25(forecast, h) / pm25(truth, h) - 1);
            far += std::abs(pm25(forecast, h + 72) / pm25(truth, h + 72) - 1);
        }
    }
    EXPECT_LT(near * 1.5, far);
}

TEST(Forecast, SameSeedAndIssueGiveTheSameOthersDiffer) {
    const Weather weather = december();
    const Instant issue = at("2015-12-06 08:00");
    const std::string once = to_csv(make_forecast(weather, issue, 3, {}), kZone);
    EXPECT_EQ(once, to_csv(make_forecast(weather, issue, 3, {}), kZone));
    EXPECT_NE(once, to_csv(make_forecast(weather, issue, 4, {}), kZone));
    EXPECT_NE(once, to_csv(make_forecast(weather, issue, 3, {}, 1), kZone));
}

TEST(Forecast, EndsWhereTheWeatherEnds) {
    const Weather weather = december();
    EXPECT_EQ(make_forecast(weather, at("2015-12-31 00:00"), 1, {}).hours.size(), 24U);
    EXPECT_TRUE(make_forecast(weather, at("2016-01-02 00:00"), 1, {}).hours.empty());
}

}  // namespace
}  // namespace qk::sim
