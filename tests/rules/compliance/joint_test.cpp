// Feeds that contradict each other: each cheat seen from what it cannot hide, and the same plant
// when it obeys.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

#include "rules/compliance/judge.hpp"
#include "tests/rules/compliance/cases.hpp"

namespace qk::rules {
namespace {

using namespace test;

// Between -1 and 1, another for each instrument and quarter.
double noise(std::uint64_t instrument, Instant end) {
    std::uint64_t x =
        static_cast<std::uint64_t>(end.time_since_epoch().count()) / 900 + instrument * 1'000'003;
    for (int i = 0; i < 3; ++i) x = (x ^ (x >> 31)) * 0x9E3779B97F4A7C15ULL;
    return static_cast<double>(x >> 40) / static_cast<double>(1 << 23) - 1;
}

double hundredths(double kw) { return std::round(kw * 100) / 100; }

// What one quarter of an hour was like; shares of normal running. Each meter shows its own.
struct Quarter {
    double production = 1;
    double treatment = 1;
    double office = 1;
    double unlisted_kw = 0;
    double total = 1;  // what the total meter shows of all that
    double nox = 1;
    double flow = 1;
};
using Story = std::function<Quarter(Instant end)>;

constexpr double kProduction_kw = 400;
constexpr double kTreatment_kw = 60;

Story always(Quarter quarter) {
    return [quarter](Instant) { return quarter; };
}

// A kiln around the clock with treatment, a total meter and a stack, of a gateway that sends all.
struct Kiln {
    Story before = always({});
    Story after = always({});
    hours length{72};
    std::vector<Span> warnings{};  // before
    std::function<bool(Instant)> is_sent = [](Instant) { return true; };

