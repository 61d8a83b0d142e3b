// Goal: nobody who obeys is called a breach because the yardstick does not fit the day, and what is
// ignored does not vanish. Method: made lines with nine weeks (or fewer) of a known past, each with
// one thing in it; earlier editions beside the present one where they differ.
#include <gmock/gmock.h>

#include <random>

#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace test;

Obligation limit(double cut) {
    auto owed = obligation(LoadAtMost{cut, 0min, {}}, Action::kLimitLoad);
    owed.ratio = cut;
    return owed;
}

struct Past {
    int length = 63;  // days
    std::chrono::minutes interval{15};
    JudgingParameters parameters{};
};

// One line: `before` for so many days up to kStart, then `after` for `length`.
Evidence line_of(const Power& before, const Power& after, std::chrono::minutes length,
                 const Past& past = {}) {
    PowerSeries power;
    power.meter = facts("M1", "L1", MeterRole::kProduction);
    power.interval = past.interval;
    const Instant first = kStart - days{past.length};
    for (Instant end = first + past.interval; end <= kStart + length; end += past.interval) {
        power.readings.push_back({end, end <= kStart ? before(end) : after(end)});
    }
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back({power, baseline_of(power, kStart, {}, past.parameters, kShanghai)});
    return evidence;
}

Judgement judge_at(const Obligation& owed, const Evidence& evidence, std::chrono::minutes length,
                   int edition = kJudgeEdition) {
    const JudgingParameters parameters;
    JudgeInput input{owed, evidence, {kStart, kStart + length}, parameters, kShanghai};
    input.edition = edition;
    return qk::rules::judge(input);
}

bool is_sunday(Instant end) { return weekday{day_of(end - 1s, kShanghai)} == Sunday; }

double rests_on_sundays(Instant end) { return is_sunday(end) ? 20.0 : normal_power(end); }

TEST(JudgeBound, WhoWorksOnADayOfRestCannotBeToldFromWhoBrokeTheOrder) {
    // At seven tenths of a working day, as ordered, from Monday to Sunday.
    const Power kept = [](Instant end) { return 0.65 * normal_power(end); };
    const Evidence evidence = line_of(rests_on_sundays, kept, days{8});
    ASSERT_LT(evidence.meters[0].baseline.calibration->factors[2], kRestsBelow);
    for (std::chrono::minutes length = days{6} + 30min; length <= days{8}; length += 30min) {
        const auto answer = judge_at(limit(0.3), evidence, length);
        EXPECT_FALSE(is_lead(*answer.verdict)) << length.count() << answer.verdict->text;
    }
    const auto sunday = judge_at(limit(0.3), evidence, days{7});
    EXPECT_EQ(compliance(sunday), Compliance::kCannotTell);
    EXPECT_THAT(sunday.verdict->text, testing::HasSubstr("平常休息"));
    EXPECT_TRUE(has(sunday, FindingKind::kLoadAboveCap));
    EXPECT_EQ(compliance(judge_at(limit(0.3), evidence, days{7}, 3)), Compliance::kBreach)
        << "verdicts of edition 3 stay what they were";
}

TEST(JudgeBound, ADayOfRestThatWasKeptExcusesNoOtherDay) {
    const Evidence kept = line_of(
        rests_on_sundays, [](Instant end) { return 0.65 * rests_on_sundays(end); }, days{7});
    EXPECT_EQ(compliance(judge_at(limit(0.3), kept, days{7})), Compliance::kCompliant);
    for (const Power& ignored : {Power(rests_on_sundays), Power(normal_power)}) {
        const Evidence evidence = line_of(rests_on_sundays, ignored, days{7});
        EXPECT_EQ(compliance(judge_at(limit(0.3), evidence, days{7})), Compliance::kBreach);
    }
}

