#include "daemon/readings/sender_limits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace qk::daemon {
namespace {

using std::chrono::seconds;

constexpr rules::Instant kNow{seconds{1'450'000'000}};

std::vector<rules::Instant> times(int count, seconds apart, rules::Instant first = kNow) {
    std::vector<rules::Instant> all;
    for (int i = 0; i < count; ++i) all.push_back(first + i * apart);
    return all;
}

TEST(SenderLimits, ReadingsThatLieTooCloseAreRefusedHoweverTheyCome) {
    const SenderQuota quota;
    SenderLimits limits;
    EXPECT_NE(limits.admit_readings(quota, "m", kNow, times(3600, seconds{1})), "");
    EXPECT_EQ(limits.admit_readings(quota, "m", kNow, times(3, seconds{60})), "");
    EXPECT_NE(limits.admit_readings(quota, "m", kNow, times(1, {}, kNow + seconds{121})), "");
    EXPECT_EQ(limits.admit_readings(quota, "m", kNow, times(1, {}, kNow + seconds{120})), "");
    EXPECT_EQ(limits.admit_readings(quota, "m2", kNow, times(1, {}, kNow + seconds{121})), "");
    // Backwards, one per message.
    EXPECT_NE(limits.admit_readings(quota, "m", kNow, times(1, {}, kNow + seconds{119})), "");
}

TEST(SenderLimits, AYearOfQuartersMayComeAtOnceAndNotMore) {
    const SenderQuota quota;
    SenderLimits limits;
    EXPECT_EQ(limits.admit_readings(quota, "m", kNow, times(366 * 96, seconds{900})), "");
    EXPECT_NE(limits.admit_readings(quota, "m", kNow, times(366 * 96, seconds{900})), "");
    EXPECT_EQ(limits.admit_readings(quota, "m", kNow + seconds{3600}, times(96, seconds{900})), "");
}

TEST(SenderLimits, MessagesAndAnswersAndRowsAreCountedApartByTheMinute) {
    SenderQuota quota;
    quota.messages_per_minute = 2;
    quota.rows_per_minute = 10;
    SenderLimits limits;
    EXPECT_EQ(limits.admit_message(quota, "e", kNow, false), "");
    EXPECT_EQ(limits.admit_message(quota, "e", kNow, false), "");
    EXPECT_NE(limits.admit_message(quota, "e", kNow, false), "");
    EXPECT_EQ(limits.admit_message(quota, "f", kNow, false), "");
    EXPECT_EQ(limits.admit_message(quota, "e", kNow, true), "");
    EXPECT_EQ(limits.admit_rows(quota, "e", kNow, 10), "");
    EXPECT_NE(limits.admit_rows(quota, "e", kNow, 1), "");
    const rules::Instant later = kNow + seconds{60};
    EXPECT_EQ(limits.admit_message(quota, "e", later, false), "");
    EXPECT_EQ(limits.admit_rows(quota, "e", later, 1), "");
}

}  // namespace
}  // namespace qk::daemon
