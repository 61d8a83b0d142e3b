#include "rules/air/averages.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace qk::rules {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::size_t at(Pollutant p) { return static_cast<std::size_t>(p); }

AirRules rules_2012() {
    AirRules rules{.zone = kBeijingTime};
    rules.edition = Hj633::k2012;
    return rules;
}

Concentration whole(std::int64_t value) { return Concentration(Decimal::of(value)); }

// `hours` hours from 2015-12-01 00:00 Beijing time, every pollutant low but PM2.5.
HourlySeries winter(std::size_t hours, std::int64_t pm25) {
    HourlySeries series{"北京", *parse_instant("2015-12-01", kBeijingTime), {}};
    const HourlyConcentrations hour{whole(pm25), whole(20), whole(5),
                                    whole(20),   whole(1),  whole(40)};
    series.hours.assign(hours, hour);
    return series;
}

TEST(Averages, TheRollingValueNeedsTwentyOfTwentyFourHours) {
    HourlySeries series = winter(30, 160);
    for (auto& hour : series.hours) hour = {hour[0], {}, {}, {}, {}, {}};
    const auto rolling = rolling_aqi(series, rules_2012(), Ozone::kLeftOut);
    EXPECT_EQ(rolling.aqi[18], kNoAqi);
    EXPECT_EQ(rolling.aqi[19], 210);  // twenty hours of 160
    for (std::size_t i = 20; i < 25; ++i) series.hours[i][0] = {};
    const auto gappy = rolling_aqi(series, rules_2012(), Ozone::kLeftOut);
    EXPECT_EQ(gappy.aqi[23], 210);
    EXPECT_EQ(gappy.aqi[24], kNoAqi);  // hours 1 to 24 hold nineteen values
}

TEST(Averages, MeansAreRoundedOnceAndHalfToEven) {
    HourlySeries series = winter(24, 150);
    for (std::size_t i = 0; i < 12; ++i) series.hours[i][0] = whole(151);
    // Mean 150.5 rounds to 150, not to 151.
    EXPECT_EQ(rolling_aqi(series, rules_2012(), Ozone::kLeftOut).aqi[23], 200);
    series.hours[12][0] = whole(151);
    EXPECT_EQ(rolling_aqi(series, rules_2012(), Ozone::kLeftOut).aqi[23], 201);
}

TEST(Averages, OzoneCountsByItsLargestEightHoursInsideTheWindow) {
    HourlySeries series = winter(48, 10);
    for (std::size_t i = 12; i < 20; ++i) series.hours[i][at(Pollutant::kO3)] = whole(215);
    const auto with = rolling_aqi(series, rules_2012(), Ozone::kCounts);
    const auto without = rolling_aqi(series, rules_2012(), Ozone::kLeftOut);
    EXPECT_EQ(with.aqi[23], 150);
    EXPECT_EQ(with.aqi[35], 150);      // the window is hours 12 to 35
    EXPECT_LT(with.aqi[36], 150);      // one of the eight has left
    EXPECT_THAT(without.aqi[35], 25);  // NO2
}

