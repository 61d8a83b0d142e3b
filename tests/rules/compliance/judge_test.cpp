#include "rules/compliance/judge.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace test;

Power at_hours(int from, int to, double kw, double otherwise = 20) {
    return [=](Instant end) {
        const int hour = hour_of_day(end - 1s, kShanghai);
        const bool is_in = from <= to ? hour >= from && hour < to : hour >= from || hour < to;
        return is_in ? kw : otherwise;
    };
}

TEST(Judge, ALineAtItsIdleLoadStands) {
    const auto answer = test::judge(obligation(LineStands{}), plant(constant(21), 48h), 48h);
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
    EXPECT_TRUE(answer.verdict->findings.empty());
    EXPECT_NE(answer.verdict->text.find("符合"), std::string::npos);
    EXPECT_NE(answer.verdict->text.find("21kW"), std::string::npos) << answer.verdict->text;
}

TEST(Judge, ALineThatWorksAsAlwaysIsInBreach) {
    const auto answer = test::judge(obligation(LineStands{}), plant(normal_power, 24h), 24h);
    EXPECT_EQ(compliance(answer), Compliance::kBreach);
    EXPECT_TRUE(has(answer, FindingKind::kLineRunning));
}

TEST(Judge, RunningAtNightOnlyIsFoundAndNamedSo) {
    const auto answer =
        test::judge(obligation(LineStands{}), plant(at_hours(23, 4, 300), 48h), 48h);
    EXPECT_EQ(compliance(answer), Compliance::kBreach);
    EXPECT_TRUE(has(answer, FindingKind::kNightRunning));
    EXPECT_FALSE(has(answer, FindingKind::kLineRunning));
}

TEST(Judge, AStopThreeHoursLateIsALateStopAndNotANightRun) {
    const Power late = [](Instant end) { return end <= kStart + 3h ? 300.0 : 20.0; };
    const auto answer = test::judge(obligation(LineStands{}), plant(late, 48h), 48h);
    EXPECT_EQ(compliance(answer), Compliance::kBreach);
    EXPECT_TRUE(has(answer, FindingKind::kStoppedLate));
    EXPECT_FALSE(has(answer, FindingKind::kNightRunning));
    // One that never stopped has not stopped late.
    const auto never = test::judge(obligation(LineStands{}), plant(constant(300), 4h), 4h);
    EXPECT_TRUE(has(never, FindingKind::kLineRunning));
    EXPECT_FALSE(has(never, FindingKind::kStoppedLate));
}

TEST(Judge, OneHighReadingIsNoFinding) {
    const Power spike = [](Instant end) { return end == kStart + 12h ? 350.0 : 20.0; };
    EXPECT_EQ(compliance(test::judge(obligation(LineStands{}), plant(spike, 24h), 24h)),
              Compliance::kCompliant);
}

TEST(Judge, AShortRunIsSuspectedOnly) {
    const Power run = [](Instant end) {
        return end > kStart + 12h && end <= kStart + 12h + 45min ? 350.0 : 20.0;
    };
    EXPECT_EQ(compliance(test::judge(obligation(LineStands{}), plant(run, 24h), 24h)),
              Compliance::kBreachSuspected);
}

TEST(Judge, RampDownIsGranted) {
    const Power slow = [](Instant end) { return end <= kStart + 4h ? 300.0 : 20.0; };
    const auto owed = obligation(LineStands{240min, false});
    EXPECT_EQ(compliance(test::judge(owed, plant(slow, 24h), 24h)), Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(obligation(LineStands{}), plant(slow, 24h), 24h)),
              Compliance::kBreach);
}

TEST(Judge, WhoStoodFromTheFirstHourHasKeptWhatARampIsStillGrantedFor) {
    const auto owed = obligation(LineStands{48 * 60min, false});
    EXPECT_EQ(compliance(test::judge(owed, plant(constant(20), 24h), 24h)), Compliance::kCompliant);
    const Power slow = [](Instant end) { return end <= kStart + 4h ? 300.0 : 20.0; };
    const auto granted = test::judge(owed, plant(slow, 24h), 24h);
    EXPECT_FALSE(granted.verdict) << "neither a breach nor a day that was kept";
    EXPECT_NE(granted.not_judged.find("宽限期"), std::string::npos);
}

