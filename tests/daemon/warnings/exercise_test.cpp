// Goal: an exercise reaches only who takes part, and nobody's order. Method: two enterprises in two
// counties, outside of any season or within it.
#include <gtest/gtest.h>

#include "tests/daemon/warnings/season_fixture.hpp"

namespace qk::daemon {
namespace {

TEST(ExerciseParticipants, NobodyElseGetsItsOrders) {
    SeasonBureau bureau;
    bureau.start(R"(,"exercise":true,"participants":["110106"])");
    EXPECT_FALSE(bureau.order("exercise:e1").has_value());
    ASSERT_TRUE(bureau.order("exercise:e2").has_value());
    EXPECT_TRUE(bureau.order("exercise:e2")->exercise);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM audit WHERE action = 'warning.participants'"), 1);
}

TEST(ExerciseParticipants, WhatIsOwedIsOfAnotherOrder) {
    SeasonBureau bureau;
    const std::string exercise = bureau.start(R"(,"exercise":true)");
    EXPECT_FALSE(bureau.order("e1").has_value());
    const auto drill = bureau.order("exercise:e1");
    EXPECT_EQ(drill->revision, 1);
    EXPECT_EQ(drill->enterprise, "e1");
    // A warning beside it begins with revisions of its own, and leaves the exercise alone.
    const std::string warning = bureau.start();
    ASSERT_TRUE(bureau.order("e1").has_value());
    EXPECT_EQ(bureau.order("e1")->revision, 1);
    EXPECT_EQ(bureau.order("e1")->warning, warning);
    EXPECT_FALSE(bureau.order("e1")->exercise);
    EXPECT_EQ(bureau.order("exercise:e1")->revision, 1);
    EXPECT_EQ(bureau.order("exercise:e1")->warning, exercise);
}

TEST(ExerciseParticipants, ItsEndEmptiesItsOwnOrdersOnly) {
    SeasonBureau bureau;
    const std::string exercise = bureau.start(R"(,"exercise":true)");
    bureau.end_exercise(exercise);
    EXPECT_EQ(bureau.order("exercise:e1")->revision, 2);
    EXPECT_TRUE(bureau.order("exercise:e1")->obligations.empty());
    EXPECT_TRUE(bureau.order("exercise:e1")->exercise);
    EXPECT_FALSE(bureau.order("e1").has_value());
}

TEST(ExerciseParticipants, AnOrderOfAnExerciseFromBeforeIsLiftedAsTheOrderItStandsFor) {
    SeasonBureau bureau;
    const std::string exercise = bureau.start(R"(,"exercise":true)");
    // As an earlier release has left it: on the topic of orders.
    bureau.count(
        "UPDATE orders SET enterprise = 'e1' WHERE enterprise = 'exercise:e1' RETURNING 1");
    bureau.count(
        "UPDATE order_revisions SET enterprise = 'e1' WHERE enterprise = 'exercise:e1' RETURNING "
        "1");
    bureau.end_exercise(exercise);
    ASSERT_TRUE(bureau.order("e1").has_value());
    EXPECT_EQ(bureau.order("e1")->revision, 2);
    EXPECT_TRUE(bureau.order("e1")->obligations.empty());
    EXPECT_FALSE(bureau.order("e1")->exercise);
}

TEST(ExerciseParticipants, AnEnterpriseMayBeNamedByItself) {
    SeasonBureau bureau;
    bureau.start(R"(,"exercise":true,"participants":["e1"])");
    EXPECT_TRUE(bureau.order("exercise:e1").has_value());
    EXPECT_FALSE(bureau.order("exercise:e2").has_value());
}

TEST(ExerciseParticipants, ItsNumberIsNotMissingAmongThoseOfWarnings) {
    SeasonBureau bureau;
    EXPECT_TRUE(bureau.start(R"(,"exercise":true)").ends_with("-1"));
    const std::string warning = bureau.start("");
    EXPECT_TRUE(warning.starts_with("YJ-") && warning.ends_with("-1")) << warning;
}

TEST(ExerciseParticipants, WhereNoneAreNamedItIsEverybodys) {
    SeasonBureau bureau;
    bureau.start(R"(,"exercise":true)");
    EXPECT_TRUE(bureau.order("exercise:e1").has_value());
    EXPECT_TRUE(bureau.order("exercise:e2").has_value());
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
