// Goal: a verdict can be computed again from what is stored with it, and whatever has changed since
// is named. Method: plants of the judge's own tests; inputs there and back through their stored
// texts; one thing changed at a time.
#include "plans/decision/judge_inputs.hpp"

#include <gmock/gmock.h>

#include "plans/decision/judge_again.hpp"
#include "plans/documents/verdict_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_difference.hpp"
#include "plans/text/sha256.hpp"
#include "tests/rules/compliance/cases.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono;
using namespace rules::test;
using rules::Action;
using rules::Compliance;
using rules::Evidence;
using rules::Instant;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const rules::JudgingParameters kParameters;

// One judgement with all that it is of.
struct Judged {
    rules::Obligation owed;
    Evidence evidence;
    hours length{24};
    std::optional<rules::Delivery> delivery{};

    [[nodiscard]] rules::JudgeInput input() const {
        return {owed, evidence, {kStart, kStart + length}, kParameters, kShanghai, delivery};
    }
    [[nodiscard]] boost::json::value found() const {
        return to_json(rules::judge(input()).verdict.value(), kShanghai);
    }
    // As they are read again from what was stored.
    [[nodiscard]] JudgeInputs stored() const {
        const KeptText parameters = parameters_text(kParameters);
        const EvidenceRecord record = evidence_record_of(evidence);
        const std::string body = judge_inputs_text(input(), parameters, record);
        return judge_inputs_from_stored({body, parameters.text, record.instruments.text}, "stored")
            .value();
    }
};

StoredReadings readings_of(const Evidence& evidence) {
    StoredReadings readings;
    for (const auto& meter : evidence.meters) readings.power.push_back(meter.series.readings);
    for (const auto& stack : evidence.stacks) readings.stacks.push_back(stack.readings);
    readings.passages = evidence.passages;
    return readings;
}

Evidence with_total(const Power& line, const Power& total_after, hours length) {
    Evidence evidence = plant(line, length);
    const Power total_before = [](Instant end) { return normal_power(end) + 50; };
    rules::PowerSeries total = series(facts("T", "", rules::MeterRole::kTotal, 1000, 60),
                                      total_before, total_after, kStart + length);
    const std::vector<rules::PowerSeries> all{evidence.meters[0].series, total};
    evidence.unmetered = evidence_of(rules::unmetered_series(all).value());
    evidence.meters.push_back(evidence_of(std::move(total)));
    return evidence;
}

Evidence stack_of(double mg) {
    Evidence evidence;
    rules::StackSeries stack{"O1", "L1", "nox", 60min, {}};
    for (Instant end = kStart - days{8} + 1h; end <= kStart + 24h; end += 1h) {
        stack.readings.push_back({end, mg, 1e5 / 3});
    }
    evidence.stacks.push_back(std::move(stack));
    return evidence;
}

// Held down for four of the eight days before by an earlier warning.
Evidence held_down_before() {
    Evidence evidence = stack_of(30);
    evidence.under_warning = {{kStart - days{5}, kStart - days{1}}};
    for (rules::StackReading& reading : evidence.stacks[0].readings) {
        if (reading.end <= kStart) reading.mg_per_m3 = evidence.is_ordinary(reading.end) ? 40 : 4;
    }
    return evidence;
}

// One of every verdict, and of every kind of instrument.
std::vector<std::pair<Compliance, Judged>> one_of_each() {
    const Power short_run = [](Instant end) {
        return end > kStart + 12h && end <= kStart + 12h + 45min ? 350.0 : 20.0;
    };
    auto vehicles =
        obligation(rules::NoVehicles{{"国四"}, 7, 21, {"新能源"}}, Action::kBanVehicles, "");
    vehicles.verified_by = rules::VerifiedBy::kGate;
    Evidence gate;
    gate.passages = {{kStart + 12h, "豫A54321", "国四", "in", "普通货车"},
                     {kStart + 13h, "豫A12345", "国四", "in"}};
    const rules::Obligation stop = obligation(rules::LineStands{});
    const rules::Obligation limit =
        obligation(rules::LoadAtMost{0.2, 0min, ""}, Action::kLimitLoad);
    const rules::Obligation emission =
        obligation(rules::EmissionAtMost{"nox", 50.0, {}, false, 0}, Action::kLimitEmission);
    const rules::Obligation as_before =
        obligation(rules::EmissionAtMost{"nox", {}, {}, true, 0.2}, Action::kLimitEmission);
    rules::Delivery late;
    late.published_at = kStart + 3h;
    return {{Compliance::kCompliant, {stop, plant(constant(21), 24h)}},
            {Compliance::kCompliant, {stop, plant(constant(21), 24h), 24h, late}},
            {Compliance::kCompliant, {stop, with_total(constant(0), constant(50), 24h)}},
            {Compliance::kCompliant, {emission, stack_of(40)}},
            {Compliance::kCompliant, {as_before, held_down_before()}},
            {Compliance::kBreachSuspected, {stop, plant(short_run, 24h)}},
            {Compliance::kBreachSuspected, {stop, with_total(constant(20), constant(350), 24h)}},
            {Compliance::kBreach, {stop, plant(normal_power, 24h)}},
            {Compliance::kBreach, {limit, plant(normal_power, 24h)}},
            {Compliance::kBreach, {emission, stack_of(60)}},
            {Compliance::kBreach, {vehicles, gate}},
            {Compliance::kCannotTell, {stop, Evidence{}}},
            {Compliance::kCannotTell, {stop, plant(constant(0), 24h)}},
            {Compliance::kCannotTell, {stop, plant(constant(21), 24h), 24h, rules::Delivery{}}}};
}

