#include "rules/air/stations.hpp"

#include <gmock/gmock.h>

namespace qk::rules {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

// A station whose six values move a little every hour around `pm25`.
StationSeries moving(std::string city, std::string station, std::int64_t pm25, int hours = 48) {
    StationSeries out{std::move(city),
                      std::move(station),
                      {"", *parse_instant("2020-04-02 08:00", kBeijingTime), {}},
                      {}};
    for (int i = 0; i < hours; ++i) {
        HourlyConcentrations hour;
        for (const Pollutant p : kPollutants) {
            const std::int64_t base = p == Pollutant::kPm25 ? pm25 : 20;
            hour[static_cast<std::size_t>(p)] = Concentration(Decimal::of(base + i % 2));
        }
        out.series.hours.push_back(hour);
    }
    return out;
}

StationSeries frozen(std::string city, std::string station, std::int64_t pm25) {
    StationSeries out = moving(std::move(city), std::move(station), pm25);
    for (auto& hour : out.series.hours) hour = out.series.hours[0];
    return out;
}

Concentration pm25_at(const CityAir& city, std::size_t hour) {
    return city.series.hours.at(hour)[0];
}

auto has_fault(std::string_view station, StationFault fault) {
    return Contains(
        AllOf(Field(&StationExclusion::station, station), Field(&StationExclusion::fault, fault)));
}

TEST(Stations, ACityIsTheExactMeanOfItsPlaces) {
    const auto answer = city_air(
        {moving("安阳", "甲", 80), moving("安阳", "乙", 91), moving("许昌", "甲", 50)}, {});
    ASSERT_THAT(answer.cities, SizeIs(2));
    EXPECT_EQ(answer.cities[0].series.region, "安阳");
    EXPECT_EQ(answer.cities[0].places, 2);
    EXPECT_EQ(pm25_at(answer.cities[0], 0).value(), *parse_decimal("85.5"));
    EXPECT_EQ(pm25_at(answer.cities[1], 1).value(), Decimal::of(51));
    EXPECT_THAT(answer.exclusions, IsEmpty());
}

TEST(Stations, AFrozenStationIsLeftOutAndNamed) {
    const auto answer = city_air({moving("安阳", "甲", 80), frozen("安阳", "棉研所", 238)}, {});
    EXPECT_EQ(pm25_at(answer.cities[0], 4).value(), Decimal::of(80));
    EXPECT_EQ(answer.cities[0].places, 1);
    EXPECT_THAT(answer.exclusions, has_fault("棉研所", StationFault::kFrozen));
    EXPECT_EQ(answer.exclusions[0].why, "各项数值连续48小时不变(PM2.5 238)");
}

TEST(Stations, AFewUnchangedHoursAreHonest) {
    StationSeries station = moving("安阳", "甲", 80);
    for (std::size_t i = 10; i < 21; ++i) station.series.hours[i] = station.series.hours[10];
    EXPECT_THAT(city_air({station}, {}).exclusions, IsEmpty());
    // One pollutant at its detection floor may stand still for long.
    StationSeries poor = moving("安阳", "甲", 3);
    for (auto& hour : poor.series.hours) {
        hour = {Concentration(Decimal::of(3)), {}, {}, {}, {}, {}};
    }
    poor.series.hours.resize(41);
    EXPECT_THAT(city_air({poor}, {}).exclusions, IsEmpty());
}

TEST(Stations, MissingHoursDoNotEndAFrozenRun) {
    StationSeries station = frozen("安阳", "甲", 80);
    for (std::size_t i = 0; i < 48; i += 5) station.series.hours[i] = {};
    EXPECT_THAT(city_air({station}, {}).exclusions, has_fault("甲", StationFault::kFrozen));
}

TEST(Stations, ADeadStationIsNamedAndDoesNotThinTheCity) {
    StationSeries dead = moving("安阳", "环保局", 1);
    for (auto& hour : dead.series.hours) hour = {};
    const auto answer = city_air({moving("安阳", "甲", 80), dead}, {});
    EXPECT_THAT(answer.exclusions, has_fault("环保局", StationFault::kDead));
    EXPECT_THAT(answer.cities[0].thin, IsEmpty());
}

TEST(Stations, TwoNamesOfOnePlaceAreOnePlace) {
    EXPECT_EQ(place_of("信访局(启用171207)").place, "信访局");
    EXPECT_EQ(place_of("信访局（启用171207）").place, "信访局");
    EXPECT_EQ(place_of("岗李水库(对照点)").place, "岗李水库");
    EXPECT_TRUE(place_of("岗李水库(对照点)").is_control_point);
    EXPECT_EQ(place_of("银行学校(东区)").place, "银行学校(东区)");
    const auto answer = city_air({moving("安阳", "信访局", 87), moving("安阳", "甲", 81),
                                  frozen("安阳", "信访局(启用171207)", 163)},
                                 {});
    EXPECT_EQ(answer.cities[0].places, 2);
    EXPECT_EQ(pm25_at(answer.cities[0], 0).value(), Decimal::of(84));
    EXPECT_THAT(answer.exclusions, has_fault("信访局(启用171207)", StationFault::kFrozen));
}

TEST(Stations, TwoNamesThatBothReportDifferentlyCancelOut) {
    const auto answer = city_air({moving("安阳", "信访局", 87), moving("安阳", "甲", 81),
                                  moving("安阳", "信访局(启用171207)", 163)},
                                 {});
    EXPECT_TRUE(pm25_at(answer.cities[0], 0).is_missing() ||
                pm25_at(answer.cities[0], 0).value() == Decimal::of(81));
    EXPECT_THAT(answer.exclusions, has_fault("信访局(启用171207)", StationFault::kDiffering));
    EXPECT_THAT(answer.exclusions, SizeIs(1));  // 48 hours, one finding
}

TEST(Stations, ControlPointsDoNotCount) {
    StationRules rules;
    rules.background = {"定陵"};
    const auto answer = city_air({moving("北京", "定陵", 5), moving("北京", "东四", 45),
                                  moving("北京", "某水库(对照点)", 7)},
                                 rules);
    EXPECT_EQ(pm25_at(answer.cities[0], 0).value(), Decimal::of(45));
    EXPECT_EQ(answer.cities[0].places, 1);
    EXPECT_THAT(answer.exclusions, has_fault("定陵", StationFault::kBackground));
    EXPECT_THAT(answer.exclusions, has_fault("某水库(对照点)", StationFault::kBackground));
}

TEST(Stations, TooFewPlacesGiveNoCityValueAndAreNamed) {
    std::vector<StationSeries> stations;
    for (const char* name : {"a", "b", "c", "d"}) stations.push_back(moving("x", name, 10));
    for (int i = 0; i < 2; ++i) {
        for (std::size_t hour = 5; hour < 9; ++hour) {
            stations[static_cast<std::size_t>(i)].series.hours[hour] = {};
        }
    }
    const auto answer = city_air(stations, {});
    EXPECT_TRUE(pm25_at(answer.cities[0], 5).is_missing());
    EXPECT_FALSE(pm25_at(answer.cities[0], 9).is_missing());
    ASSERT_THAT(answer.cities[0].thin, SizeIs(kPollutantCount));
    EXPECT_EQ(answer.cities[0].thin[0].places_min, 2);
    EXPECT_EQ(answer.cities[0].thin[0].span.length(), std::chrono::hours{4});
}

TEST(Stations, DifferingAndUnusableHoursAreLeftOutByName) {
    StationSeries station = moving("x", "a", 10);
    station.differing = {station.series.first + std::chrono::hours{3}};
    station.series.hours[7][0] = Concentration(Decimal::of(-999));
    const auto answer = city_air({station}, {});
    EXPECT_TRUE(pm25_at(answer.cities[0], 3).is_missing());
    EXPECT_TRUE(pm25_at(answer.cities[0], 7).is_missing());
    EXPECT_FALSE(answer.cities[0].series.hours[7][1].is_missing());
    EXPECT_THAT(answer.exclusions, has_fault("a", StationFault::kDiffering));
    EXPECT_THAT(answer.exclusions, has_fault("a", StationFault::kUnusable));
}

}  // namespace
}  // namespace qk::rules
