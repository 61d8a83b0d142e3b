// Goal: what can be planted has a name and a sentence, and nothing is planted unless somebody asks
// for it in a build that can. Method: the table, and the question that the daemon's code asks.
#include "sim/prove/canaries.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <set>
#include <string_view>

namespace qk::sim {
namespace {

TEST(Canaries, EachHasANameOfItsOwnAndASentence) {
    std::set<std::string_view> names;
    for (const daemon::CanaryWords& words : daemon::kCanaryWords) {
        EXPECT_TRUE(names.insert(words.name).second) << words.name;
        EXPECT_GE(words.what.size(), 15U) << words.name;
    }
    for (const Canary& canary : all_canaries()) {
        if (canary.at_port) {
            EXPECT_TRUE(names.insert(canary.name).second) << canary.name;
        }
        EXPECT_NE(canary.at_port.has_value(), canary.in_code.has_value()) << canary.name;
        EXPECT_EQ(find_canary(canary.name), &canary);
    }
    EXPECT_EQ(find_canary("no-such"), nullptr);
}

TEST(Canaries, AtLeastThirtyCanBePlantedInTheDaemon) { EXPECT_GE(daemon::kCanaryCount, 30U); }

TEST(Canaries, TheCodeHasThemInABuildOfItsOwnAlone) {
    const std::size_t in_code = daemon::kHasCanaries ? daemon::kCanaryCount : 0;
    std::size_t count = 0;
    for (const Canary& canary : all_canaries()) count += canary.in_code ? 1 : 0;
    EXPECT_EQ(count, in_code);
}

TEST(Canaries, OneIsPlantedWhileItIsAskedForAndNoLonger) {
    Canary canary;
    canary.in_code = daemon::Canary::kRevisionSkipped;
    {
        const Planting planting(&canary);
        EXPECT_EQ(daemon::planted(daemon::Canary::kRevisionSkipped), daemon::kHasCanaries);
        EXPECT_FALSE(daemon::planted(daemon::Canary::kAuditApart));
    }
    EXPECT_FALSE(daemon::planted(daemon::Canary::kRevisionSkipped));
    const Planting none(nullptr);
    EXPECT_FALSE(daemon::planted(daemon::Canary::kAcknowledgedEarly));
}

// Not even in a run: what asks is known to be false while compiling.
#if !QK_CANARIES
static_assert(!daemon::planted(daemon::Canary::kAcknowledgedEarly));
#endif

}  // namespace
}  // namespace qk::sim