TEST(Judge, SilenceIsNeitherGuiltNorInnocence) {
    Evidence evidence = plant(constant(20), 24h);
    auto& readings = evidence.meters[0].series.readings;
    readings.erase(std::remove_if(readings.begin(), readings.end(),
                                  [](const PowerReading& r) { return r.end > kStart + 3h; }),
                   readings.end());
    const auto answer = test::judge(obligation(LineStands{}), evidence, 24h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_TRUE(has(answer, FindingKind::kMeterSilent));
    EXPECT_LT(answer.verdict->coverage, 0.2);
}

TEST(Judge, InvalidReadingsAreNeverEvidence) {
    Evidence evidence = plant(constant(300), 24h);
    for (auto& reading : evidence.meters[0].series.readings) reading.valid = reading.end <= kStart;
    const auto answer = test::judge(obligation(LineStands{}), evidence, 24h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_TRUE(has(answer, FindingKind::kInvalidData));
}

TEST(Judge, AZeroBelowTheStandingLoadIsACutMeter) {
    const auto answer = test::judge(obligation(LineStands{}), plant(constant(0), 24h), 24h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_TRUE(has(answer, FindingKind::kPowerCut));
}

TEST(Judge, AZeroIsFineWhereTheInventorySaysSo) {
    EXPECT_EQ(compliance(test::judge(obligation(LineStands{}), plant(constant(0), 24h, 0.0), 24h)),
              Compliance::kCompliant);
}

TEST(Judge, WithoutAMeterNobodyCanTell) {
    Evidence evidence;
    evidence.lines = {"L1"};
    const auto answer = test::judge(obligation(LineStands{}), evidence, 24h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_TRUE(has(answer, FindingKind::kNoMeter));
}

TEST(Judge, IdleAsHighAsWorkCannotBeToldFromWork) {
    const auto answer =
        test::judge(obligation(LineStands{}), plant(constant(280), 24h, 250.0), 24h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_TRUE(has(answer, FindingKind::kNoBaseline));
}

TEST(Judge, SelfDisciplineAndSiteChecksAreNotJudged) {
    auto owed = obligation(SeenOnSite{"台账"}, Action::kStopProcess);
    EXPECT_FALSE(test::judge(owed, plant(constant(20), 24h), 24h).verdict);
    owed.action = Action::kSelfDiscipline;
    const auto answer = test::judge(owed, plant(constant(20), 24h), 24h);
    EXPECT_FALSE(answer.verdict);
    EXPECT_NE(answer.not_judged.find("自主减排"), std::string::npos);
}

// ---- the total meter ----

Evidence plant_with_total(const Power& line_after, const Power& total_after, hours length) {
    Evidence evidence = plant(line_after, length);
    const Power total_before = [](Instant end) { return normal_power(end) + 50; };
    PowerSeries total = series(facts("T", "", MeterRole::kTotal, 1000, 60), total_before,
                               total_after, kStart + length);
    const std::vector<PowerSeries> all{evidence.meters[0].series, total};
    evidence.unmetered = evidence_of(unmetered_series(all).value());
    evidence.meters.push_back(evidence_of(std::move(total)));
    return evidence;
}

TEST(Judge, LoadThatOnlyTheTotalShowsIsSuspected) {
    const auto answer = test::judge(obligation(LineStands{}),
                                    plant_with_total(constant(20), constant(350), 24h), 24h);
    EXPECT_EQ(compliance(answer), Compliance::kBreachSuspected);
    EXPECT_TRUE(has(answer, FindingKind::kUnmeteredLoad));
}

TEST(Judge, TheTotalVouchesForAZero) {
    const auto answer = test::judge(obligation(LineStands{}),
                                    plant_with_total(constant(0), constant(50), 24h), 24h);
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
    const auto cut =
        test::judge(obligation(LineStands{}), plant_with_total(constant(0), constant(0), 24h), 24h);
    EXPECT_EQ(compliance(cut), Compliance::kCannotTell);
}

TEST(Judge, ALineWithoutMeterStandsWhenTheWholePlantDoes) {
    Evidence evidence = plant_with_total(constant(20), constant(70), 24h);
    evidence.lines.push_back("L2");
    const auto owed = obligation(LineStands{}, Action::kStop, "L2");
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kCompliant);
    Evidence running = plant_with_total(normal_power, constant(400), 24h);
    EXPECT_EQ(compliance(test::judge(owed, running, 24h)), Compliance::kCannotTell);
}

// ---- treatment ----

Evidence plant_with_treatment(const Power& line_after, const Power& treatment_after, hours length) {
    Evidence evidence = plant(line_after, length);
    evidence.meters.push_back(evidence_of(series(facts("Z1", "L1", MeterRole::kTreatment, 60, 2),
                                                 constant(40), treatment_after, kStart + length)));
    return evidence;
}

TEST(Judge, TreatmentOffIsALeadAndNoBreachOfALimitThatIsKept) {
    auto owed = obligation(LoadAtMost{0.2, 0min, ""}, Action::kLimitLoad);
    owed.ratio = 0.2;
    const Power limited = [](Instant end) { return 0.78 * normal_power(end); };
    const auto off = test::judge(owed, plant_with_treatment(limited, constant(3), 48h), 48h);
    EXPECT_EQ(compliance(off), Compliance::kCompliant);
    EXPECT_TRUE(has(off, FindingKind::kTreatmentOff));
    EXPECT_TRUE(is_lead(*off.verdict));
    const auto zero = test::judge(owed, plant_with_treatment(limited, constant(0), 48h), 48h);
    EXPECT_TRUE(is_lead(*zero.verdict));
    EXPECT_NE(zero.verdict->text.find("也可能是断电"), std::string::npos);
    const auto full = test::judge(owed, plant_with_treatment(normal_power, constant(3), 48h), 48h);
    EXPECT_EQ(compliance(full), Compliance::kBreach) << "for its load";
    const auto on = test::judge(owed, plant_with_treatment(limited, constant(38), 48h), 48h);
    EXPECT_EQ(compliance(on), Compliance::kCompliant) << on.verdict->text;
    EXPECT_FALSE(is_lead(*on.verdict));
}

TEST(Judge, TreatmentMustRunOnAfterTheStop) {
    auto owed = obligation(LineStands{60min, false});
    owed.treatment_after_stop = 120min;
    const Power stop = [](Instant end) { return end <= kStart + 30min ? 300.0 : 20.0; };
    const Power early = [](Instant end) { return end <= kStart + 30min ? 40.0 : 2.0; };
    const Power late = [](Instant end) { return end <= kStart + 3h ? 40.0 : 2.0; };
    const auto cut = test::judge(owed, plant_with_treatment(stop, early, 24h), 24h);
    EXPECT_TRUE(has(cut, FindingKind::kTreatmentCutEarly));
    EXPECT_EQ(compliance(cut), Compliance::kBreachSuspected);
    const auto kept = test::judge(owed, plant_with_treatment(stop, late, 24h), 24h);
    EXPECT_EQ(compliance(kept), Compliance::kCompliant);
}

// ---- load limits ----

Obligation limit(double cut, std::string baseline = {}) {
    auto owed = obligation(LoadAtMost{cut, 0min, std::move(baseline)}, Action::kLimitLoad);
    owed.ratio = cut;
    return owed;
}

Power scaled(double share) {
    return [share](Instant end) { return share * normal_power(end); };
}

TEST(Judge, LoadAtTheCapIsCompliantAndFullLoadIsBreach) {
    for (const double cut : {0.1, 0.2, 0.3, 0.5}) {
        // The smaller the cut, the more days it takes to tell.
        const hours length{cut < 0.2 ? 144 : 48};
        EXPECT_EQ(compliance(test::judge(limit(cut), plant(scaled(1 - cut), length), length)),
                  Compliance::kCompliant)
            << cut;
        EXPECT_EQ(compliance(test::judge(limit(cut), plant(scaled(1), length), length)),
                  Compliance::kBreach)
            << cut;
    }
    const auto soon = test::judge(limit(0.1), plant(scaled(1), 48h), 48h);
    EXPECT_EQ(compliance(soon), Compliance::kBreachSuspected);
    EXPECT_THAT(soon.verdict->accusation->to_settle, testing::HasSubstr("个整日"));
}

TEST(Judge, TheYardstickIsPrinted) {
    const auto answer = test::judge(limit(0.2), plant(scaled(0.8), 24h), 24h);
    ASSERT_TRUE(answer.verdict->baseline);
    EXPECT_EQ(answer.verdict->baseline->method, "level-and-shape-of-comparable-days");
    EXPECT_GE(answer.verdict->baseline->days.size(), 10U);
    EXPECT_FALSE(answer.verdict->baseline->origin.empty());
    EXPECT_GT(answer.verdict->allowed_kwh, 0);
    ASSERT_TRUE(answer.verdict->baseline->calibration);
    const CalibrationUsed& used = *answer.verdict->baseline->calibration;
    EXPECT_LT(used.interval_99.low_kwh, used.interval_90.low_kwh);
    EXPECT_LT(used.interval_90.low_kwh, *answer.verdict->normal_kwh);
    EXPECT_GT(used.interval_90.high_kwh, *answer.verdict->normal_kwh);
    EXPECT_GT(used.interval_99.high_kwh, used.interval_90.high_kwh);
    EXPECT_GE(used.days_tried, 8);
    ASSERT_TRUE(answer.verdict->accusation);
    EXPECT_DOUBLE_EQ(answer.verdict->accusation->chance_per_winter, 0.001);
    EXPECT_THAT(answer.verdict->text, testing::HasSubstr("90%区间"));
}

// An obeying line may lie a little above its cap by chance, and is looked at a thousand times.
TEST(Judge, LookingEveryQuarterOfAnHourNeverAccusesALineThatKeepsItsCap) {
    const Power noisy = [](Instant end) {
        const auto slot = end.time_since_epoch().count() / 900;
        const auto day = day_of(end - 1s, kShanghai).time_since_epoch().count();
        const double of_day = 0.04 * static_cast<double>(day * 37 % 11 - 5) / 5;
        return normal_power(end) * (1 + of_day + 0.05 * static_cast<double>(slot % 13 - 6) / 6);
    };
    const Power kept = [&](Instant end) { return 0.8 * noisy(end); };
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back(
        evidence_of(series(facts("M1", "L1", MeterRole::kProduction), noisy, kept, kStart + 120h)));
    const JudgingParameters parameters;
    const Obligation owed = limit(0.2);
    for (Instant now = kStart + 5h; now <= kStart + 120h; now += 15min) {
        const auto answer =
            qk::rules::judge({owed, evidence, {kStart, now}, parameters, kShanghai});
        ASSERT_NE(compliance(answer), Compliance::kBreach) << to_iso(now, kShanghai);
    }
}

TEST(Judge, AClosedPlantReducesNothingOnAHolidayThatNobodyHasSeenItOn) {
    WorkCalendar calendar;
    const CivilDay first = day_of(kStart, kShanghai);
    calendar.holidays = {{"春节", first, first + days{6}, {}, 0, 0, "made", "sample"}};
    JudgingParameters parameters;
    parameters.calendar = std::make_shared<const WorkCalendar>(calendar);
    PowerSeries closed =
        series(facts("M1", "L1", MeterRole::kProduction), normal_power, constant(19), kStart + 48h);
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back({closed, baseline_of(closed, kStart, {}, parameters, kShanghai)});
    for (const auto& owed : {limit(0.2), obligation(LineStands{})}) {
        const auto answer =
            qk::rules::judge({owed, evidence, {kStart, kStart + 48h}, parameters, kShanghai});
        EXPECT_EQ(compliance(answer), Compliance::kCompliant);
        EXPECT_FALSE(answer.verdict->normal_kwh);
    }
    const auto text =
        qk::rules::judge({limit(0.2), evidence, {kStart, kStart + 48h}, parameters, kShanghai})
            .verdict->text;
    EXPECT_THAT(text, testing::HasSubstr("春节"));
}

TEST(Judge, ABaselineRaisedBeforeTheOrderIsNamedAndClearsNobody) {
    const Power raised = [](Instant end) {
        return (end > kStart - days{3} ? 1.5 : 1.0) * normal_power(end);
    };
    const auto judge_after = [&](double share) {
        Evidence evidence;
        evidence.lines = {"L1"};
        evidence.meters.push_back(evidence_of(series(facts("M1", "L1", MeterRole::kProduction, 900),
                                                     raised, scaled(share), kStart + 24h)));
        return test::judge(limit(0.3), evidence, 24h);
    };
    // 0.95 of what it drew before it was raised, which the raised baseline would allow.
    const auto hidden = judge_after(0.95);
    EXPECT_TRUE(has(hidden, FindingKind::kBaselineRaised));
    EXPECT_EQ(compliance(hidden), Compliance::kCannotTell);
    const auto kept = judge_after(0.5);
    EXPECT_TRUE(has(kept, FindingKind::kBaselineRaised));
    EXPECT_EQ(compliance(kept), Compliance::kCompliant);
}

TEST(Judge, ALineThatRestartedJustBeforeTheOrderIsSuspectedAtMost) {
    // Its level is in doubt: nobody knows what it would have drawn.
    const Power restarted = [](Instant end) {
        return end > kStart - days{3} && end <= kStart - days{1} ? 20.0 : normal_power(end);
    };
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back(evidence_of(
        series(facts("M1", "L1", MeterRole::kProduction), restarted, scaled(1.2), kStart + 96h)));
    const auto answer = test::judge(limit(0.5), evidence, 96h);
    EXPECT_EQ(compliance(answer), Compliance::kBreachSuspected);
    EXPECT_THAT(answer.verdict->accusation->to_settle, testing::HasSubstr("台账"));
}

TEST(Judge, AnHourlyMeterNeedsThreeReadingsOfRunningToAccuse) {
    const auto run_for = [](hours length) {
        const Power running = [length](Instant end) {
            return end > kStart + 10h && end <= kStart + 10h + length ? 300.0 : 20.0;
        };
        PowerSeries hourly;
        hourly.meter = facts("M1", "L1", MeterRole::kProduction);
        hourly.interval = 60min;
        for (Instant end = kStart - days{14} + 1h; end <= kStart + 24h; end += 1h) {
            hourly.readings.push_back({end, end <= kStart ? normal_power(end) : running(end)});
        }
        Evidence evidence;
        evidence.lines = {"L1"};
        evidence.meters.push_back(evidence_of(std::move(hourly)));
        return compliance(test::judge(obligation(LineStands{}), evidence, 24h));
    };
    EXPECT_EQ(run_for(2h), Compliance::kBreachSuspected);
    EXPECT_EQ(run_for(3h), Compliance::kBreach);
}

TEST(Judge, OneFullDayAmongObeyingOnesIsFound) {
    const Power one_day = [](Instant end) {
        const double share = end > kStart + 48h && end <= kStart + 72h ? 1.0 : 0.65;
        return share * normal_power(end);
    };
    const auto answer = test::judge(limit(0.3), plant(one_day, 120h), 120h);
    EXPECT_EQ(compliance(answer), Compliance::kBreach);
    EXPECT_EQ(answer.verdict->findings.size(), 1U);
}

// A plant whose days differ by a fifth from one to the next.
double restless_power(Instant end) {
    const auto day = day_of(end - 1s, kShanghai).time_since_epoch().count();
    return normal_power(end) * (0.8 + 0.2 * static_cast<double>(day % 3));
}

Judgement judge_restless(const Obligation& owed, double share, hours length) {
    const Power after = [share](Instant end) { return share * normal_power(end); };
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back(evidence_of(
        series(facts("M1", "L1", MeterRole::kProduction), restless_power, after, kStart + length)));
    return test::judge(owed, evidence, length);
}

TEST(Judge, ADayAboveTheCapThatLooksNormalInARestlessPlantIsUnknownAndNotCompliant) {
    const auto unclear = judge_restless(limit(0.2), 0.95, 24h);
    EXPECT_EQ(compliance(unclear), Compliance::kCannotTell);
    EXPECT_TRUE(has(unclear, FindingKind::kLoadAboveCap));  // what it rests on
    // Three such days are no rarer in a plant whose days differ by so much.
    EXPECT_EQ(compliance(judge_restless(limit(0.2), 0.95, 72h)), Compliance::kCannotTell);
    EXPECT_EQ(compliance(judge_restless(limit(0.2), 0.78, 24h)), Compliance::kCompliant);
    EXPECT_EQ(compliance(judge_restless(limit(0.5), 1.2, 24h)), Compliance::kBreachSuspected);
    EXPECT_EQ(compliance(judge_restless(limit(0.5), 1.2, 120h)), Compliance::kBreach);
    // Below the cap is below the cap, whatever the reason.
    EXPECT_EQ(compliance(judge_restless(limit(0.2), 0.5, 72h)), Compliance::kCompliant);
}

TEST(Judge, ADayThatLooksNormalIsOnlyNoRiddleWhereTheWholeWindowKeptItsCap) {
    const auto with_first_day = [](double share, double rest) {
        const Power after = [=](Instant end) {
            return (end <= kStart + 24h ? share : rest) * normal_power(end);
        };
        Evidence evidence;
        evidence.lines = {"L1"};
        evidence.meters.push_back(evidence_of(series(facts("M1", "L1", MeterRole::kProduction),
                                                     restless_power, after, kStart + 96h)));
        return compliance(test::judge(limit(0.3), evidence, 96h));
    };
    EXPECT_EQ(with_first_day(0.9, 0.62), Compliance::kCompliant);
    EXPECT_EQ(with_first_day(0.9, 0.68), Compliance::kCannotTell);
    // Beyond what chance allows one day of four, however low the others lie.
    EXPECT_EQ(with_first_day(1.6, 0.3), Compliance::kBreachSuspected);
}

TEST(Judge, ALittleAboveTheCapIsToleratedWhereItIsClearlyBelowNormal) {
    EXPECT_EQ(compliance(test::judge(limit(0.2), plant(scaled(0.82), 24h), 24h)),
              Compliance::kCompliant);
    EXPECT_EQ(compliance(judge_restless(limit(0.5), 0.52, 72h)), Compliance::kCompliant);
}

TEST(Judge, WhoLooksAtManyDaysSuspectsNoMoreThanWhoLooksAtOne) {
    // 3.1 spreads above its cap: suspect for a day by itself, not for one day among nine.
    const auto one = judge_restless(limit(0.5), 0.5, 24h);
    ASSERT_TRUE(one.verdict && one.verdict->baseline);
    const double share = 0.5 * (1 + 3.1 * one.verdict->baseline->uncertainty);
    EXPECT_EQ(compliance(judge_restless(limit(0.5), share, 24h)), Compliance::kBreachSuspected);
    const Power after = [share](Instant end) {
        return (end <= kStart + 24h ? share : 0.45) * normal_power(end);
    };
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back(evidence_of(
        series(facts("M1", "L1", MeterRole::kProduction), restless_power, after, kStart + 216h)));
    EXPECT_NE(compliance(test::judge(limit(0.5), evidence, 216h)), Compliance::kBreachSuspected);
}

TEST(Judge, ACapacityBaselineIsOnlyStoodInForSoABreachIsSuspected) {
    const auto owed = limit(0.2, "smallest-of-eia-permit-last-year");
    EXPECT_EQ(compliance(test::judge(owed, plant(scaled(1), 48h), 48h)),
              Compliance::kBreachSuspected);
    EXPECT_EQ(compliance(test::judge(limit(0.2, "heat-duty"), plant(scaled(1), 48h), 48h)),
              Compliance::kCannotTell);
}

TEST(Judge, AgainstACapacityNobodyGaveOnlyALineThatStandsIsCompliant) {
    const auto owed = limit(0.2, "smallest-of-eia-permit-last-year");
    const auto obeying = test::judge(owed, plant(scaled(0.75), 48h), 48h);
    EXPECT_EQ(compliance(obeying), Compliance::kCannotTell);
    EXPECT_TRUE(has(obeying, FindingKind::kNoBaseline));
    EXPECT_EQ(obeying.verdict->text.find("smallest"), std::string::npos) << obeying.verdict->text;
    EXPECT_EQ(compliance(test::judge(owed, plant(constant(20), 48h), 48h)), Compliance::kCompliant);
    // The recent month is what the meter itself remembers.
    const auto recent = limit(0.2, "mean-of-recent-month");
    EXPECT_EQ(compliance(test::judge(recent, plant(scaled(0.75), 48h), 48h)),
              Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(recent, plant(scaled(1), 48h), 48h)), Compliance::kBreach);
}

TEST(Judge, WhereTheInventorySaysThePaperFigureTheCapIsAShareOfIt) {
    auto owed = limit(0.2, "smallest-of-eia-permit-last-year");
    Evidence whole_day = plant(scaled(1), 48h);
    const auto past = test::judge(limit(0.2), whole_day, 48h);
    ASSERT_TRUE(past.verdict && past.verdict->normal_kwh);
    const double normal_kwh_d = *past.verdict->normal_kwh / 2;
    std::get<LoadAtMost>(owed.check).baseline_kwh_d = normal_kwh_d;
    const auto kept = test::judge(owed, plant(scaled(0.75), 48h), 48h);
    EXPECT_EQ(compliance(kept), Compliance::kCompliant);
    EXPECT_NE(kept.verdict->text.find("核定基准日用电量"), std::string::npos);
    EXPECT_EQ(compliance(test::judge(owed, plant(scaled(1), 48h), 48h)), Compliance::kBreach);
    // Who ran at seven tenths of what the papers allow keeps 80 % of them at full normal load.
    std::get<LoadAtMost>(owed.check).baseline_kwh_d = normal_kwh_d / 0.7;
    EXPECT_EQ(compliance(test::judge(owed, plant(scaled(1), 48h), 48h)), Compliance::kCompliant);
}

TEST(Judge, AMinimumLoadIsNoLeaveToRunAtFullLoad) {
    auto owed = limit(0.3);
    std::get<LoadAtMost>(owed.check).minimum = "lowest-day-last-year";
    EXPECT_EQ(compliance(test::judge(owed, plant(scaled(0.68), 48h), 48h)), Compliance::kCompliant);
    // The minimum may lie above the cap, so it is to be asked and not accused.
    const auto full = test::judge(owed, plant(scaled(1), 48h), 48h);
    EXPECT_EQ(compliance(full), Compliance::kBreachSuspected);
    EXPECT_NEAR(full.verdict->allowed_kwh, 0.7 * *full.verdict->normal_kwh, 1e-6);
    EXPECT_NE(full.verdict->text.find("上一年最低日生产负荷"), std::string::npos);
    // As orders were written before the minimum had a place of its own.
    auto old = limit(0.0, "lowest-day-last-year");
    old.ratio = 0.3;
    EXPECT_EQ(compliance(test::judge(old, plant(scaled(1), 48h), 48h)),
              Compliance::kBreachSuspected);
    old.ratio = 0;
    EXPECT_EQ(compliance(test::judge(old, plant(scaled(0.9), 48h), 48h)), Compliance::kCannotTell);
}

TEST(Judge, WithoutComparableDaysRatedPowerStandsInAndAccusesNobody) {
    Evidence evidence = plant(scaled(1), 48h);
    auto& meter = evidence.meters[0];
    meter.baseline = baseline_of(meter.series, kStart - days{14}, {}, {}, kShanghai);
    EXPECT_EQ(meter.baseline.method, BaselineMethod::kRatedPower);
    const auto answer = test::judge(limit(0.2), evidence, 48h);
    EXPECT_NE(compliance(answer), Compliance::kBreach);
    meter.series.meter.rated_kw.reset();
    meter.baseline = baseline_of(meter.series, kStart - days{14}, {}, {}, kShanghai);
    const auto none = test::judge(limit(0.2), evidence, 48h);
    EXPECT_EQ(compliance(none), Compliance::kCannotTell);
    EXPECT_TRUE(has(none, FindingKind::kNoBaseline));
}

TEST(Judge, ALineThatStoodBeforeAndStandsNowOwesNothingMore) {
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back(evidence_of(series(facts("M1", "L1", MeterRole::kProduction),
                                                 constant(20), constant(21), kStart + 48h)));
    EXPECT_EQ(compliance(test::judge(limit(0.2), evidence, 48h)), Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(obligation(LineStands{}), evidence, 48h)),
              Compliance::kCompliant);
    for (auto& reading : evidence.meters[0].series.readings) {
        if (reading.end > kStart) reading.kw = 300;
    }
    EXPECT_EQ(compliance(test::judge(obligation(LineStands{}), evidence, 48h)),
              Compliance::kBreach);
}

TEST(Judge, TreatmentOfTheWholePlantIsNotOffBecauseOneOfSixLinesRuns) {
    Evidence evidence;
    for (int i = 1; i <= 6; ++i) {
        const std::string line = "L" + std::to_string(i);
        evidence.lines.push_back(line);
        evidence.meters.push_back(
            evidence_of(series(facts("M" + std::to_string(i), line, MeterRole::kProduction),
                               normal_power, i == 1 ? normal_power : constant(20), kStart + 24h)));
    }
    auto owed = limit(0.0);
    const auto with_treatment = [&](double kw) {
        Evidence whole = evidence;
        whole.meters.push_back(evidence_of(series(facts("Z", "", MeterRole::kTreatment, 300, 3),
                                                  constant(240), constant(kw), kStart + 24h)));
        return test::judge(owed, whole, 24h);
    };
    EXPECT_EQ(compliance(with_treatment(42)), Compliance::kCompliant);
    EXPECT_TRUE(has(with_treatment(4), FindingKind::kTreatmentOff));
}

// ---- shares, cycles, restarts ----

Evidence lines_plant(const std::vector<Power>& after, hours length) {
    Evidence evidence;
    for (std::size_t i = 0; i < after.size(); ++i) {
        const std::string line = "L" + std::to_string(i + 1);
        evidence.lines.push_back(line);
        evidence.meters.push_back(
            evidence_of(series(facts("M" + std::to_string(i + 1), line, MeterRole::kProduction),
                               normal_power, after[i], kStart + length)));
    }
    return evidence;
}

TEST(Judge, HalfOfTheLinesMayRunWhicheverTheyAre) {
    const auto owed = obligation(ShareStands{0.5, {}, 0min}, Action::kStop, "");
    const Power off = constant(20);
    EXPECT_EQ(compliance(test::judge(owed, lines_plant({normal_power, off}, 24h), 24h)),
              Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(owed, lines_plant({normal_power, normal_power}, 24h), 24h)),
              Compliance::kBreach);
    // Three lines: half of three is two.
    EXPECT_EQ(
        compliance(test::judge(owed, lines_plant({normal_power, normal_power, off}, 24h), 24h)),
        Compliance::kBreach);
}

// A line that may run rests at night and works the next day: it has restarted nothing.
TEST(Judge, OfLinesThatMayRunNothingIsFound) {
    const auto owed = obligation(ShareStands{0.5, {}, 0min}, Action::kStop, "");
    const Evidence evidence = lines_plant({normal_power, constant(20)}, 72h);
    const auto kept = test::judge(owed, evidence, 72h);
    EXPECT_EQ(compliance(kept), Compliance::kCompliant);
    EXPECT_TRUE(kept.verdict->findings.empty()) << kept.verdict->text;
    const auto broken = test::judge(owed, lines_plant({normal_power, normal_power}, 72h), 72h);
    EXPECT_FALSE(has(broken, FindingKind::kRestarted)) << broken.verdict->text;
    EXPECT_TRUE(has(broken, FindingKind::kLineRunning));
    // As verdicts of the edition before are computed again.
    JudgingParameters parameters;
    JudgeInput input{owed, evidence, {kStart, kStart + 72h}, parameters, kShanghai};
    input.edition = kChosenLinesSince - 1;
    EXPECT_TRUE(has(qk::rules::judge(input), FindingKind::kRestarted));
}

TEST(Judge, HalfOfTwoNamedLinesIsOneOfThemWhicheverTheyAre) {
    const auto owed = obligation(ShareStands{0.5, {"L1", "L2"}, 0min}, Action::kStop, "");
    const Power off = constant(20);
    for (const auto& after : {std::vector<Power>{normal_power, off, normal_power},
                              std::vector<Power>{off, normal_power, normal_power}}) {
        EXPECT_EQ(compliance(test::judge(owed, lines_plant(after, 24h), 24h)),
                  Compliance::kCompliant);
    }
    EXPECT_EQ(
        compliance(test::judge(owed, lines_plant({normal_power, normal_power, off}, 24h), 24h)),
        Compliance::kBreach);
}

TEST(Judge, NamedLinesMustStandThemselves) {
    const auto owed = obligation(ShareStands{0.5, {"L1"}, 0min}, Action::kStop, "");
    EXPECT_EQ(compliance(test::judge(owed, lines_plant({constant(20), normal_power}, 24h), 24h)),
              Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(owed, lines_plant({normal_power, constant(20)}, 24h), 24h)),
              Compliance::kBreach);
}

