#include "daemon/access/wrong_tokens.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

using std::chrono::seconds;

constexpr rules::Instant kNoon{seconds{1'449'460'800}};  // at a full minute

TEST(WrongTokens, AnAddressIsRefusedBeyondItsLimitAndSaidSoOnce) {
    WrongTokens wrong;
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(wrong.note("10.0.0.1", kNoon, 3).is_over) << i;
    const auto fourth = wrong.note("10.0.0.1", kNoon + seconds{1}, 3);
    EXPECT_TRUE(fourth.is_over);
    EXPECT_TRUE(fourth.is_first);
    const auto fifth = wrong.note("10.0.0.1", kNoon + seconds{2}, 3);
    EXPECT_TRUE(fifth.is_over);
    EXPECT_FALSE(fifth.is_first);
}

TEST(WrongTokens, OthersAndTheNextMinuteAreNotTouched) {
    WrongTokens wrong;
    wrong.note("10.0.0.1", kNoon, 1);
    EXPECT_TRUE(wrong.note("10.0.0.1", kNoon, 1).is_over);
    EXPECT_FALSE(wrong.note("10.0.0.2", kNoon, 1).is_over);
    EXPECT_FALSE(wrong.note("10.0.0.1", kNoon + seconds{60}, 1).is_over);
    EXPECT_EQ(wrong.addresses(), 1U) << "only the present minute is kept";
}

TEST(WrongTokens, AFloodOfAddressesSharesOneCount) {
    WrongTokens wrong;
    for (std::size_t i = 0; i < kTokenAddressesMax; ++i) wrong.note(std::to_string(i), kNoon, 5);
    for (int i = 0; i < 5; ++i)
        EXPECT_FALSE(wrong.note("new" + std::to_string(i), kNoon, 5).is_over);
    EXPECT_TRUE(wrong.note("another", kNoon, 5).is_over);
    EXPECT_FALSE(wrong.note("1", kNoon, 5).is_over) << "who was there first has its own count";
    EXPECT_LE(wrong.addresses(), kTokenAddressesMax + 1);
}

TEST(WrongTokens, TheMinuteThatIsLeftIsSaid) {
    EXPECT_EQ(seconds_left_of_minute(kNoon), 60);
    EXPECT_EQ(seconds_left_of_minute(kNoon + seconds{59}), 1);
}

}  // namespace
}  // namespace qk::daemon
