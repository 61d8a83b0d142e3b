#include "rules/compliance/baseline.hpp"

#include <gtest/gtest.h>

#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace test;

PowerSeries meter(const Power& power, Instant to = kStart) {
    return series(facts("M1", "L1", MeterRole::kProduction), power, power, to);
}

TEST(Baseline, TakesTheMeanOfTheSameTimeOfComparableDays) {
    const auto baseline = baseline_of(meter(normal_power), kStart, {}, {}, kShanghai);
    EXPECT_EQ(baseline.method, BaselineMethod::kComparableDays);
    EXPECT_NEAR(*baseline.kw_at(kStart + 12h, kShanghai), 300, 5);
    EXPECT_NEAR(*baseline.kw_at(kStart + 3h, kShanghai), 20, 2);
    EXPECT_NEAR(*baseline.normal_kw, 300, 15);
    EXPECT_NEAR(*baseline.low_kw, 19, 2);
}

TEST(Baseline, MidnightBelongsToTheDayThatEnds) {
    const Power power = [](Instant end) {
        return hour_of_day(end - 1s, kShanghai) == 23 ? 100.0 : 10.0;
    };
    const auto baseline = baseline_of(meter(power), kStart, {}, {}, kShanghai);
    EXPECT_DOUBLE_EQ(*baseline.kw_at(kStart + 24h, kShanghai), 100);
    EXPECT_DOUBLE_EQ(*baseline.kw_at(kStart + 24h + 15min, kShanghai), 10);
}

TEST(Baseline, WeekendsAreComparedWithWeekends) {
    const Power power = [](Instant end) {
        const weekday day{day_of(end - 1s, kShanghai)};
        return day == Saturday || day == Sunday ? 50.0 : 200.0;
    };
    const auto baseline = baseline_of(meter(power), kStart, {}, {}, kShanghai);
    EXPECT_DOUBLE_EQ(*baseline.kw_at(kStart + 12h, kShanghai), 200);
    EXPECT_DOUBLE_EQ(*baseline.kw_at(kStart + days{5} + 12h, kShanghai), 50);
}

TEST(Baseline, DaysOfWarningsAndOfStandStillAreLeftOut) {
    const Power power = [](Instant end) {
        if (end > kStart - days{4} && end <= kStart - days{3}) return 20.0;  // repair
        if (end > kStart - days{3}) return 100.0;                            // an earlier warning
        return 200.0;
    };
    const std::vector<Span> warnings{{kStart - days{3}, kStart}};
    const auto baseline = baseline_of(meter(power), kStart, warnings, {}, kShanghai);
    EXPECT_DOUBLE_EQ(*baseline.kw_at(kStart + 12h, kShanghai), 200);
}

TEST(Baseline, FallsBackInItsStatedOrder) {
    // Four days, Wednesday to Saturday: no weekend to speak of, so types are not told apart.
    const auto few = baseline_of(meter(normal_power, kStart - days{10}), kStart, {}, {}, kShanghai);
    EXPECT_EQ(few.method, BaselineMethod::kComparableDaysAnyType);
    const auto none = baseline_of(meter(normal_power), kStart - days{13}, {}, {}, kShanghai);
    EXPECT_EQ(none.method, BaselineMethod::kRatedPower);
    EXPECT_DOUBLE_EQ(*none.kw_at(kStart, kShanghai), 400);
    PowerSeries unknown = meter(normal_power);
    unknown.meter.rated_kw.reset();
    EXPECT_EQ(baseline_of(unknown, kStart - days{13}, {}, {}, kShanghai).method,
              BaselineMethod::kNoBaseline);
}

TEST(Baseline, ItsUncertaintyIsTheSpreadOfDays) {
    const Power steady = normal_power;
    const Power wild = [](Instant end) {
        const auto day = day_of(end - 1s, kShanghai).time_since_epoch().count();
        return normal_power(end) * (1 + 0.1 * static_cast<double>(day % 3 - 1));
    };
    const JudgingParameters parameters;
    const Span day{kStart, kStart + 24h};
    const auto calm = baseline_of(meter(steady), kStart, {}, {}, kShanghai);
    const auto rough = baseline_of(meter(wild), kStart, {}, {}, kShanghai);
    EXPECT_LT(expected_energy(calm, day, 15min, parameters, kShanghai)->spread, 0.03);
    EXPECT_GT(expected_energy(rough, day, 15min, parameters, kShanghai)->spread, 0.06);
}

}  // namespace
}  // namespace qk::rules