TEST(Judge, ACycleIsJudgedInItsOffPhasesOnly) {
    const auto owed = obligation(OnOffCycle{48h, 12h, 0h});
    const Power obeying = [](Instant end) { return end > kStart + 48h ? 300.0 : 20.0; };
    EXPECT_EQ(compliance(test::judge(owed, plant(obeying, 60h), 60h)), Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(owed, plant(normal_power, 60h), 60h)), Compliance::kBreach);
}

TEST(Judge, ARestartIsSuspectedSinceAnApprovalMayExist) {
    const auto owed = obligation(NoRestart{});
    const Power again = [](Instant end) { return end > kStart + 20h ? 300.0 : 20.0; };
    EXPECT_EQ(compliance(test::judge(owed, plant(again, 48h), 48h)), Compliance::kBreachSuspected);
    EXPECT_EQ(compliance(test::judge(owed, plant(constant(20), 48h), 48h)), Compliance::kCompliant);
}

// ---- stacks and gates ----

Evidence stack(const Power& mg, hours length, days before = days{8}) {
    Evidence evidence;
    StackSeries stack{"O1", "L1", "nox", 60min, {}};
    for (Instant end = kStart - before + 1h; end <= kStart + length; end += 1h) {
        stack.readings.push_back({end, mg(end), 1e5});
    }
    evidence.stacks.push_back(std::move(stack));
    return evidence;
}