TEST(JudgeInputsTest, EveryVerdictIsTheSameWhenItIsComputedAgain) {
    int place = 0;
    for (const auto& [compliance, judged] : one_of_each()) {
        const auto found = judged.found();
        ASSERT_EQ(string_or(found, "compliance"), rules::to_text(compliance)) << place;
        const VerdictAgain again =
            judge_again(judged.stored(), readings_of(judged.evidence), found);
        EXPECT_THAT(again.differences, IsEmpty()) << place;
        EXPECT_TRUE(again.is_equal());
        EXPECT_EQ(again.judgement.verdict.value().compliance, compliance) << place;
        ++place;
    }
}

TEST(JudgeInputsTest, AnEditionThatDidNotLookAtKindsOfVehicleIsGivenNone) {
    auto owed =
        obligation(rules::NoVehicles{{"国四"}, 0, 24, {"危险品"}}, Action::kBanVehicles, "");
    owed.verified_by = rules::VerifiedBy::kGate;
    Evidence gate;
    gate.passages = {{kStart + 12h, "豫A54321", "国四", "in"}};
    const Judged then{owed, gate};
    const auto found = then.found();
    JudgeInputs inputs = then.stored();
    StoredReadings readings = readings_of(gate);
    readings.passages[0].kind = "危险品";
    EXPECT_FALSE(judge_again(inputs, readings, found).is_equal());
    inputs.edition = rules::kVehicleKindsSince - 1;
    EXPECT_TRUE(judge_again(inputs, readings, found).is_equal());
}

TEST(JudgeInputsTest, AnEditionThatKnewOneSpellingOfAStageIsAskedAsItWas) {
    auto owed = obligation(rules::NoVehicles{{"国四"}, 0, 24, {}}, Action::kBanVehicles, "");
    owed.verified_by = rules::VerifiedBy::kGate;
    Evidence then_passed;  // as the judge of then saw it: nothing of it was banned
    then_passed.passages = {{kStart + 12h, "豫A54321", "国六", "in"},
                            {kStart + 13h, "豫A54322", "国4", "in"}};
    Evidence all_free = then_passed;
    all_free.passages[1].stage = "国六";
    const auto found = Judged{owed, all_free}.found();
    const Judged then{owed, then_passed};
    JudgeInputs inputs = then.stored();
    const StoredReadings readings = readings_of(then_passed);
    EXPECT_FALSE(judge_again(inputs, readings, found).is_equal());
    inputs.edition = rules::kVehicleKindsSince - 1;
    EXPECT_TRUE(judge_again(inputs, readings, found).is_equal());
}

TEST(JudgeInputsTest, TheyReadBackWholeAndExact) {
    for (const auto& [compliance, judged] : one_of_each()) {
        const JudgeInputs inputs = judge_inputs_of(judged.input());
        const std::string text = canonical_text(to_json(inputs));
        const auto read = judge_inputs_from_json(parse_json(text, "inputs").value(), "inputs");
        ASSERT_TRUE(read) << rules::to_text(read.error());
        EXPECT_EQ(canonical_text(to_json(*read)), text);
        EXPECT_EQ(read->edition, rules::kJudgeEdition);
        EXPECT_EQ(read->obligation, judged.owed);
        EXPECT_EQ(read->window.to, kStart + judged.length);
        EXPECT_EQ(read->delivery, judged.delivery);
        EXPECT_EQ(read->readings, digests_of(judged.evidence));
        EXPECT_EQ(read->instruments.under_warning, judged.evidence.under_warning);
        for (std::size_t i = 0; i < judged.evidence.meters.size(); ++i) {
            const auto& then = judged.evidence.meters[i];
            const auto& now = read->instruments.meters.at(i);
            EXPECT_EQ(now.series.meter, then.series.meter);
            EXPECT_EQ(now.series.interval, then.series.interval);
            EXPECT_THAT(now.series.readings, IsEmpty());
            EXPECT_EQ(now.baseline.profiles[0].kw, then.baseline.profiles[0].kw);
            EXPECT_EQ(now.baseline.normal_kw, then.baseline.normal_kw);
            EXPECT_EQ(now.baseline.method, then.baseline.method);
            ASSERT_EQ(now.baseline.calibration.has_value(), then.baseline.calibration.has_value());
            if (!then.baseline.calibration) continue;
            EXPECT_EQ(now.baseline.calibration->next_day, then.baseline.calibration->next_day);
            EXPECT_EQ(now.baseline.calibration->later, then.baseline.calibration->later);
            EXPECT_EQ(now.baseline.profiles[3].kw, then.baseline.profiles[3].kw);
            EXPECT_EQ(now.baseline.last_day, then.baseline.last_day);
            EXPECT_EQ(now.baseline.special_days, then.baseline.special_days);
        }
        EXPECT_EQ(canonical_text(to_json(judged.stored())), text)
            << "the stored texts say the same";
    }
}

