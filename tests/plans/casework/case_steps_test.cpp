#include "plans/casework/case_steps.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace qk::plans {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

CaseAsked asked(CaseAct act, std::string person = "li") {
    return {act, std::move(person), Conclusion::kBreach, true};
}
CaseStanding at(CaseState state) {
    CaseStanding standing;
    standing.state = state;
    if (state >= CaseState::kConcluded) standing.conclusion = Conclusion::kBreach;
    return standing;
}
std::string state_after(const CaseStanding& standing, const CaseAsked& what, bool four_eyes) {
    const auto next = take(standing, what, four_eyes);
    return next ? std::string(to_text(next->state)) : "-";
}

// Every state with every act, worked out by hand: '-' is a refusal.
TEST(CaseSteps, EveryStateTakesJustTheStepsOfItsRow) {
    using Row = std::vector<std::string>;
    // send, check, conclude, state, decide, order, report, recheck, close, withdraw, back, reopen
    const std::map<CaseState, Row> table{
        {CaseState::kLead,
         {"site_check", "-", "-", "lead", "-", "-", "-", "-", "-", "-", "-", "-"}},
        {CaseState::kSiteCheck,
         {"site_check", "checked", "-", "site_check", "-", "-", "-", "-", "-", "-", "-", "-"}},
        {CaseState::kChecked,
         {"checked", "checked", "concluded", "checked", "-", "-", "-", "-", "-", "-", "-", "-"}},
        {CaseState::kConcluded,
         {"-", "-", "-", "stated", "-", "rectifying", "-", "-", "-", "-", "-", "-"}},
        {CaseState::kStated,
         {"stated", "stated", "-", "stated", "concluded", "-", "-", "-", "-", "-", "-", "-"}},
        {CaseState::kRectifying,
         {"-", "-", "-", "stated", "-", "-", "rectified", "rechecked", "-", "-", "-", "-"}},
        {CaseState::kRectified,
         {"-", "-", "-", "stated", "-", "-", "-", "rechecked", "-", "-", "-", "-"}},
        {CaseState::kRechecked,
         {"-", "-", "-", "stated", "-", "-", "-", "-", "closed", "-", "-", "-"}},
        {CaseState::kClosed, {"-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-", "-"}},
    };
    ASSERT_EQ(table.size(), kCaseStates);
    for (const auto& [state, row] : table) {
        ASSERT_EQ(row.size(), kCaseActs);
        for (std::size_t i = 0; i < kCaseActs; ++i) {
            const auto act = static_cast<CaseAct>(i);
            const bool is_of_system = act == CaseAct::kDataBack || act == CaseAct::kReopen;
            const CaseAsked what = asked(act, is_of_system ? "system" : "li");
            EXPECT_EQ(state_after(at(state), what, false), row[i])
                << to_text(state) << " " << to_text(act);
        }
    }
}

TEST(CaseSteps, EveryRefusalSaysWhyInBothLanguages) {
    for (std::size_t state = 0; state < kCaseStates; ++state) {
        for (std::size_t act = 0; act < kCaseActs; ++act) {
            const auto next =
                take(at(static_cast<CaseState>(state)), asked(static_cast<CaseAct>(act)), true);
            if (next) continue;
            const rules::Faults faults = next.error();
            ASSERT_EQ(faults.size(), 1U);
            EXPECT_NE(faults[0].what.find(" / "), std::string::npos);
            EXPECT_GT(faults[0].cure.size(), std::string(" / ").size()) << faults[0].what;
        }
    }
}

TEST(CaseSteps, NoConclusionWithoutACheckWhoeverAsks) {
    for (const CaseState state : {CaseState::kLead, CaseState::kSiteCheck}) {
        for (const bool four_eyes : {false, true}) {
            EXPECT_FALSE(take(at(state), asked(CaseAct::kConclude), four_eyes));
        }
    }
}

TEST(CaseSteps, WhoCheckedAloneDoesNotConcludeUnderFourEyes) {
    CaseStanding standing = at(CaseState::kChecked);
    standing.checked_by = {"li"};
    EXPECT_FALSE(take(standing, asked(CaseAct::kConclude, "li"), true));
    EXPECT_TRUE(take(standing, asked(CaseAct::kConclude, "li"), false));
    EXPECT_TRUE(take(standing, asked(CaseAct::kConclude, "wang"), true));
    standing.checked_by = {"li", "zhao"};
    EXPECT_TRUE(take(standing, asked(CaseAct::kConclude, "li"), true));
}

TEST(CaseSteps, AnAppealChangesTheConclusionAndIsDecidedBySomebodyElse) {
    CaseStanding standing = at(CaseState::kStated);
    standing.concluded_by = "wang";
    CaseAsked decide = asked(CaseAct::kDecide, "wang");
    decide.conclusion = Conclusion::kMeterFault;
    EXPECT_FALSE(take(standing, decide, true));
    decide.person = "chen";
    const auto next = take(standing, decide, true);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->state, CaseState::kConcluded);
    EXPECT_EQ(next->conclusion, Conclusion::kMeterFault);
    EXPECT_EQ(next->concluded_by, "chen");
    decide.conclusion.reset();
    EXPECT_FALSE(take(standing, decide, true));
}