TEST(Judge, ADailyMeanAboveTheLimitIsABreachAndTwoHoursAreSuspected) {
    const auto owed = obligation(EmissionAtMost{"nox", 50.0, {}, false, 0}, Action::kLimitEmission);
    EXPECT_EQ(compliance(test::judge(owed, stack(constant(40), 24h), 24h)), Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(owed, stack(constant(60), 24h), 24h)), Compliance::kBreach);
    const Power two = [](Instant end) {
        return end > kStart + 3h && end <= kStart + 5h ? 80.0 : 30.0;
    };
    EXPECT_EQ(compliance(test::judge(owed, stack(two, 24h), 24h)), Compliance::kBreachSuspected);
    const Power one = [](Instant end) { return end == kStart + 4h ? 80.0 : 30.0; };
    EXPECT_EQ(compliance(test::judge(owed, stack(one, 24h), 24h)), Compliance::kCompliant);
}

TEST(Judge, TheMassBeforeTheWarningIsTheLimitWhereNoFigureIsGiven) {
    const auto owed = obligation(EmissionAtMost{"nox", {}, {}, true, 0.2}, Action::kLimitEmission);
    const Power less = [](Instant end) { return end > kStart ? 30.0 : 40.0; };
    EXPECT_EQ(compliance(test::judge(owed, stack(less, 48h), 48h)), Compliance::kCompliant);
    EXPECT_EQ(compliance(test::judge(owed, stack(constant(40), 48h), 48h)), Compliance::kBreach);
}

