// Goal: ladders are data that is read whole or refused with every fault. Method: texts by hand.
#include "plans/roster/ladder.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;

TEST(Ladders, TheShippedOnesFollowUpEveryKindOfMatter) {
    const Ladders& ladders = shipped_ladders();
    ASSERT_EQ(ladders.size(), kMatterKinds);
    for (const auto& [kind, ladder] : ladders) {
        EXPECT_FALSE(ladder.steps.empty()) << to_text(kind);
        EXPECT_EQ(ladder.kind, kind);
    }
    const Ladder& order = ladders.at(MatterKind::kOrder);
    ASSERT_EQ(order.steps.size(), 5U);
    EXPECT_EQ(order.steps[0].action, LadderAction::kRepeat);
    EXPECT_EQ(order.steps[2].action, LadderAction::kPhoneList);
    EXPECT_EQ(order.steps[3].action, LadderAction::kCounty);
    EXPECT_EQ(order.steps[4].action, LadderAction::kSiteCheck);
}

TEST(Ladders, ABureausFileTakesThePlaceOfTheKindsItNames) {
    const auto ladders = read_ladders(
        "[[ladder]]\nkind = \"signature\"\nanswered_by = \"all\"\nhold_minutes = 5\n"
        "[[ladder.step]]\naction = \"remind\"\nafter_minutes = 3\nask = [\"director\"]\n",
        "l.toml");
    ASSERT_TRUE(ladders) << rules::to_text(ladders.error());
    EXPECT_EQ(ladders->size(), kMatterKinds);
    const Ladder& own = ladders->at(MatterKind::kSignature);
    EXPECT_TRUE(own.is_answered_by_all);
    EXPECT_EQ(own.hold, minutes{5});
    ASSERT_EQ(own.steps.size(), 1U);
    EXPECT_EQ(own.steps[0].minutes, minutes{3});
    EXPECT_EQ(ladders->at(MatterKind::kOrder).steps.size(), 5U) << "the shipped one";
}

void expect_refused(const char* text, const char* part) {
    const auto ladders = read_ladders(text, "l.toml");
    ASSERT_FALSE(ladders) << text;
    EXPECT_THAT(rules::to_text(ladders.error()), HasSubstr(part)) << text;
}

TEST(Ladders, WhatCannotBeKeptIsRefused) {
    expect_refused("[[ladder]]\nkind = \"tea\"\n", "'tea'");
    expect_refused("[[ladder]]\n", "kind");
    expect_refused("[[ladder]]\nkind = \"case\"\n[[ladder]]\nkind = \"case\"\n", "twice");
    expect_refused("[[ladder]]\nkind = \"case\"\nanswered_by = \"some\"\n", "some");
    expect_refused(
        "[[ladder]]\nkind = \"case\"\n[[ladder.step]]\naction = \"remind\"\nafter_minutes = 1\n",
        "ask");
    expect_refused(
        "[[ladder]]\nkind = \"case\"\n[[ladder.step]]\naction = \"repeat\"\nafter_minutes = 1\n",
        "orders and tasks without a receipt");
    expect_refused(
        "[[ladder]]\nkind = \"case\"\n[[ladder.step]]\naction = \"remind\"\nask = [\"admin\"]\n",
        "after_minutes");
    expect_refused(
        "[[ladder]]\nkind = \"case\"\n"
        "[[ladder.step]]\naction = \"remind\"\nafter_minutes = 9\nask = [\"admin\"]\n"
        "[[ladder.step]]\naction = \"remind\"\nafter_minutes = 8\nask = [\"admin\"]\n",
        "order of time");
}

}  // namespace
}  // namespace qk::plans
