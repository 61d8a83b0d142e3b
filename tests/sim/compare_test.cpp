#include "sim/story/compare.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"
#include "sim/story/ledger.hpp"
#include "tests/sim/play.hpp"

namespace qk::sim {
namespace {

using rules::Compliance;
using std::chrono::days;
using std::chrono::hours;
using test::kStart;
using test::kZone;
using test::Play;

JudgedWindow verdict(const Play& play, Compliance compliance) {
    JudgedWindow verdict;
    verdict.enterprise = play.world.inventory().enterprises[play.who].id;
    verdict.obligation = play.obligation();
    verdict.window = {kStart, kStart + days{2}};
    verdict.compliance = compliance;
    return verdict;
}

TEST(Compare, AnAccusationOfWhoObeyedDoesNotHold) {
    const Play play(Behaviour::kObeys);
    const auto accused = compare(play.world, {verdict(play, Compliance::kBreach)}, kZone);
    EXPECT_EQ(accused.false_accusations.size(), 1U);
    EXPECT_FALSE(accused.holds());
    const auto suspected =
        compare(play.world, {verdict(play, Compliance::kBreachSuspected)}, kZone);
    EXPECT_EQ(suspected.unfounded_suspicions.size(), 1U);
    EXPECT_TRUE(suspected.holds());
    EXPECT_TRUE(compare(play.world, {verdict(play, Compliance::kCompliant)}, kZone).holds());
    EXPECT_TRUE(compare(play.world, {verdict(play, Compliance::kCannotTell)}, kZone).holds());
}

TEST(Compare, AWholeDayThatNobodyFoundDoesNotHold) {
    const Play play(Behaviour::kRefuses);
    const auto missed = compare(play.world, {verdict(play, Compliance::kCompliant)}, kZone);
    EXPECT_EQ(missed.whole_days, 1);
    EXPECT_EQ(missed.missed_whole_days.size(), 1U);
    EXPECT_FALSE(compare(play.world, {}, kZone).holds());
    const auto found = compare(play.world, {verdict(play, Compliance::kBreach)}, kZone);
    EXPECT_EQ(found.whole_days_found, 1);
    EXPECT_TRUE(found.holds());
}

TEST(Compare, WrongDaysAreCountedByBehaviourWithThoseThatWereFound) {
    const Play play(Behaviour::kRefuses);
    const auto row = [](const Comparison& all) -> const BehaviourRow& {
        return all.rows[static_cast<std::size_t>(Behaviour::kRefuses)];
    };
    const auto missed = compare(play.world, {verdict(play, Compliance::kCompliant)}, kZone);
    EXPECT_GE(row(missed).wrong_days, 1);
    EXPECT_EQ(row(missed).wrong_days_found, 0);
    const auto found = compare(play.world, {verdict(play, Compliance::kBreach)}, kZone);
    EXPECT_EQ(row(found).wrong_days, row(missed).wrong_days);
    EXPECT_EQ(row(found).wrong_days_found, row(found).wrong_days);
    EXPECT_NE(to_text(found).find("100%"), std::string::npos);
}

TEST(Compare, TreatmentThatIdlesIsHiddenUntilALeadIsFound) {
    const Play play(Behaviour::kTreatmentIdles, test::Ordered::kCapOfFirstLine);
    const auto hidden = compare(play.world, {verdict(play, Compliance::kCompliant)}, kZone);
    EXPECT_GE(hidden.hidden_days, 1);
    EXPECT_EQ(hidden.hidden_days_found, 0);
    EXPECT_EQ(hidden.missed_hidden_days.size(), static_cast<std::size_t>(hidden.hidden_days));
    JudgedWindow lead = verdict(play, Compliance::kCompliant);
    lead.has_lead_beside = true;
    const auto found = compare(play.world, {lead}, kZone);
    EXPECT_EQ(found.hidden_days_found, hidden.hidden_days);
}

TEST(Compare, AVerdictOfAnotherDayFindsNothing) {
    const Play play(Behaviour::kRefuses);
    JudgedWindow early = verdict(play, Compliance::kBreach);
    early.window = {kStart - days{3}, kStart - days{2}};
    EXPECT_EQ(compare(play.world, {early}, kZone).whole_days_found, 0);
}

TEST(Compare, EvidenceThatNobodySentIsNamed) {
    const Play play(Behaviour::kRefuses);
    const std::string meter = play.world.inventory().enterprises[play.who].id + "-P1";
    JudgedWindow cited = verdict(play, Compliance::kBreach);
    cited.evidence.push_back({meter, {kStart + hours{5}}});
    EXPECT_TRUE(compare(play.world, {cited}, kZone).holds());
    cited.evidence.push_back({meter, {kStart + std::chrono::minutes{7}}});
    EXPECT_EQ(compare(play.world, {cited}, kZone).made_up_evidence.size(), 1U);
}

TEST(Compare, VerdictsAreReadAsTheApiAnswersThem) {
    const auto items = plans::parse_json(
        R"([{"enterprise":"e","obligation":"e/L1/stop","warning":"w","compliance":"breach",
             "window":{"from":"2015-12-07T00:00:00+08:00","to":"2015-12-08T00:00:00+08:00"},
             "findings":[{"meter":"m","readings":["2015-12-07T05:00:00+08:00"]}]}])",
        "v");
    const auto read = read_judged(items->as_array(), kZone);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->front().evidence.front().readings.front(), kStart + hours{5});
    const auto broken = plans::parse_json(R"([{"enterprise":"e"}])", "v");
    EXPECT_FALSE(read_judged(broken->as_array(), kZone));
}

TEST(Ledger, AnEmptyOneMissesEveryStage) {
    const Ledger ledger;
    EXPECT_GE(missing_stages(ledger).size(), 10U);
    EXPECT_EQ(exit_code_of(ledger), 1);
}

TEST(Ledger, AWholeLoopIsGoodUntilACheckerObjects) {
    Ledger ledger;
    ledger.forecasts = ledger.proposals = ledger.reports = 1;
    for (const char* kind : {"start", "raise", "lower", "lift"}) ledger.decided[kind] = 1;
    ledger.orders = ledger.receipts = 1;
    ledger.comparison.windows = 1;
    ledger.floors.push_back({"w", "red", "so2", 0.31, 0.3, true});
    EXPECT_EQ(exit_code_of(ledger), 0) << to_text(ledger);
    ledger.violations.emplace_back("x");
    EXPECT_EQ(exit_code_of(ledger), 1);
}

TEST(Ledger, AStoryOfVerdictsIsNotAskedForALift) {
    Ledger ledger;
    ledger.forecasts = ledger.proposals = ledger.reports = 1;
    ledger.decided["start"] = 1;
    ledger.orders = ledger.receipts = 1;
    ledger.comparison.windows = 1;
    ledger.floors.push_back({"w", "red", "so2", 0.31, 0.3, true});
    EXPECT_EQ(exit_code_of(ledger), 1);
    ledger.is_of_verdicts = true;
    EXPECT_EQ(exit_code_of(ledger), 0) << to_text(ledger);
}

}  // namespace
}  // namespace qk::sim
