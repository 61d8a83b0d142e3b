#include "daemon/hj212/device_clocks.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

using std::chrono::seconds;

constexpr rules::Instant kNow{seconds{1'450'000'000}};

plans::hj212::Frame stating(rules::Instant t, const std::string& command = "2011") {
    plans::hj212::Frame frame;
    frame.head.mn = "MN1";
    frame.head.cn = command;
    frame.data_time = t;
    return frame;
}

TEST(DeviceClocks, TheMedianOfItsLastFramesIsTheDriftOfADevice) {
    DeviceClocks clocks(seconds{120});
    for (const int late : {3, 1, 900, 2}) {
        EXPECT_FALSE(clocks.note(stating(kNow - seconds{late}), kNow).has_value());
        EXPECT_FALSE(clocks.drift_of("MN1").has_value()) << "too few";
    }
    EXPECT_FALSE(clocks.note(stating(kNow - seconds{4}), kNow).has_value());
    EXPECT_EQ(clocks.drift_of("MN1"), seconds{3});
    EXPECT_EQ(clocks.off(), 0U);
}

TEST(DeviceClocks, AWrongClockIsSaidOnceUntilItIsRightAgain) {
    DeviceClocks clocks(seconds{120});
    int said = 0;
    for (int i = 0; i < 20; ++i) {
        const auto drift = clocks.note(stating(kNow + seconds{300}), kNow);
        if (!drift) continue;
        ++said;
        EXPECT_EQ(*drift, seconds{-300}) << "it is fast";
    }
    EXPECT_EQ(said, 1);
    EXPECT_EQ(clocks.off(), 1U);
    for (int i = 0; i < 20; ++i) EXPECT_FALSE(clocks.note(stating(kNow), kNow).has_value());
    EXPECT_EQ(clocks.off(), 0U);
}

TEST(DeviceClocks, WhatIsLateOnPurposeTellsNothing) {
    DeviceClocks clocks(seconds{120});
    plans::hj212::Frame again = stating(kNow - seconds{7200});
    again.is_retransmission = true;
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(clocks.note(again, kNow).has_value());
        EXPECT_FALSE(clocks.note(stating(kNow - seconds{7200}, "2061"), kNow).has_value());
        EXPECT_FALSE(clocks.note(stating(kNow - std::chrono::hours{48}), kNow).has_value());
    }
    EXPECT_FALSE(clocks.drift_of("MN1").has_value());
}

}  // namespace
}  // namespace qk::daemon
