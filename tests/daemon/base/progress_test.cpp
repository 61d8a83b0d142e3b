// Goal: a part that has work and gets nowhere is named, and no other.
#include "daemon/base/progress.hpp"

#include <gmock/gmock.h>

namespace qk::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ProgressWatch, APartWithWorkThatDoesNotMoveIsStuck) {
    ProgressWatch watch;
    EXPECT_THAT(watch.stuck_since_last({{"store", 3, 10}, {"judge", 1, 5}}), IsEmpty());
    EXPECT_THAT(watch.stuck_since_last({{"store", 4, 10}, {"judge", 1, 6}}), ElementsAre("store"));
    EXPECT_THAT(watch.stuck_since_last({{"store", 9, 10}, {"judge", 1, 6}}),
                ElementsAre("store", "judge"));
}

TEST(ProgressWatch, APartWithoutWorkIsWellHoweverLongItRests) {
    ProgressWatch watch;
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(watch.stuck_since_last({{"store", 0, 10}}), IsEmpty());
    }
}

TEST(ProgressWatch, WorkThatHasJustComeIsGivenTime) {
    ProgressWatch watch;
    EXPECT_THAT(watch.stuck_since_last({{"store", 0, 10}}), IsEmpty());
    EXPECT_THAT(watch.stuck_since_last({{"store", 1, 10}}), IsEmpty());
    EXPECT_THAT(watch.stuck_since_last({{"store", 1, 10}}), ElementsAre("store"));
}

TEST(ProgressWatch, WhatMovesAgainIsWellAgain) {
    ProgressWatch watch;
    (void)watch.stuck_since_last({{"store", 1, 10}});
    EXPECT_THAT(watch.stuck_since_last({{"store", 1, 10}}), ElementsAre("store"));
    EXPECT_THAT(watch.stuck_since_last({{"store", 1, 11}}), IsEmpty());
}

TEST(Progress, OfOneDaemonIsNotThatOfAnother) {
    Progress one;
    Progress other;
    one.note_asked(Part::kStore);
    one.note_moved(Part::kStore);
    one.note_asked(Part::kJudge);
    one.note_over(Part::kJudge);
    ASSERT_EQ(one.now().size(), kPartCount);
    EXPECT_EQ(one.now()[0].waiting, 1);
    EXPECT_EQ(one.now()[0].moves, 1U);
    EXPECT_EQ(one.now()[1].waiting, 0);
    EXPECT_EQ(one.now()[1].moves, 1U);
    EXPECT_EQ(other.now()[0].waiting, 0);
}

}  // namespace
}  // namespace qk::daemon
