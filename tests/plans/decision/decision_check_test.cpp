// Goal: the check that the 36-hour rule hangs on is a value; its word reads back, and nothing but a
// clear answer lets a lift or a lowering pass. Method: words there and back, one forecast checked
// three ways.
#include "plans/decision/decision_check.hpp"

#include <gtest/gtest.h>

#include "plans/decision/decision_json.hpp"
#include "plans/decision/situation.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using rules::Clearance;
using rules::Colour;

rules::Instant at(const char* text) {
    return rules::parse_instant(text, rules::kBeijingTime).value();
}

// Orange ran; the days to come are of one value.
DecisionInputs inputs_with(std::int16_t aqi) {
    DecisionInputs inputs{.zone = rules::kBeijingTime};
    inputs.now = at("2026-01-10T08:00:00+08:00");
    inputs.standard.id = "test";
    inputs.standard.clauses = {{"Y", Colour::kYellow, {{200, std::chrono::hours(24)}}, "黄色条件"},
                               {"O", Colour::kOrange, {{200, std::chrono::hours(48)}}, "橙色条件"}};
    inputs.rules.lift.lowest = Colour::kYellow;
    inputs.rules.lift.outlook = std::chrono::hours(36);
    inputs.rules.lift.stale_after = std::chrono::hours(24);
    SeriesInput series;
    series.source = "city";
    series.issued_at = inputs.now;
    series.hours_as = rules::HoursAs::kNaturalDay;
    series.daily.first = rules::day_of(inputs.now, inputs.zone);
    series.daily.aqi.assign(5, aqi);
    series.excluded.assign(5, rules::EpisodeCause::kNotStated);
    inputs.series = {series};
    return inputs;
}

TEST(DecisionCheckTest, EveryCheckReadsBackFromItsWord) {
    const std::vector<std::pair<DecisionCheck, std::string>> words{
        {AssessCheck{}, "assess"},
        {LiftCheck{}, "lift"},
        {LowerCheck{Colour::kYellow}, "lower yellow"},
        {LowerCheck{Colour::kOrange}, "lower orange"}};
    for (const auto& [check, word] : words) {
        EXPECT_EQ(to_text(check), word);
        const auto read = parse_decision_check(word);
        ASSERT_TRUE(read) << word;
        EXPECT_EQ(*read, check) << word;
    }
}

TEST(DecisionCheckTest, AWordThatIsNoCheckIsRefusedAndNeverAnAssessment) {
    for (const char* word :
         {"", "Lift", "lower", "lower ", "lower pink", "lower  orange", "assess "}) {
        const auto read = parse_decision_check(word);
        ASSERT_FALSE(read) << word;
        EXPECT_NE(rules::to_text(read.error()).find("lower COLOUR"), std::string::npos);
    }
}

TEST(DecisionCheckTest, OnlyAClearAnswerLetsALiftOrALoweringPass) {
    const DecisionInputs clean = inputs_with(80);
    EXPECT_EQ(forbidding(run_check(clean, LiftCheck{})), nullptr);
    EXPECT_EQ(forbidding(run_check(clean, LowerCheck{Colour::kYellow})), nullptr);
    const DecisionInputs dirty = inputs_with(250);
    for (const DecisionCheck& check :
         std::vector<DecisionCheck>{LiftCheck{}, LowerCheck{Colour::kYellow}}) {
        const CheckFinding found = run_check(dirty, check);
        const rules::ClearanceAnswer* answer = forbidding(found);
        ASSERT_NE(answer, nullptr) << to_text(check);
        EXPECT_EQ(answer->clearance, Clearance::kNotClear) << to_text(check);
        EXPECT_FALSE(answer->reason.empty());
        EXPECT_EQ(string_or(to_json(found, dirty), "clearance"), "not_clear");
    }
}

TEST(DecisionCheckTest, WithoutAForecastNothingIsClear) {
    DecisionInputs blind = inputs_with(80);
    blind.series.clear();
    const CheckFinding found = run_check(blind, LiftCheck{});
    const rules::ClearanceAnswer* answer = forbidding(found);
    ASSERT_NE(answer, nullptr);
    EXPECT_EQ(answer->clearance, Clearance::kCannotTell);
}

TEST(DecisionCheckTest, AnAssessmentForbidsNothing) {
    const DecisionInputs dirty = inputs_with(250);
    const CheckFinding found = run_check(dirty, AssessCheck{});
    EXPECT_EQ(forbidding(found), nullptr);
    EXPECT_EQ(
        canonical_text(to_json(found, dirty)),
        canonical_text(to_json(rules::assess(situation_of(dirty)), dirty.standard, dirty.zone)));
}

}  // namespace
}  // namespace qk::plans
