#include <gtest/gtest.h>

#include "rules/compliance/judge.hpp"
#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace test;

// Standing load that never shows one value twice in a day.
double restless_kw(Instant end) {
    const auto quarter = end.time_since_epoch().count() / 900;
    return 18 + 0.01 * static_cast<double>((quarter * 7919) % 211);
}

Power first_day_again(const Power& first) {
    return [first](Instant end) {
        const auto days_on = floor<days>(end - 1s - kStart);
        return first(end - days_on);
    };
}

TEST(JudgeSeries, ADayShownAgainValueByValueClearsNobody) {
    const Obligation stop = obligation(LineStands{});
    const auto answer = test::judge(stop, plant(first_day_again(restless_kw), 72h), 72h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    ASSERT_TRUE(has(answer, FindingKind::kSeriesRepeated)) << answer.verdict->text;
    EXPECT_TRUE(is_lead(*answer.verdict));
    EXPECT_NE(answer.verdict->findings.back().text.find("1日前逐点完全相同"), std::string::npos)
        << answer.verdict->findings.back().text;
}

TEST(JudgeSeries, DaysThatDifferAreAMetersOwn) {
    const auto answer = test::judge(obligation(LineStands{}), plant(restless_kw, 72h), 72h);
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
    EXPECT_FALSE(has(answer, FindingKind::kSeriesRepeated));
}

TEST(JudgeSeries, ACoarseMeterMayShowTheSameStandingLoadEveryDay) {
    const Power coarse = [](Instant end) {
        return 18 + 0.5 * static_cast<double>((end.time_since_epoch().count() / 900) % 4);
    };
    const auto answer =
        test::judge(obligation(LineStands{}), plant(first_day_again(coarse), 96h), 96h);
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
    EXPECT_FALSE(has(answer, FindingKind::kSeriesRepeated));
}

TEST(JudgeSeries, ARepeatedDayOfRunningIsABreachStill) {
    const Power running = [](Instant end) { return 250 + restless_kw(end); };
    const auto answer =
        test::judge(obligation(LineStands{}), plant(first_day_again(running), 72h), 72h);
    EXPECT_EQ(compliance(answer), Compliance::kBreach);
    EXPECT_TRUE(has(answer, FindingKind::kSeriesRepeated));
}

TEST(JudgeSeries, OneDayIsNotLongEnoughToRepeatAnything) {
    const auto answer =
        test::judge(obligation(LineStands{}), plant(first_day_again(restless_kw), 40h), 40h);
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
}

Evidence varied_then(const Power& after, hours length) {
    const Power before = [](Instant end) {
        const int hour = hour_of_day(end - 1s, kShanghai);
        return hour >= 6 && hour < 22 ? 280 + restless_kw(end) : restless_kw(end);
    };
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back(evidence_of(
        series(facts("M1", "L1", MeterRole::kProduction), before, after, kStart + length)));
    return evidence;
}

TEST(JudgeSeries, AWorkingLineThatShowsOneValueForHoursIsNotMeasured) {
    const Obligation limit = obligation(LoadAtMost{0.3, 0min, ""}, Action::kLimitLoad);
    const auto answer = test::judge(limit, varied_then(constant(120), 48h), 48h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_TRUE(has(answer, FindingKind::kSeriesFlat));
    EXPECT_TRUE(is_lead(*answer.verdict));
}

TEST(JudgeSeries, AStandingLineMayShowOneValue) {
    const auto answer = test::judge(obligation(LineStands{}), varied_then(constant(19), 48h), 48h);
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
}

TEST(JudgeSeries, EarlierEditionsDidNotLook) {
    const Evidence evidence = plant(first_day_again(restless_kw), 72h);
    const Obligation stop = obligation(LineStands{});
    const JudgingParameters parameters;
    JudgeInput input{stop, evidence, {kStart, kStart + 72h}, parameters, kShanghai};
    input.edition = kAccusationsSince - 1;
    EXPECT_EQ(compliance(qk::rules::judge(input)), Compliance::kCompliant);
}

}  // namespace
}  // namespace qk::rules
