#include "rules/compliance/case_flow.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

TEST(CaseFlow, TheUsualWayLeadsFromLeadToClosed) {
    CaseState state = CaseState::kLead;
    for (const CaseStep step :
         {CaseStep::kSendInspector, CaseStep::kConclude, CaseStep::kState, CaseStep::kClose}) {
        const auto next = advance(state, step);
        ASSERT_TRUE(next) << to_text(next.error());
        state = *next;
    }
    EXPECT_EQ(state, CaseState::kClosed);
}

TEST(CaseFlow, NothingIsClosedWithoutAConclusion) {
    EXPECT_FALSE(advance(CaseState::kLead, CaseStep::kClose));
    EXPECT_FALSE(advance(CaseState::kSiteCheck, CaseStep::kClose));
}

TEST(CaseFlow, AStatementBeforeTheConclusionChangesNoState) {
    EXPECT_EQ(advance(CaseState::kSiteCheck, CaseStep::kState).value(), CaseState::kSiteCheck);
}

TEST(CaseFlow, AClosedCaseTakesNothingMore) {
    for (const CaseStep step :
         {CaseStep::kSendInspector, CaseStep::kConclude, CaseStep::kState, CaseStep::kClose}) {
        EXPECT_FALSE(advance(CaseState::kClosed, step));
    }
}

TEST(CaseFlow, WordsReadBack) {
    for (const auto state : {CaseState::kLead, CaseState::kSiteCheck, CaseState::kConcluded,
                             CaseState::kStated, CaseState::kClosed}) {
        EXPECT_EQ(parse_case_state(to_text(state)), state);
    }
    for (const auto conclusion : {Conclusion::kBreach, Conclusion::kMeterFault,
                                  Conclusion::kWrongInventory, Conclusion::kJustified}) {
        EXPECT_EQ(parse_conclusion(to_text(conclusion)), conclusion);
    }
}

}  // namespace
}  // namespace qk::rules
