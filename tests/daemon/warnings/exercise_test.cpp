// Goal: an exercise reaches only who takes part. Method: two enterprises in two counties, outside
// of any season.
#include <gtest/gtest.h>

#include "tests/daemon/warnings/season_fixture.hpp"

namespace qk::daemon {
namespace {

TEST(ExerciseParticipants, NobodyElseGetsItsOrders) {
    SeasonBureau bureau;
    bureau.start(R"(,"exercise":true,"participants":["110106"])");
    EXPECT_FALSE(bureau.order("e1").has_value());
    ASSERT_TRUE(bureau.order("e2").has_value());
    EXPECT_TRUE(bureau.order("e2")->exercise);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM audit WHERE action = 'warning.participants'"), 1);
}

TEST(ExerciseParticipants, AnEnterpriseMayBeNamedByItself) {
    SeasonBureau bureau;
    bureau.start(R"(,"exercise":true,"participants":["e1"])");
    EXPECT_TRUE(bureau.order("e1").has_value());
    EXPECT_FALSE(bureau.order("e2").has_value());
}

TEST(ExerciseParticipants, WhereNoneAreNamedItIsEverybodys) {
    SeasonBureau bureau;
    bureau.start(R"(,"exercise":true)");
    EXPECT_TRUE(bureau.order("e1").has_value());
    EXPECT_TRUE(bureau.order("e2").has_value());
}

TEST(ExerciseParticipants, WhoIsNotThereOrNotInAnExerciseIsRefused) {
    SeasonBureau bureau;
    const auto propose = [&](const std::string& more) {
        return bureau
            .call("zhang.wei", "POST", "/api/v1/warnings",
                  R"({"colour":"yellow","reason":"演练")" + more + "}")
            .status;
    };
    EXPECT_EQ(propose(R"(,"exercise":true,"participants":["e9"])"), 422);
    EXPECT_EQ(propose(R"(,"participants":["e1"])"), 422);
    EXPECT_EQ(propose(R"(,"exercise":true,"participants":["e1"])"), 200);
}

}  // namespace
}  // namespace qk::daemon