// Two warnings a week apart: the first held the stack down.
TEST(Judge, TheMassUnderAnEarlierWarningIsNoLimit) {
    const auto owed = obligation(EmissionAtMost{"nox", {}, {}, true, 0.2}, Action::kLimitEmission);
    const Span earlier{kStart - days{8}, kStart - days{1}};
    const auto kept = [earlier](Instant end) {
        if (end > kStart) return 30.0;
        return end > earlier.from && end <= earlier.to ? 4.0 : 40.0;
    };
    Evidence evidence = stack(kept, 48h, days{15});
    EXPECT_EQ(compliance(test::judge(owed, evidence, 48h)), Compliance::kBreachSuspected);
    evidence.under_warning = {earlier};
    const auto judgement = test::judge(owed, evidence, 48h);
    EXPECT_EQ(compliance(judgement), Compliance::kCompliant) << judgement.verdict->text;
}

TEST(Judge, OrdinaryTimeStepsOverDaysUnderAWarning) {
    const std::vector<Span> warnings{{kStart - days{9}, kStart - days{6}},
                                     {kStart - days{4}, kStart - days{3}}};
    EXPECT_EQ(ordinary_before(kStart, days{2}, warnings), kStart - days{2});
    EXPECT_EQ(ordinary_before(kStart, days{4}, warnings), kStart - days{5});
    EXPECT_EQ(ordinary_before(kStart, days{8}, warnings), kStart - days{12});
    const Evidence evidence = gather_evidence(
        {}, kStart, std::vector<Span>{{kStart - 60h, kStart - 50h}, {kStart, kStart + 9h}},
        JudgingParameters{}, kShanghai);
    EXPECT_EQ(evidence.under_warning, (std::vector<Span>{{kStart - days{3}, kStart - days{2}}}));
}