TEST(Averages, ReadingsBelowZeroOrAbsurdAreNamedAndNeverUsed) {
    HourlySeries series = winter(24, 100);
    series.hours[3][0] = whole(-999);
    series.hours[4][0] = whole(99'999);
    const auto rolling = rolling_aqi(series, rules_2012(), Ozone::kLeftOut);
    EXPECT_EQ(rolling.aqi[23],
              *iaqi(Pollutant::kPm25, Averaging::k24h, Decimal::of(100), Hj633::k2012));
    EXPECT_EQ(hourly_aqi(series, rules_2012()).aqi[4], 20);  // PM10 leads
    const auto named = unusable_readings(series, ReadingLimits{});
    ASSERT_EQ(named.size(), 2u);
    EXPECT_EQ(named[0], (UnusableReading{series.first + std::chrono::hours{3}, Pollutant::kPm25,
                                         Decimal::of(-999)}));
}

TEST(Averages, TheEditionFollowsTheHoursDate) {
    HourlySeries series = winter(24 * 3, 60);
    series.first = *parse_instant("2026-02-27", kBeijingTime);
    const auto rolling = rolling_aqi(series, AirRules{.zone = kBeijingTime}, Ozone::kLeftOut);
    EXPECT_EQ(rolling.aqi[47], 82);
    EXPECT_EQ(rolling.aqi[48], 100);  // 2026-03-01 00:00
    const auto days = days_of(series, AirRules{.zone = kBeijingTime});
    EXPECT_EQ(days[1].index.aqi, 82);
    EXPECT_EQ(days[2].index.aqi, 100);
}

TEST(Averages, SulphurAboveItsHourlyScaleTakesTheDaysIndexUnder2012) {
    HourlySeries series = winter(24, 10);
    for (auto& hour : series.hours) hour[at(Pollutant::kSo2)] = whole(475);
    series.hours[23][at(Pollutant::kSo2)] = whole(900);
    const std::int64_t mean = mean_in_steps(Pollutant::kSo2, Decimal::of(475 * 23 + 900), 24);
    EXPECT_EQ(hourly_aqi(series, rules_2012()).aqi[23],
              *iaqi(Pollutant::kSo2, Averaging::k24h, Decimal::of(mean), Hj633::k2012));
    AirRules rules{.zone = kBeijingTime};
    rules.edition = Hj633::k2026;
    EXPECT_EQ(hourly_aqi(series, rules).aqi[23], 200);
    EXPECT_TRUE(hourly_index(series, 23, rules).primary.contains(Pollutant::kSo2));
}

TEST(Averages, ADayIsTheCivilDayOfItsZone) {
    HourlySeries series = winter(48, 10);
    for (std::size_t i = 0; i < 24; ++i) series.hours[i][0] = whole(160);
    const auto days = days_of(series, rules_2012());
    ASSERT_EQ(days.size(), 2u);
    EXPECT_EQ(to_iso(days[0].day), "2015-12-01");
    EXPECT_EQ(days[0].index.aqi, 210);
    EXPECT_TRUE(days[0].valid);
    EXPECT_THAT(days[0].index.primary.to_vector(), ElementsAre(Pollutant::kPm25));
    EXPECT_THAT(aqi_of(days).aqi, ElementsAre(210, 25));
    AirRules utc = rules_2012();
    utc.zone = Zone{std::chrono::minutes{0}};
    EXPECT_EQ(days_of(series, utc).size(), 3u);
}

TEST(Averages, OzonesOneHourCountsInADayOf2012Only) {
    HourlySeries series = winter(24, 10);
    series.hours[14][at(Pollutant::kO3)] = whole(400);
    EXPECT_EQ(days_of(series, rules_2012())[0].index.aqi, 200);
    AirRules rules{.zone = kBeijingTime};
    rules.edition = Hj633::k2026;
    EXPECT_EQ(days_of(series, rules)[0].index.aqi, 43);  // 8 h mean 85
}

TEST(Averages, ADayWithoutAPollutantIsPublishedOnlyBy2026AndOnlyAboveOneHundred) {
    HourlySeries series = winter(24, 160);
    for (auto& hour : series.hours) hour[at(Pollutant::kCo)] = {};
    EXPECT_FALSE(days_of(series, rules_2012())[0].valid);
    EXPECT_THAT(days_of(series, rules_2012())[0].why_not, HasSubstr("一氧化碳"));
    AirRules rules{.zone = kBeijingTime};
    rules.edition = Hj633::k2026;
    EXPECT_TRUE(days_of(series, rules)[0].valid);
    EXPECT_TRUE(days_of(series, rules)[0].missing.contains(Pollutant::kCo));
    for (auto& hour : series.hours) hour[0] = whole(20);
    EXPECT_FALSE(days_of(series, rules)[0].valid);
    EXPECT_EQ(aqi_of(days_of(series, rules)).aqi[0], kNoAqi);
    rules.unmonitored.insert(Pollutant::kCo);
    EXPECT_TRUE(days_of(series, rules)[0].valid);
}

TEST(Averages, AnEmptyDayIsNamedAndHasNoIndex) {
    HourlySeries series = winter(72, 50);
    for (std::size_t i = 24; i < 48; ++i) series.hours[i] = {};
    const auto days = days_of(series, rules_2012());
    EXPECT_EQ(days[1].index.aqi, kNoAqi);
    EXPECT_FALSE(days[1].valid);
    EXPECT_FALSE(days[1].why_not.empty());
    EXPECT_TRUE(days_of(HourlySeries{}, rules_2012()).empty());
}

TEST(Averages, DailyMeansGiveTheSameDay) {
    const auto day = day_from_means(*parse_day("2015-12-01"),
                                    {Concentration(*parse_decimal("100.5")), whole(129), whole(103),
                                     whole(31), Concentration(*parse_decimal("3.53")), whole(33)},
                                    AirRules{.zone = kBeijingTime});
    EXPECT_TRUE(day.valid);
    EXPECT_EQ(day.index.iaqi[0],
              *iaqi(Pollutant::kPm25, Averaging::k24h, Decimal::of(100), Hj633::k2012));
}

rc::Gen<HourlySeries> any_series() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::vector<int>>>(
            rc::gen::container<std::vector<int>>(kPollutantCount, rc::gen::inRange(-60, 900))),
        [](const std::vector<std::vector<int>>& rows) {
            HourlySeries series{"x", *parse_instant("2026-02-28 12:00", kBeijingTime), {}};
            for (const auto& row : rows) {
                HourlyConcentrations hour;
                for (std::size_t p = 0; p < row.size(); ++p) {
                    // A quarter of the values missing, in tenths so that rounding has ties.
                    if (row[p] % 4 != 0) hour[p] = Concentration(Decimal{row[p] * 500'000});
                }
                series.hours.push_back(hour);
            }
            return series;
        });
}

RC_GTEST_PROP(Averages, RunningSumsAgreeWithSummingEachWindowAnew, ()) {
    const HourlySeries series = *any_series();
    AirRules rules{.zone = kBeijingTime};
    rules.day_hours_min = *rc::gen::inRange(1, 24);
    for (const Ozone ozone : {Ozone::kCounts, Ozone::kLeftOut}) {
        const auto rolling = rolling_aqi(series, rules, ozone);
        const auto hourly = hourly_aqi(series, rules);
        RC_ASSERT(rolling.aqi.size() == series.hours.size());
        for (std::size_t i = 0; i < series.hours.size(); ++i) {
            RC_ASSERT(rolling.aqi[i] == rolling_index(series, i, rules, ozone).aqi);
            RC_ASSERT(hourly.aqi[i] == hourly_index(series, i, rules).aqi);
        }
    }
}

RC_GTEST_PROP(Averages, RaisingAValueNeverLowersAnIndex, ()) {
    HourlySeries series = *any_series();
    RC_PRE(!series.hours.empty());
    AirRules rules{.zone = kBeijingTime};
    rules.edition = Hj633::k2026;
    const auto before = rolling_aqi(series, rules, Ozone::kCounts);
    const auto days_before = days_of(series, rules);
    for (auto& hour : series.hours) {
        for (const Pollutant p : kPollutants) {
            Concentration& value = hour[at(p)];
            if (!rules.limits.allows(p, value)) continue;
            value = Concentration(value.value() + Decimal::of(*rc::gen::inRange(0, 50)));
        }
    }
    const auto after = rolling_aqi(series, rules, Ozone::kCounts);
    for (std::size_t i = 0; i < before.aqi.size(); ++i) RC_ASSERT(after.aqi[i] >= before.aqi[i]);
    const auto days_after = days_of(series, rules);
    for (std::size_t i = 0; i < days_before.size(); ++i) {
        RC_ASSERT(days_after[i].index.aqi >= days_before[i].index.aqi);
    }
}

}  // namespace
}  // namespace qk::rules
