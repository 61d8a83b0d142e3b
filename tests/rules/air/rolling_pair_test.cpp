// Goal: one walk gives what summing every window anew gives, and PM2.5 alone beside it. Method:
// seeded air with gaps across the day on which the edition changes, with values that make means end
// on a half.
#include "rules/air/rolling_pair.hpp"

#include <gtest/gtest.h>

#include <random>

namespace qk::rules {
namespace {

constexpr std::size_t at(Pollutant pollutant) { return static_cast<std::size_t>(pollutant); }

HourlySeries air(unsigned seed, int spread) {
    std::mt19937 random(seed);
    HourlySeries series{"x", *parse_instant("2026-02-26T07:00", kBeijingTime), {}};
    const std::array<int, kPollutantCount> tops{500, 600, 900, 400, 60, 300};
    for (int hour = 0; hour < 150; ++hour) {
        HourlyConcentrations values;
        for (const Pollutant pollutant : kPollutants) {
            if (random() % 12 == 0) continue;  // missing
            const int top = 1 + tops[at(pollutant)] * spread / 100;
            const std::int64_t halves = static_cast<std::int64_t>(random()) % (2 * top);
            values[at(pollutant)] = Concentration(Decimal{halves * 500'000});
        }
        series.hours.push_back(values);
    }
    return series;
}

TEST(RollingPair, EachHourIsThatOfItsWindowSummedAnew) {
    const AirRules rules{.zone = kBeijingTime};
    for (unsigned seed = 0; seed < 60; ++seed) {
        const HourlySeries series = air(seed, seed % 3 == 0 ? 3 : 100);
        for (const Ozone ozone : {Ozone::kCounts, Ozone::kLeftOut}) {
            const RollingPair pair = rolling_pair(series, rules, ozone);
            ASSERT_EQ(pair.all.aqi, rolling_aqi(series, rules, ozone).aqi);
            ASSERT_EQ(pair.pm25.aqi, rolling_aqi(series, rules, Pollutant::kPm25).aqi);
            ASSERT_EQ(pair.all.first, series.first);
            ASSERT_EQ(pair.pm25.first, series.first);
            for (std::size_t i = 0; i < series.hours.size(); ++i) {
                const AirIndex index = rolling_index(series, i, rules, ozone);
                ASSERT_EQ(pair.all.aqi[i], index.aqi) << "seed " << seed << ", hour " << i;
                ASSERT_EQ(pair.pm25.aqi[i], index.iaqi[at(Pollutant::kPm25)]);
            }
        }
    }
}

// Every mean that lies on a half, a little below and a little above it.
TEST(RollingPair, AMeanOnAHalfIsNotTakenForLess) {
    AirRules rules{.zone = kBeijingTime};
    for (const Hj633 edition : {Hj633::k2012, Hj633::k2026}) {
        rules.edition = edition;
        for (int pm10 = 0; pm10 < 620; ++pm10) {
            for (const std::int64_t off : {-1, 0, 1}) {
                HourlySeries series{"x", Instant{}, {}};
                HourlyConcentrations hour;
                hour[at(Pollutant::kPm25)] = Concentration(Decimal::of(pm10 / 2));
                hour[at(Pollutant::kPm10)] =
                    Concentration(Decimal{pm10 * 1'000'000LL + 500'000 + off});
                series.hours.assign(24, hour);
                ASSERT_EQ(rolling_pair(series, rules, Ozone::kLeftOut).all.aqi[23],
                          rolling_index(series, 23, rules, Ozone::kLeftOut).aqi)
                    << pm10;
            }
        }
    }
}

TEST(RollingPair, WithAndWithoutOzoneAreThoseOfAWalkEach) {
    const AirRules rules{.zone = kBeijingTime};
    for (unsigned seed = 100; seed < 120; ++seed) {
        const HourlySeries series = air(seed, seed % 3 == 0 ? 3 : 100);
        const RollingOzone both = rolling_with_ozone(series, rules);
        ASSERT_EQ(both.counts.aqi, rolling_aqi(series, rules, Ozone::kCounts).aqi);
        ASSERT_EQ(both.left_out.aqi, rolling_aqi(series, rules, Ozone::kLeftOut).aqi);
        ASSERT_EQ(both.counts.first, series.first);
        ASSERT_EQ(both.left_out.first, series.first);
    }
}

}  // namespace
}  // namespace qk::rules