// Eight percent of noise from hour to hour, without a pattern of days.
double noisy(Instant end) {
    const auto hour = static_cast<std::uint64_t>(end.time_since_epoch().count() / 3600);
    const std::uint64_t mixed = (hour * 0x9E3779B97F4A7C15ULL) >> 40U;
    const double unit = static_cast<double>(mixed) / static_cast<double>(1U << 24U);
    return 40 * (1 + 0.08 * 1.73 * (2 * unit - 1));
}

TEST(Judge, TheSameLevelAsBeforeTheWarningIsWithinWhatChanceAllows) {
    const auto owed = obligation(EmissionAtMost{"nox", {}, {}, true, 0}, Action::kLimitEmission);
    for (const hours length : {72h, 168h}) {
        const auto same = test::judge(owed, stack(noisy, length), length);
        EXPECT_EQ(compliance(same), Compliance::kCompliant) << same.verdict->text;
    }
    const Power more = [](Instant end) { return end > kStart ? 1.3 * noisy(end) : noisy(end); };
    EXPECT_EQ(compliance(test::judge(owed, stack(more, 72h), 72h)), Compliance::kBreach);
    // A figure on paper has no spread.
    const auto paper =
        obligation(EmissionAtMost{"nox", {}, 95.0, false, 0}, Action::kLimitEmission);
    EXPECT_EQ(compliance(test::judge(paper, stack(constant(40), 48h), 48h)), Compliance::kBreach);
}

