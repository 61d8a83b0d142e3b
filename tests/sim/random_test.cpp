#include "sim/model/random.hpp"

#include <gtest/gtest.h>

namespace qk::sim {
namespace {

TEST(Random, IsTheSameOnEveryMachine) {
    Random random(42);
    EXPECT_EQ(random.next(), 13679457532755275413ULL);
    EXPECT_EQ(random.next(), 2949826092126892291ULL);
}

TEST(Random, UnitStaysBelowOneAndNormalHasItsMoments) {
    Random random(7);
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 20'000;
    for (int i = 0; i < kDraws; ++i) {
        const double unit = random.unit();
        ASSERT_TRUE(unit >= 0 && unit < 1);
        const double normal = random.normal();
        sum += normal;
        squares += normal * normal;
    }
    EXPECT_NEAR(sum / kDraws, 0, 0.03);
    EXPECT_NEAR(squares / kDraws, 1, 0.05);
}

TEST(Random, NamesAndNumbersGiveSeedsOfTheirOwn) {
    EXPECT_NE(seed_of(1, "meter-a"), seed_of(1, "meter-b"));
    EXPECT_NE(seed_of(1, "meter-a"), seed_of(2, "meter-a"));
    EXPECT_NE(seed_of(1, std::int64_t{0}), seed_of(1, std::int64_t{1}));
    EXPECT_EQ(seed_of(1, "meter-a"), seed_of(1, "meter-a"));
}

}  // namespace
}  // namespace qk::sim
