// Goal: where an adoption stands, and what may still be done with it, follows from the steps that
// people took and from the day.
#include "daemon/packs/adoption.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

constexpr rules::Instant kPut{std::chrono::seconds{1'449'504'000}};
const rules::CivilDay kToday = rules::parse_day("2015-12-08").value();

TEST(Adoption, ItWaitsForASecondPersonHoweverLongThatTakes) {
    Adoption one;
    one.put_at = kPut;
    EXPECT_EQ(state_of(one, kToday), AdoptionState::kWaiting);
    EXPECT_EQ(state_of(one, kToday + std::chrono::days{1000}), AdoptionState::kWaiting);
    EXPECT_TRUE(can_be_withdrawn(AdoptionState::kWaiting));
}

TEST(Adoption, WhatNeedsNobodyIsReadyAtOnceUntilItIsHeldBack) {
    Adoption one;
    one.needs_second = false;
    EXPECT_EQ(state_of(one, kToday), AdoptionState::kToCome);
    one.needs_second = true;
    EXPECT_EQ(state_of(one, kToday), AdoptionState::kWaiting);
}

TEST(Adoption, WhatHasBegunCannotBeTakenBack) {
    Adoption one;
    one.ready_at = kPut;
    EXPECT_EQ(state_of(one, kToday), AdoptionState::kToCome);
    EXPECT_TRUE(can_be_withdrawn(state_of(one, kToday)));
    one.begun_at = kPut;
    EXPECT_EQ(state_of(one, kToday), AdoptionState::kBegun);
    EXPECT_FALSE(can_be_withdrawn(state_of(one, kToday)));
}

TEST(Adoption, ChangedGradesBeginWithTheirFirstDayAndNotBeforeTheyAreConfirmed) {
    Adoption paper;
    paper.first_day = kToday;
    EXPECT_EQ(state_of(paper, kToday), AdoptionState::kWaiting);
    paper.ready_at = kPut;
    EXPECT_EQ(state_of(paper, kToday), AdoptionState::kBegun);
    EXPECT_EQ(state_of(paper, kToday - std::chrono::days{1}), AdoptionState::kToCome);
}

TEST(Adoption, WhatWasTakenBackStaysTakenBack) {
    Adoption one;
    one.ready_at = kPut;
    one.withdrawn_at = kPut;
    EXPECT_EQ(state_of(one, kToday), AdoptionState::kWithdrawn);
    EXPECT_FALSE(can_be_withdrawn(AdoptionState::kWithdrawn));
}

}  // namespace
}  // namespace qk::daemon