TEST(JudgeBound, AHolidayOnWhichThePlantWasNeverSeenAccusesNobody) {
    WorkCalendar calendar;
    const CivilDay first = day_of(kStart, kShanghai);
    calendar.holidays = {{"元旦", first, first, {}, 0, 0, "made", "sample"}};
    Past past;
    past.parameters.calendar = std::make_shared<const WorkCalendar>(calendar);
    const Power worked = [](Instant end) { return 0.65 * normal_power(end); };
    const Evidence evidence = line_of(rests_on_sundays, worked, 24h, past);
    EXPECT_EQ(compliance(judge_at(limit(0.3), evidence, 24h)), Compliance::kCannotTell);
}

// A line whose days and quarters differ by five percent each.
Power noisy_line(std::uint64_t seed) {
    return [seed](Instant end) {
        const auto of = [&](std::int64_t what) {
            std::mt19937_64 random(seed * 1'000'003 + static_cast<std::uint64_t>(what));
            random.discard(3);
            return std::normal_distribution<double>(0, 0.05)(random);
        };
        const auto day = day_of(end - 1s, kShanghai).time_since_epoch().count();
        return normal_power(end) * (1 + of(day) + of(end.time_since_epoch().count() / 900));
    };
}

TEST(JudgeBound, ALimitIgnoredForOneDayDoesNotVanishEvenAfterTwoWeeksOnly) {
    int ignored_leads = 0;
    int kept_leads = 0;
    constexpr int kLines = 60;
    for (std::uint64_t seed = 1; seed <= kLines; ++seed) {
        const Power power = noisy_line(seed);
        const Power kept = [&](Instant end) { return 0.7 * power(end); };
        const Past two_weeks{14};
        const auto ignored = judge_at(limit(0.3), line_of(power, power, 24h, two_weeks), 24h);
        const auto obeyed = judge_at(limit(0.3), line_of(power, kept, 24h, two_weeks), 24h);
        ignored_leads += is_lead(*ignored.verdict) ? 1 : 0;
        kept_leads += is_lead(*obeyed.verdict) ? 1 : 0;
        EXPECT_NE(compliance(ignored), Compliance::kCompliant);
        EXPECT_NE(compliance(obeyed), Compliance::kBreach);
    }
    // A day that is low by itself may look half obeyed.
    EXPECT_GE(ignored_leads, kLines - 1);
    EXPECT_LE(kept_leads, kLines / 20);
}

TEST(JudgeBound, ADayWhoseLastReadingIsMissingIsOverAllTheSame) {
    const Evidence evidence = line_of(normal_power, normal_power, days{2});
    for (const bool has_end : {false, true}) {
        Obligation owed = limit(0.5);
        if (has_end) owed.to = kStart + 24h;
        const auto settled = [&](std::chrono::minutes length) {
            return judge_at(owed, evidence, length).verdict->accusation.value();
        };
        EXPECT_EQ(settled(23h + 30min).settled, 0);
        const Accusation before = settled(23h + 45min);
        EXPECT_EQ(before.settled, 1);
        EXPECT_TRUE(before.is_proved());
        EXPECT_LE(before.log_e, settled(24h).log_e) << "what is missing counts as nothing";
    }
    // Also of an hourly meter.
    const Evidence hourly = line_of(normal_power, normal_power, 24h, {63, 60min});
    EXPECT_EQ(judge_at(limit(0.5), hourly, 22h).verdict->accusation->settled, 0);
    EXPECT_EQ(judge_at(limit(0.5), hourly, 23h).verdict->accusation->settled, 1);
}

TEST(JudgeBound, TheDayThatBeginsTakesNothingFromTheDayThatIsOver) {
    const Power first_day = [](Instant end) {
        return (end <= kStart + 24h ? 1.0 : 0.4) * normal_power(end);
    };
    const Evidence evidence = line_of(normal_power, first_day, days{2});
    const auto at_midnight = judge_at(limit(0.5), evidence, 24h);
    ASSERT_EQ(compliance(at_midnight), Compliance::kBreach);
    for (std::chrono::minutes length = 24h; length <= 30h; length += 15min) {
        const auto answer = judge_at(limit(0.5), evidence, length);
        EXPECT_EQ(compliance(answer), Compliance::kBreach) << length.count();
        EXPECT_DOUBLE_EQ(answer.verdict->accusation->log_e, at_midnight.verdict->accusation->log_e);
    }
}