TEST(Judge, WithoutAFactorEveryFactorOfTheStackIsLimited) {
    const auto owed = obligation(EmissionAtMost{"", {}, {}, true, 0.3}, Action::kLimitEmission);
    const auto plant_of = [](double so2_after, double nox_after) {
        Evidence evidence = stack([=](Instant end) { return end > kStart ? nox_after : 40; }, 72h);
        Evidence other = stack([=](Instant end) { return end > kStart ? so2_after : 20; }, 72h);
        other.stacks[0].factor = "so2";
        evidence.stacks.push_back(other.stacks[0]);
        return evidence;
    };
    EXPECT_EQ(compliance(test::judge(owed, plant_of(13, 27), 72h)), Compliance::kCompliant);
    const auto one = test::judge(owed, plant_of(20, 27), 72h);
    EXPECT_EQ(compliance(one), Compliance::kBreach);
    EXPECT_NE(one.verdict->text.find("so2"), std::string::npos);
    EXPECT_EQ(compliance(test::judge(owed, Evidence{}, 72h)), Compliance::kCannotTell);
}

TEST(Judge, ALimitOfOneOutletIsJudgedByThatOne) {
    Evidence evidence = stack(constant(40), 24h);
    Evidence other = stack(constant(80), 24h);
    other.stacks[0].outlet = "O2";
    evidence.stacks.push_back(other.stacks[0]);
    EmissionAtMost check{"nox", 50.0, {}, false, 0};
    const auto judged = [&](const std::string& outlet) {
        check.outlet = outlet;
        return compliance(test::judge(obligation(check, Action::kLimitEmission), evidence, 24h));
    };
    EXPECT_EQ(judged("O1"), Compliance::kCompliant);
    EXPECT_EQ(judged("O2"), Compliance::kBreach);
    EXPECT_EQ(judged("O3"), Compliance::kCannotTell);
}

TEST(Judge, BannedVehiclesAreFoundByStageAndHour) {
    auto owed = obligation(NoVehicles{{"国四"}, 7, 21, {"新能源"}}, Action::kBanVehicles, "");
    owed.verified_by = VerifiedBy::kGate;
    Evidence evidence;
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kCannotTell);
    evidence.passages = {{kStart + 3h, "豫A12345", "国四", "in"},
                         {kStart + 10h, "豫A54321", "国六", "in"},
                         {kStart + 11h, "豫AD12345", "国四", "in"}};
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kCompliant);
    evidence.passages.push_back({kStart + 12h, "豫A12345", "国四", "in"});
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kBreachSuspected);
    evidence.passages.push_back({kStart + 13h, "豫A67890", "国四", "in"});
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kBreach);
}

Obligation ban(std::vector<std::string> exempt = {}) {
    auto owed =
        obligation(NoVehicles{{"国四"}, 0, 24, std::move(exempt)}, Action::kBanVehicles, "");
    owed.verified_by = VerifiedBy::kGate;
    return owed;
}

TEST(Judge, ATruckThatWasInsideBeforeTheBanMayLeave) {
    Evidence evidence;
    evidence.passages = {{kStart - 2h, "豫A12345", "国四", "in"},
                         {kStart + 20min, "豫A12345", "国四", "out"}};
    EXPECT_EQ(compliance(test::judge(ban(), evidence, 24h)), Compliance::kCompliant);
}

TEST(Judge, ATruckThatComesAndLeavesAndComesAgainIsOneTruck) {
    Evidence evidence;
    evidence.passages = {{kStart + 1h, "豫A12345", "国四", "in"},
                         {kStart + 2h, "豫A12345", "国四", "out"},
                         {kStart + 3h, "豫A12345", "国四", "in"}};
    const auto one = test::judge(ban(), evidence, 24h);
    EXPECT_EQ(compliance(one), Compliance::kBreachSuspected);
    EXPECT_EQ(one.verdict->findings.at(0).measured, 1);
    evidence.passages.push_back({kStart + 25h, "豫A67890", "国四", "in"});  // after the window
    EXPECT_EQ(compliance(test::judge(ban(), evidence, 24h)), Compliance::kBreachSuspected);
}

TEST(Judge, ATruckThatMayBeSparedIsSuspectedUntilTheRecordSaysWhatItIs) {
    const auto owed = ban({"危险品", "橙警通行证"});
    Evidence evidence;
    evidence.passages = {{kStart + 1h, "豫A12345", "国四", "in"},
                         {kStart + 2h, "豫A67890", "国四", "in"}};
    const auto unknown = test::judge(owed, evidence, 24h);
    EXPECT_EQ(compliance(unknown), Compliance::kBreachSuspected);
    EXPECT_NE(unknown.verdict->text.find("橙警通行证"), std::string::npos);
    evidence.passages[0].kind = "危险品";
    evidence.passages[1].kind = "橙警通行证";
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kCompliant);
    for (GatePassage& passage : evidence.passages) passage.kind = "危化品运输车";
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kBreachSuspected)
        << "a word that the ban does not know may mean one that it spares";
    for (GatePassage& passage : evidence.passages) passage.kind = "普通货车";
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kBreach);
}

