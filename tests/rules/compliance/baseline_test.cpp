#include "rules/compliance/baseline.hpp"

#include <gtest/gtest.h>

#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace test;

PowerSeries meter(const Power& power, Instant to = kStart) {
    return series(facts("M1", "L1", MeterRole::kProduction), power, power, to);
}

TEST(Baseline, GuessesTheSameTimeOfComparableDays) {
    const auto baseline = baseline_of(meter(normal_power), kStart, {}, {}, kShanghai);
    EXPECT_EQ(baseline.method, BaselineMethod::kLevelAndShape);
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

TEST(Baseline, AnHolidayIsComparedWithNoWorkingDayAndSaysWhereNoneWasSeen) {
    WorkCalendar calendar;
    calendar.holidays = {
        {"元旦", day_of(kStart, kShanghai), day_of(kStart, kShanghai), {}, 0, 0, "made", "sample"}};
    JudgingParameters parameters;
    parameters.calendar = std::make_shared<const WorkCalendar>(calendar);
    const auto baseline = baseline_of(meter(normal_power), kStart, {}, parameters, kShanghai);
    EXPECT_EQ(baseline.kind_of(day_of(kStart, kShanghai)), DayKind::kHoliday);
    EXPECT_EQ(baseline.kind_of(day_of(kStart + 24h, kShanghai)), DayKind::kWorking);
    const auto on = energy_band(baseline, {kStart, kStart + 24h}, 15min, kShanghai);
    const auto after = energy_band(baseline, {kStart + 24h, kStart + 48h}, 15min, kShanghai);
    EXPECT_TRUE(on->is_holiday_unknown);
    EXPECT_FALSE(after->is_holiday_unknown);
}

TEST(Baseline, TheDayOfTheOrderUpToTheOrderMovesTheLevel) {
    const Instant order = kStart + 18h;
    const auto rise = [&](double share) {
        const Power power = [share](Instant end) {
            return end > kStart ? share * normal_power(end) : normal_power(end);
        };
        PowerSeries one = series(facts("M1", "L1", MeterRole::kProduction), power, power, order);
        const auto baseline = baseline_of(one, order, {}, {}, kShanghai);
        return *baseline.kw_at(kStart + 20h, kShanghai) / normal_power(kStart + 20h) - 1;
    };
    EXPECT_GT(rise(1.1), rise(1.0));
    EXPECT_LT(rise(0.9), rise(1.0));
    EXPECT_NEAR(rise(0.1), rise(1.0), 0.01);  // it stood: no measure of its work
}

}  // namespace
}  // namespace qk::rules