TEST(JudgeBound, FewerThanEightDaysAccuseNobodyAndTheVerdictSaysWhy) {
    const Evidence evidence = line_of(normal_power, normal_power, days{3}, {7});
    const auto answer = judge_at(limit(0.5), evidence, days{3});
    EXPECT_EQ(compliance(answer), Compliance::kBreachSuspected);
    EXPECT_THAT(answer.verdict->text, testing::HasSubstr("不足8日"));
    EXPECT_THAT(answer.verdict->text, testing::HasSubstr("至多列为疑似"));
    const auto before = judge_at(limit(0.5), evidence, days{3}, 3);
    EXPECT_EQ(compliance(before), Compliance::kBreach);
    EXPECT_THAT(before.verdict->text, testing::Not(testing::HasSubstr("疑似")));
}

TEST(JudgeBound, ALevelThatWasLowBeforeTheOrderAndCameBackIsNoBreach) {
    for (const int low_days : {3, 7, 10}) {
        const Power low = [low_days](Instant end) {
            return (end > kStart - days{low_days} ? 0.7 : 1.0) * normal_power(end);
        };
        // It obeys by what it drew before that.
        const Power kept = [](Instant end) { return 0.7 * normal_power(end); };
        const Evidence evidence = line_of(low, kept, days{7});
        EXPECT_TRUE(evidence.meters[0].baseline.calibration->is_unsettled) << low_days;
        for (int day = 1; day <= 7; ++day) {
            const auto answer = judge_at(limit(0.3), evidence, days{day});
            EXPECT_NE(compliance(answer), Compliance::kBreach) << low_days << " " << day;
        }
    }
    EXPECT_FALSE(
        line_of(normal_power, normal_power, 24h).meters[0].baseline.calibration->is_unsettled);
}

TEST(JudgeBound, TheTextOfTheBoundSaysWhatItAssumes) {
    const Evidence evidence = line_of(normal_power, normal_power, days{2});
    const auto answer = judge_at(limit(0.3), evidence, days{2});
    EXPECT_THAT(answer.verdict->text, testing::HasSubstr("不移动、各日误差互不相关为前提"));
}

TEST(JudgeBound, ClearRunningAddsUpOverItsStretches) {
    const auto runs = [](int count, hours length) {
        return Power([=](Instant end) {
            const auto since = end - kStart;
            const int run = static_cast<int>((since - 1s) / 8h);
            const bool is_on =
                run < count && since > 8h * run + 4h && since <= 8h * run + 4h + length;
            return is_on ? 300.0 : 20.0;
        });
    };
    const Obligation owed = obligation(LineStands{});
    const auto of_hourly = [&](int count, int edition) {
        const Evidence evidence = line_of(normal_power, runs(count, 2h), 24h, {63, 60min});
        return compliance(judge_at(owed, evidence, 24h, edition));
    };
    EXPECT_EQ(of_hourly(1, kJudgeEdition), Compliance::kBreachSuspected);
    EXPECT_EQ(of_hourly(2, kJudgeEdition), Compliance::kBreach);
    // Half an hour of clear running is short by itself, in each of three nights it is not.
    const Power half_hours = [](Instant end) {
        const auto since = (end - kStart) % 8h;
        return since > 4h && since <= 4h + 45min ? 300.0 : 20.0;
    };
    const Evidence evidence = line_of(normal_power, half_hours, 24h);
    EXPECT_EQ(compliance(judge_at(owed, evidence, 8h)), Compliance::kBreachSuspected);
    EXPECT_EQ(compliance(judge_at(owed, evidence, 24h)), Compliance::kBreach);
    EXPECT_EQ(compliance(judge_at(owed, evidence, 24h, 3)), Compliance::kBreachSuspected);
}

}  // namespace
}  // namespace qk::rules