TEST(JudgeInputsTest, AChangedParameterIsNamedAndSoIsWhatItDoesToTheVerdict) {
    const Judged judged{obligation(rules::LineStands{}), plant(normal_power, 24h)};
    JudgeInputs inputs = judged.stored();
    const boost::json::value before = to_json(inputs);
    inputs.parameters.breach_after_min = 24 * 60;
    EXPECT_THAT(json_differences(before, to_json(inputs)),
                ElementsAre("parameters.values.breach_after_minutes: 60 -> 1440"));
    const VerdictAgain again = judge_again(inputs, readings_of(judged.evidence), judged.found());
    EXPECT_FALSE(again.is_equal());
    EXPECT_THAT(again.differences, Contains("compliance: \"breach\" -> \"breach_suspected\""));
}

TEST(JudgeInputsTest, OneReadingThatSaysSomethingElseIsNamedByItsMeter) {
    const Judged judged{obligation(rules::LineStands{}), plant(constant(21), 24h)};
    StoredReadings readings = readings_of(judged.evidence);
    readings.power[0].back().kw += 0.0001;
    // Too little for the verdict, so the digest alone tells.
    const VerdictAgain again = judge_again(judged.stored(), readings, judged.found());
    ASSERT_EQ(again.differences.size(), 1U) << again.differences.back();
    EXPECT_THAT(again.differences[0], HasSubstr("readings: power M1"));
    EXPECT_THAT(again.differences[0], HasSubstr("SHA-256"));
}

TEST(JudgeInputsTest, ReadingsThatAreGoneAreNamedWithTheirNumber) {
    const Judged judged{obligation(rules::LineStands{}), plant(constant(21), 24h)};
    StoredReadings readings = readings_of(judged.evidence);
    const std::size_t then = readings.power[0].size();
    readings.power[0].pop_back();
    EXPECT_THAT(evidence_differences(judged.stored(), readings),
                ElementsAre(HasSubstr(std::to_string(then) + " then, " + std::to_string(then - 1) +
                                      " now")));
    readings.power[0].clear();
    EXPECT_THAT(evidence_differences(judged.stored(), readings),
                ElementsAre(HasSubstr("none now")));
    EXPECT_FALSE(judge_again(judged.stored(), StoredReadings{}, judged.found()).is_equal());
}

TEST(JudgeInputsTest, AnotherEditionOfTheJudgeIsNamedWhereTheVerdictDiffers) {
    const Judged judged{obligation(rules::LineStands{}), plant(constant(21), 24h)};
    JudgeInputs inputs = judged.stored();
    inputs.edition = 3;  // the last that stated no chance of being wrong
    const StoredReadings readings = readings_of(judged.evidence);
    // Judged by the rules of that edition it is what it was.
    rules::JudgeInput then = judged.input();
    then.edition = inputs.edition;
    boost::json::value found = to_json(rules::judge(then).verdict.value(), kShanghai);
    EXPECT_FALSE(found.as_object().contains("accusation"));
    EXPECT_TRUE(judge_again(inputs, readings, found).is_equal());
    found.as_object()["compliance"] = "breach";
    const VerdictAgain again = judge_again(inputs, readings, found);
    ASSERT_FALSE(again.is_equal());
    EXPECT_THAT(again.differences.front(), HasSubstr("judge_edition"));
}

TEST(JudgeInputsTest, AWindowThatTheParametersDoNotJudgeIsNotEqual) {
    const Judged judged{obligation(rules::LineStands{}), plant(constant(21), 24h)};
    JudgeInputs inputs = judged.stored();
    inputs.parameters.observed_min = 48 * 60;
    const VerdictAgain again = judge_again(inputs, readings_of(judged.evidence), judged.found());
    EXPECT_THAT(again.differences, ElementsAre(HasSubstr("not judged now")));
}

TEST(JudgeInputsTest, ATextThatIsNotTheOneNamedIsRefused) {
    const Judged judged{obligation(rules::LineStands{}), plant(constant(21), 24h)};
    const KeptText parameters = parameters_text(kParameters);
    const EvidenceRecord record = evidence_record_of(judged.evidence);
    EXPECT_EQ(record.instruments.sha256, sha256_hex(record.instruments.text));
    const std::string body = judge_inputs_text(judged.input(), parameters, record);
    rules::JudgingParameters milder;
    milder.breach_after_min = 600;
    const auto forged = judge_inputs_from_stored(
        {body, parameters_text(milder).text, record.instruments.text}, "stored");
    ASSERT_FALSE(forged);
    EXPECT_THAT(rules::to_text(forged.error()), HasSubstr("stored.parameters"));
    EXPECT_FALSE(judge_inputs_from_stored({body, parameters.text, ""}, "stored"));
    EXPECT_FALSE(
        judge_inputs_from_stored({"{}", parameters.text, record.instruments.text}, "stored"));
}

}  // namespace
}  // namespace qk::plans
