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