TEST(Judge, AStageIsTheSameHoweverTheGateWritesIt) {
    auto owed = obligation(NoVehicles{{"国一", "国四"}, 0, 24, {}}, Action::kBanVehicles, "");
    owed.verified_by = VerifiedBy::kGate;
    const auto judged = [&owed](const std::string& stage) {
        Evidence evidence;
        evidence.passages = {{kStart + 1h, "豫A12345", stage, "in"}};
        return compliance(test::judge(owed, evidence, 24h));
    };
    for (const char* banned :
         {"国四", "国4", "国Ⅳ", "国IV", "国 iv", "4", "国四排放标准", "GB4", "国0", "国零"}) {
        EXPECT_EQ(judged(banned), Compliance::kBreachSuspected) << banned;
    }
    for (const char* free : {"国六", "国六b", "国Ⅵ", "国5", "VI"}) {
        EXPECT_EQ(judged(free), Compliance::kCompliant) << free;
    }
    for (const char* unknown : {"", "不详", "欧四", "44"}) {
        EXPECT_EQ(judged(unknown), Compliance::kCannotTell) << unknown;
    }
}

TEST(Judge, ATruckOfNoKnownStageTakesNothingFromABannedOne) {
    Evidence evidence;
    evidence.passages = {{kStart + 1h, "豫A12345", "", "in"}, {kStart + 2h, "豫A1", "国四", "in"}};
    EXPECT_EQ(compliance(test::judge(ban(), evidence, 24h)), Compliance::kBreachSuspected);
    evidence.passages[1].stage = "国六";
    const auto answer = test::judge(ban(), evidence, 24h);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_NE(answer.verdict->text.find("豫A12345"), std::string::npos);
    evidence.passages[0].direction = "out";
    EXPECT_EQ(compliance(test::judge(ban(), evidence, 24h)), Compliance::kCompliant);
}

TEST(Judge, ComingAndLeavingIsOneTripOfACount) {
    auto owed = obligation(CountAtMost{2, "车次"}, Action::kBanVehicles, "");
    owed.verified_by = VerifiedBy::kGate;
    Evidence evidence;
    for (const hours at : {1h, 2h}) {
        evidence.passages.push_back({kStart + at, "豫A12345", "国六", "in"});
        evidence.passages.push_back({kStart + at + 10min, "豫A12345", "国六", "out"});
    }
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kCompliant);
    evidence.passages.push_back({kStart + 3h, "豫A12345", "国六", "in"});
    EXPECT_EQ(compliance(test::judge(owed, evidence, 24h)), Compliance::kBreach);
}

// ---- properties ----

int badness(Compliance compliance) { return compliance == Compliance::kBreach ? 1 : 0; }

Check any_check() {
    return *rc::gen::element<Check>(LineStands{}, LoadAtMost{0.2, 0min, ""},
                                    OnOffCycle{12h, 6h, 0h}, LoadAtMost{0.5, 0min, ""});
}

Power any_power() {
    const auto levels = *rc::gen::container<std::vector<double>>(
        8, rc::gen::map(rc::gen::inRange(0, 14), [](int tens) { return tens * 25.0; }));
    return [levels](Instant end) {
        const auto slot = (end - kStart).count() / (3 * 3600);
        return levels[static_cast<std::size_t>(slot) % levels.size()];
    };
}

RC_GTEST_PROP(JudgeProperty, TakingReadingsAwayNeverMakesABreach, ()) {
    const Obligation owed = obligation(any_check());
    Evidence evidence = plant(any_power(), 30h);
    const Compliance whole = compliance(test::judge(owed, evidence, 30h));
    const int from = *rc::gen::inRange(0, 30);
    const int length = *rc::gen::inRange(1, 30);
    auto& readings = evidence.meters[0].series.readings;
    readings.erase(std::remove_if(readings.begin(), readings.end(),
                                  [&](const PowerReading& r) {
                                      return r.end > kStart + hours{from} &&
                                             r.end <= kStart + hours{from + length};
                                  }),
                   readings.end());
    const Compliance less = compliance(test::judge(owed, evidence, 30h));
    RC_ASSERT(badness(less) <= badness(whole));
    if (whole == Compliance::kCompliant) RC_ASSERT(less != Compliance::kBreachSuspected);
}

RC_GTEST_PROP(JudgeProperty, RaisingALoadNeverTurnsABreachIntoCompliance, ()) {
    const Obligation owed = obligation(any_check());
    Evidence evidence = plant(any_power(), 30h);
    const Compliance before = compliance(test::judge(owed, evidence, 30h));
    const double more = *rc::gen::inRange(0, 100);
    const int from = *rc::gen::inRange(0, 30);
    for (auto& reading : evidence.meters[0].series.readings) {
        if (reading.end > kStart + hours{from}) reading.kw += more;
    }
    const Compliance after = compliance(test::judge(owed, evidence, 30h));
    if (before == Compliance::kBreach) RC_ASSERT(after != Compliance::kCompliant);
}

RC_GTEST_PROP(JudgeProperty, AnObeyingPlantIsNeverInBreachHoweverFarBelowItsCap, ()) {
    const double cut = *rc::gen::element(0.1, 0.2, 0.3, 0.5);
    const double share = *rc::gen::inRange(5, 100) / 100.0;
    const auto answer = test::judge(limit(cut), plant(scaled((1 - cut) * share), 48h), 48h);
    RC_ASSERT(compliance(answer) == Compliance::kCompliant ||
              compliance(answer) == Compliance::kCannotTell);
}

RC_GTEST_PROP(JudgeProperty, WithoutReadingsNobodyCanTell, ()) {
    const Obligation owed = obligation(any_check());
    Evidence evidence = plant(any_power(), 30h);
    auto& readings = evidence.meters[0].series.readings;
    readings.erase(std::remove_if(readings.begin(), readings.end(),
                                  [](const PowerReading& r) { return r.end > kStart; }),
                   readings.end());
    RC_ASSERT(compliance(test::judge(owed, evidence, 30h)) == Compliance::kCannotTell);
}

RC_GTEST_PROP(JudgeProperty, TheOrderOfMetersDoesNotMatter, ()) {
    const auto owed = obligation(LineStands{}, Action::kStop, "");
    Evidence evidence = lines_plant({any_power(), any_power(), any_power()}, 24h);
    const Compliance one = compliance(test::judge(owed, evidence, 24h));
    std::reverse(evidence.meters.begin(), evidence.meters.end());
    RC_ASSERT(compliance(test::judge(owed, evidence, 24h)) == one);
}

}  // namespace
}  // namespace qk::rules
