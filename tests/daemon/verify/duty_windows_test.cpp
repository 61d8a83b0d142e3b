#include "daemon/verify/duty_windows.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/verify/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;

std::vector<DutyWindow> windows(SmallBureau& bureau, rules::Instant now) {
    return bureau.with_store([&](SQLite::Database& db) {
        return load_duty_windows(db, rules::Instant{}, now, {}, rules::Zone{});
    });
}

TEST(DutyWindows, AnObligationThatStaysTheSameIsOneWindow) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, kMonday + 24h, kMonday - 6h);
    bureau.order_stop(kMonday, kMonday + 48h, kMonday + 12h);  // extended
    const auto found = windows(bureau, kMonday + 20h);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].from(), kMonday);
    EXPECT_EQ(found[0].to, kMonday + 48h);
    EXPECT_EQ(found[0].revision, 2);
}

TEST(DutyWindows, WhatWasReplacedBeforeItBeganNeverBound) {
    SmallBureau bureau;
    bureau.order_stop(kMonday + 10h, {}, kMonday - 6h);
    bureau.order_stop(kMonday + 20h, {}, kMonday + 1h);
    const auto found = windows(bureau, kMonday + 21h);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].from(), kMonday + 20h);
    EXPECT_EQ(found[0].to, std::nullopt);
    EXPECT_TRUE(windows(bureau, kMonday + 5h).empty());
}

TEST(DutyWindows, WhatTheSeasonAsksIsAWindowForEachCivilDay) {
    SmallBureau bureau;
    bureau.order_stop(kMonday + 10h, kMonday + 72h, kMonday + 10h, "");
    const auto found = windows(bureau, kMonday + 50h);
    ASSERT_EQ(found.size(), 6U);  // three days each
    EXPECT_EQ(found[0].from(), kMonday + 10h);
    EXPECT_EQ(found[0].to, kMonday + 24h);
    EXPECT_EQ(found[1].from(), kMonday + 24h);
    EXPECT_EQ(found[2].from(), kMonday + 48h);
    EXPECT_EQ(found[2].to, kMonday + 72h);
    for (const DutyWindow& window : found) {
        EXPECT_EQ(window.obligation.from, kMonday + 10h);
        EXPECT_TRUE(window.is_of_season());
    }
    const auto late = bureau.with_store([](SQLite::Database& db) {
        return load_duty_windows(db, kMonday + 25h, kMonday + 30h, {}, rules::Zone{});
    });
    ASSERT_EQ(late.size(), 2U);
    EXPECT_EQ(late[0].from(), kMonday + 24h);
}

TEST(DutyWindows, AnOpenEndedSeasonIsCutUpToWhatIsAskedFor) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, {}, kMonday, "");
    EXPECT_EQ(windows(bureau, kMonday + 49h).size(), 6U);
}

TEST(DutyWindows, TheSeasonIsNoSpanThatOthersBaselinesLeaveOut) {
    SmallBureau bureau;
    bureau.order_stop(kMonday, {}, kMonday, "");
    const auto spans = [&] {
        return bureau.with_store(
            [](SQLite::Database& db) { return load_warning_spans(db, kMonday + 48h); });
    };
    EXPECT_TRUE(spans().empty());
    bureau.order_stop(kMonday + 24h, {}, kMonday + 24h);
    ASSERT_EQ(spans().size(), 1U);
    EXPECT_EQ(spans()[0].from, kMonday + 24h);
}

TEST(DutyWindows, TheFingerprintFollowsTheOrders) {
    SmallBureau bureau;
    const auto print = [&] {
        return bureau.with_store([](SQLite::Database& db) { return duty_fingerprint(db); });
    };
    const std::string before = print();
    bureau.order_stop(kMonday, {}, kMonday);
    const std::string first = print();
    EXPECT_NE(first, before);
    bureau.order_stop(kMonday, kMonday + 24h, kMonday + 1h);
    EXPECT_NE(print(), first);
}

}  // namespace
}  // namespace qk::daemon