    [[nodiscard]] Evidence evidence() const {
        const auto kiln = [](std::string id, std::string line, MeterRole role, double rated) {
            return facts(std::move(id), std::move(line), role, rated, 0.05 * rated);
        };
        PowerSeries production{kiln("P1", "L1", MeterRole::kProduction, 500), 15min, {}};
        PowerSeries treatment{kiln("T1", "L1", MeterRole::kTreatment, 70), 15min, {}};
        PowerSeries total{kiln("S", "", MeterRole::kTotal, 700), 15min, {}};
        StackSeries nox{"O1", "L1", "nox", 60min, {}};
        for (Instant end = kStart - days{21} + 15min; end <= kStart + length; end += 15min) {
            const Quarter now = end <= kStart ? before(end) : after(end);
            const double made = kProduction_kw * now.production * (1 + 0.02 * noise(1, end));
            const double treated = kTreatment_kw * now.treatment * (1 + 0.01 * noise(2, end));
            const double office = 14 * now.office * (1 + 0.1 * noise(3, end));
            if (is_sent(end)) {
                production.readings.push_back({end, hundredths(made)});
                treatment.readings.push_back({end, hundredths(treated)});
                total.readings.push_back(
                    {end, hundredths((made + treated + office + now.unlisted_kw) * now.total)});
            }
            if (floor<hours>(end) != end || end < kStart - days{9}) continue;
            const auto tenth = [](double value) { return std::round(value * 10) / 10; };
            nox.readings.push_back({end, tenth(45 * now.nox * (1 + 0.08 * noise(4, end))),
                                    std::round(30000 * now.flow * (1 + 0.08 * noise(5, end)))});
        }
        const JudgingParameters parameters;
        Evidence evidence = gather_evidence({production, treatment, total}, kStart, warnings,
                                            parameters, kShanghai);
        evidence.lines = {"L1"};
        evidence.stacks = {nox};
        return evidence;
    }
};

Judgement judged(const Kiln& kiln, const Obligation& owed) {
    const Evidence evidence = kiln.evidence();
    return test::judge(owed, evidence, kiln.length);
}

Obligation stop() { return obligation(LineStands{}); }
Obligation limit() { return obligation(LoadAtMost{0.5, 0min, ""}, Action::kLimitLoad); }

constexpr Quarter kStanding{.production = 0.05, .treatment = 0.02, .nox = 0.08, .flow = 0.01};
constexpr Quarter kHalf{.production = 0.45, .flow = 0.45};

std::vector<FindingKind> leads_of(const Judgement& judgement) {
    std::vector<FindingKind> leads;
    for (const Finding& finding : judgement.verdict.value().findings) {
        if (is_lead_beside(finding.kind)) leads.push_back(finding.kind);
    }
    return leads;
}

TEST(Joint, APlantThatObeysIsNoLead) {
    const auto stopped = judged({.after = always(kStanding)}, stop());
    EXPECT_EQ(compliance(stopped), Compliance::kCompliant) << stopped.verdict->text;
    EXPECT_TRUE(leads_of(stopped).empty()) << stopped.verdict->text;
    const auto halved = judged({.after = always(kHalf)}, limit());
    EXPECT_EQ(compliance(halved), Compliance::kCompliant) << halved.verdict->text;
    EXPECT_TRUE(leads_of(halved).empty()) << halved.verdict->text;
}

TEST(Joint, TreatmentWithoutThePowerThatProductionAsksForIdles) {
    Quarter idles = kHalf;
    idles.treatment = 0.35;
    const auto answer = judged({.after = always(idles)}, limit());
    EXPECT_TRUE(has(answer, FindingKind::kTreatmentIdle)) << answer.verdict->text;
    // It breaks no limit of load.
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
    EXPECT_TRUE(is_lead(*answer.verdict));
}

TEST(Joint, FansThatAlwaysFollowedProductionMayFollowItDown) {
    const auto follows = [](double production) {
        return Quarter{.production = production,
                       .treatment = production * production * production,
                       .flow = production};
    };
    const Story swings = [&](Instant end) { return follows(0.9 + 0.1 * noise(9, end)); };
    const auto answer = judged({.before = swings, .after = always(follows(0.6))},
                               obligation(LoadAtMost{0.3, 0min, ""}, Action::kLimitLoad));
    EXPECT_FALSE(has(answer, FindingKind::kTreatmentIdle)) << answer.verdict->text;
}

TEST(Joint, TreatmentThatGoesOnBesideALineThatShowsItStandsLeavesItUnknown) {
    Quarter past_the_meter = kStanding;
    past_the_meter.treatment = 1;
    const auto answer = judged({.after = always(past_the_meter)}, stop());
    EXPECT_TRUE(has(answer, FindingKind::kTreatmentAlone)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
}

TEST(Joint, TreatmentMayGoOnAsLongAsTheMeasureAsks) {
    Obligation owed = stop();
    owed.treatment_after_stop = 4h;
    const Story runs_out = [](Instant end) {
        Quarter now = kStanding;
        if (end <= kStart + 6h) now.treatment = 1;
        return now;
    };
    EXPECT_TRUE(leads_of(judged({.after = runs_out}, owed)).empty());
}

TEST(Joint, AStackThatGoesOnBesideALineThatShowsItStandsLeavesItUnknown) {
    Quarter own_generator = kStanding;
    own_generator.nox = own_generator.flow = 1;
    const auto answer = judged({.after = always(own_generator)}, stop());
    EXPECT_TRUE(has(answer, FindingKind::kEmissionMismatch)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
}

// A stack that stood for five of the nine days before is not ordinary then: its trickle would make
// the first hour of the new start a stack that goes on.
TEST(Joint, AnEarlierWarningDoesNotMakeAStandingStackOrdinary) {
    const Span earlier{kStart - days{6}, kStart - 26h};
    const auto before = [earlier](Instant end) {
        return earlier.holds(end - 1s) ? kStanding : Quarter{};
    };
    const Kiln kiln{.before = before, .after = always(kStanding), .warnings = {earlier}};
    const auto judgement = judged(kiln, stop());
    EXPECT_EQ(compliance(judgement), Compliance::kCompliant) << judgement.verdict->text;
    EXPECT_TRUE(leads_of(judgement).empty()) << judgement.verdict->text;
    // And what goes on all the same is seen as before.
    Quarter hidden = kStanding;
    hidden.flow = 1;
    hidden.nox = 1;
    Kiln other = kiln;
    other.after = always(hidden);
    EXPECT_TRUE(has(judged(other, stop()), FindingKind::kEmissionMismatch));
}

TEST(Joint, PowerThatFallsWithoutItsFlowLeavesACapUnknown) {
    Quarter own_generator = kHalf;
    own_generator.flow = 1;
    const auto answer = judged({.after = always(own_generator)}, limit());
    EXPECT_TRUE(has(answer, FindingKind::kEmissionMismatch)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
}

TEST(Joint, ASampleThatIsThinnedShowsMoreAirThanEver) {
    Quarter thinned = kHalf;
    thinned.nox = 1.0 / 3;
    thinned.flow = 3;
    const auto answer = judged({.after = always(thinned)}, limit());
    EXPECT_TRUE(has(answer, FindingKind::kEmissionMismatch)) << answer.verdict->text;
}

TEST(Joint, AStackThatIsDirtyBesideTreatmentThatShowsItRunsIsALead) {
    Quarter faked = kHalf;
    faked.nox = 5;
    const auto answer = judged({.after = always(faked)}, limit());
    EXPECT_TRUE(has(answer, FindingKind::kTreatmentInVain)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCompliant);
}

TEST(Joint, ConcentrationThatDropsWhileProductionGoesOnIsALead) {
    Quarter clean = kHalf;
    clean.nox = 0.2;
    EXPECT_TRUE(has(judged({.after = always(clean)}, limit()), FindingKind::kEmissionMismatch));
}

TEST(Joint, AllMetersSilentWithTheOrderAreALeadAndNoBreach) {
    Kiln kiln{.after = always(kStanding)};
    kiln.is_sent = [](Instant end) { return end <= kStart || end > kStart + 24h; };
    const auto answer = judged(kiln, stop());
    EXPECT_TRUE(has(answer, FindingKind::kSilentAfterOrder)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
}

// A level is raised two days later: who fell silent with the first order is silent still.
TEST(Joint, SilenceWithTheFirstOrderOfAWarningIsALeadUnderALaterOneToo) {
    Kiln kiln{.after = always(kStanding)};
    kiln.is_sent = [](Instant end) { return end <= kStart; };
    const Evidence evidence = kiln.evidence();
    Obligation raised = stop();
    raised.from = kStart + 48h;
    const JudgingParameters parameters;
    Delivery delivery;
    delivery.published_at = kStart + 40h;
    JudgeInput input{raised,     evidence,  {raised.from, kStart + 72h},
                     parameters, kShanghai, delivery};
    EXPECT_FALSE(has(qk::rules::judge(input), FindingKind::kSilentAfterOrder));
    input.delivery->warned_at = kStart;
    const Judgement answer = qk::rules::judge(input);
    EXPECT_TRUE(has(answer, FindingKind::kSilentAfterOrder)) << answer.verdict->text;
    EXPECT_NE(answer.verdict->text.find("首份指令可知悉之后"), std::string::npos);
}

TEST(Joint, WhoWasSilentWithEverybodyElseNeedNotHaveMeantIt) {
    Kiln kiln{.after = always(kStanding)};
    kiln.is_sent = [](Instant end) { return end <= kStart || end > kStart + 24h; };
    const Evidence evidence = kiln.evidence();
    const Obligation owed = stop();
    const JudgingParameters parameters;
    JudgeInput input{owed, evidence, {kStart, kStart + kiln.length}, parameters, kShanghai};
    input.unheard = {{kStart, kStart + 20h}};
    EXPECT_FALSE(has(qk::rules::judge(input), FindingKind::kSilentAfterOrder));
}

TEST(Joint, AGatewayThatWasOftenSilentSaysNothingByIt) {
    Kiln kiln{.after = always(kStanding)};
    kiln.is_sent = [](Instant end) {
        const auto since = end - kStart;
        return !(since > -days{6} && since <= -days{5}) && !(since > 0s && since <= 24h);
    };
    EXPECT_FALSE(has(judged(kiln, stop()), FindingKind::kSilentAfterOrder));
}

TEST(Joint, AMeterThatFallsSilentLongAfterTheOrderIsOnlyMissing) {
    Kiln kiln{.after = always(kStanding)};
    kiln.is_sent = [](Instant end) { return end <= kStart + 40h; };
    const auto answer = judged(kiln, stop());
    EXPECT_FALSE(has(answer, FindingKind::kSilentAfterOrder));
    EXPECT_TRUE(has(answer, FindingKind::kMeterSilent));
}

TEST(Joint, EveryMeterAtZeroWithItsLightsIsALeadAndNoProof) {
    const Quarter cut{.production = 0, .treatment = 0, .office = 0, .total = 0};
    const auto answer = judged({.after = always(cut)}, stop());
    EXPECT_TRUE(has(answer, FindingKind::kZeroAfterOrder)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
}

TEST(Joint, MetersThatAllShowAThirdShowAThirdOfTheLightsToo) {
    const Quarter third{.production = 1.0 / 3, .treatment = 1.0 / 3, .office = 1.0 / 3, .flow = 1};
    const auto answer = judged({.after = always(third)}, limit());
    EXPECT_TRUE(has(answer, FindingKind::kMetersDisagree)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
}

TEST(Joint, LoadInAShedThatNobodyListedIsSeenByTheTotalMeter) {
    Quarter shed = kStanding;
    shed.unlisted_kw = 60;
    const auto answer = judged({.after = always(shed)}, stop());
    EXPECT_TRUE(has(answer, FindingKind::kUnmeteredLoad)) << answer.verdict->text;
}

TEST(Joint, ADayShownAgainIsToldWithinADay) {
    const Story story = always(kStanding);
    Kiln kiln{.after = story, .length = 40h};
    Evidence evidence = kiln.evidence();
    auto& readings = evidence.meters[0].series.readings;
    for (std::size_t i = 96; i < readings.size(); ++i) {
        if (readings[i].end > kStart + 24h) readings[i].kw = readings[i - 96].kw;
    }
    const auto answer = test::judge(stop(), evidence, kiln.length);
    EXPECT_TRUE(has(answer, FindingKind::kSeriesRepeated)) << answer.verdict->text;
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
}

TEST(Joint, AStackThatShowsOneValueOrACappedOneIsALead) {
    Kiln kiln{.after = always(kHalf)};
    Evidence flat = kiln.evidence();
    for (StackReading& reading : flat.stacks[0].readings) {
        if (reading.end > kStart) reading.mg_per_m3 = 44.4;
    }
    EXPECT_TRUE(has(test::judge(limit(), flat, kiln.length), FindingKind::kSeriesFlat));
    Evidence capped = kiln.evidence();
    for (StackReading& reading : capped.stacks[0].readings) {
        if (reading.end > kStart) reading.mg_per_m3 = std::min(reading.mg_per_m3, 45.0);
    }
    EXPECT_TRUE(has(test::judge(limit(), capped, kiln.length), FindingKind::kSeriesCapped));
}

TEST(Joint, WhoIsStillComingDownHidesNothingByIt) {
    Quarter faked;
    faked.treatment = 0.35;
    const Obligation owed = obligation(LineStands{96h});
    const auto answer = judged({.after = always(faked)}, owed);
    ASSERT_TRUE(answer.verdict);
    EXPECT_EQ(compliance(answer), Compliance::kCannotTell);
    EXPECT_TRUE(has(answer, FindingKind::kTreatmentIdle));
    // And who hides nothing is not judged yet.
    EXPECT_FALSE(judged({.after = always({})}, owed).verdict);
}

TEST(Joint, EarlierEditionsLookedAtEachInstrumentByItself) {
    Quarter idles = kHalf;
    idles.treatment = 0.35;
    const Kiln kiln{.after = always(idles)};
    const Evidence evidence = kiln.evidence();
    const Obligation owed = limit();
    const JudgingParameters parameters;
    JudgeInput input{owed, evidence, {kStart, kStart + kiln.length}, parameters, kShanghai};
    input.edition = kJointSince - 1;
    EXPECT_TRUE(leads_of(qk::rules::judge(input)).empty());
}

// ---- what went elsewhere ----

Evidence two_lines(double second_after) {
    std::vector<PowerSeries> meters;
    for (const int number : {1, 2}) {
        const std::string line = "L" + std::to_string(number);
        const Power before = [number](Instant end) {
            return 400 * (1 + 0.02 * noise(20 + static_cast<std::uint64_t>(number), end));
        };
        const Power after = [number, second_after](Instant end) {
            const double share = number == 1 ? 0.05 : second_after;
            return 400 * share * (1 + 0.02 * noise(20 + static_cast<std::uint64_t>(number), end));
        };
        meters.push_back(series(facts("P" + std::to_string(number), line, MeterRole::kProduction),
                                before, after, kStart + 72h));
    }
    const JudgingParameters parameters;
    Evidence evidence = gather_evidence(meters, kStart, {}, parameters, kShanghai);
    evidence.lines = {"L1", "L2"};
    return evidence;
}

TEST(Joint, WhatAnotherLineTookOverIsALeadForTheLineThatStands) {
    const auto moved = test::judge(stop(), two_lines(1.4), 72h);
    EXPECT_TRUE(has(moved, FindingKind::kLoadMoved)) << moved.verdict->text;
    EXPECT_EQ(compliance(moved), Compliance::kCompliant);
    const auto kept = test::judge(stop(), two_lines(1.0), 72h);
    EXPECT_FALSE(has(kept, FindingKind::kLoadMoved)) << kept.verdict->text;
}

Evidence gate(int new_energy_before, int new_energy_after) {
    Evidence evidence;
    const auto add = [&](Instant from, int days_long, int a_day, const std::string& plate,
                         const std::string& stage) {
        for (int day = 0; day < days_long; ++day) {
            for (int trip = 0; trip < a_day; ++trip) {
                evidence.passages.push_back({from + days{day} + hours{trip + 1},
                                             plate + std::to_string(10000 + 20 * day + trip), stage,
                                             "in"});
            }
        }
    };
    add(kStart - days{9}, 9, new_energy_before, "京AD", "新能源");
    add(kStart - days{9}, 9, 5, "京A", "国五");
    add(kStart, 3, new_energy_after, "京AD", "新能源");
    std::ranges::sort(evidence.passages, {}, &GatePassage::at);
    return evidence;
}

TEST(Joint, NewEnergyPlatesThatComeInTheirPlaceAreAskedAfter) {
    NoVehicles ban;
    ban.stages = {"国四", "国五"};
    ban.exempt = {"新能源"};
    ban.to_hour = 24;
    Obligation owed = obligation(ban, Action::kBanVehicles, "");
    owed.verified_by = VerifiedBy::kGate;
    const auto swapped = test::judge(owed, gate(1, 8), 72h);
    EXPECT_TRUE(has(swapped, FindingKind::kPlatesDoubtful)) << swapped.verdict->text;
    EXPECT_EQ(compliance(swapped), Compliance::kCompliant);
    EXPECT_FALSE(has(test::judge(owed, gate(3, 3), 72h), FindingKind::kPlatesDoubtful));
}

}  // namespace
}  // namespace qk::rules