TEST(CaseSteps, WhatIsJustifiedIsClosedAtOnceAndEverythingElsePutRightFirst) {
    for (std::size_t i = 0; i < kConclusions; ++i) {
        CaseStanding standing = at(CaseState::kConcluded);
        standing.conclusion = static_cast<Conclusion>(i);
        const bool is_justified = standing.conclusion == Conclusion::kJustified;
        EXPECT_EQ(take(standing, asked(CaseAct::kClose), true).has_value(), is_justified);
        EXPECT_EQ(take(standing, asked(CaseAct::kOrderMending), true).has_value(), !is_justified);
    }
}

TEST(CaseSteps, ARecheckThatIsNotPassedGoesBackToMending) {
    CaseAsked recheck = asked(CaseAct::kRecheck);
    recheck.passed = false;
    const auto next = take(at(CaseState::kRectified), recheck, true);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->state, CaseState::kRectifying);
    EXPECT_THAT(next->rechecked_by, IsEmpty());
}

TEST(CaseSteps, WhoCheckedAgainAloneDoesNotClose) {
    CaseStanding standing = at(CaseState::kRechecked);
    standing.rechecked_by = {"li"};
    EXPECT_FALSE(take(standing, asked(CaseAct::kClose, "li"), true));
    EXPECT_TRUE(take(standing, asked(CaseAct::kClose, "wang"), true));
}

TEST(CaseSteps, ALeadIsWithdrawnOnlyWhenTheReadingsNoLongerBearItOut) {
    CaseStanding standing = at(CaseState::kLead);
    EXPECT_FALSE(take(standing, asked(CaseAct::kWithdraw), true));
    standing.is_suspected = false;
    EXPECT_EQ(state_after(standing, asked(CaseAct::kWithdraw), true), "closed");
    standing.state = CaseState::kChecked;
    EXPECT_FALSE(take(standing, asked(CaseAct::kWithdraw), true));
}

TEST(CaseSteps, DataThatAreBackCloseTheCaseAboutThemAndNoOther) {
    for (std::size_t i = 0; i < kCaseStates; ++i) {
        CaseStanding standing = at(static_cast<CaseState>(i));
        EXPECT_FALSE(take(standing, asked(CaseAct::kDataBack, "system"), true));
        standing.kind = CaseKind::kDataQuality;
        const auto next = take(standing, asked(CaseAct::kDataBack, "system"), true);
        EXPECT_EQ(next.has_value(), standing.state <= CaseState::kChecked) << i;
    }
}

TEST(CaseSteps, OnlyWhatEndedWithoutAConclusionOpensAgain) {
    CaseStanding standing = at(CaseState::kClosed);
    EXPECT_FALSE(take(standing, asked(CaseAct::kReopen, "system"), true));
    standing.conclusion.reset();
    standing.checked_by = {"li"};
    const auto next = take(standing, asked(CaseAct::kReopen, "system"), true);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->state, CaseState::kLead);
    EXPECT_THAT(next->checked_by, IsEmpty()) << "what was seen then says nothing of now";
    EXPECT_FALSE(take(standing, asked(CaseAct::kReopen, "li"), true));
}

TEST(CaseSteps, TheNextStepsAreThoseThatAreTaken) {
    EXPECT_THAT(next_acts(at(CaseState::kLead), true),
                ElementsAre(CaseAct::kSend, CaseAct::kState));
    CaseStanding checked = at(CaseState::kChecked);
    checked.checked_by = {"li"};
    EXPECT_THAT(next_acts(checked, true), Contains(CaseAct::kConclude));
    EXPECT_THAT(next_acts(checked, true, "li"), Not(Contains(CaseAct::kConclude)));
    EXPECT_THAT(next_acts(at(CaseState::kClosed), true), IsEmpty());
}

TEST(CaseSteps, TheWordsAreReadBack) {
    for (std::size_t i = 0; i < kCaseStates; ++i) {
        const auto state = static_cast<CaseState>(i);
        EXPECT_EQ(parse_case_state(to_text(state)), state);
    }
    for (std::size_t i = 0; i < kCaseActs; ++i) {
        const auto act = static_cast<CaseAct>(i);
        EXPECT_EQ(parse_case_act(to_text(act)), act);
    }
    for (std::size_t i = 0; i < kConclusions; ++i) {
        const auto conclusion = static_cast<Conclusion>(i);
        EXPECT_EQ(parse_conclusion(to_text(conclusion)), conclusion);
    }
    EXPECT_EQ(parse_case_kind("lead"), CaseKind::kLead);
    EXPECT_EQ(parse_case_kind("data_quality"), CaseKind::kDataQuality);
    EXPECT_FALSE(parse_case_kind("other"));
}

}  // namespace
}  // namespace qk::plans
