// Goal: wrong log-ins make the next one wait longer and longer, by account and by address. Method:
// time given, a rule of three tries.
#include "daemon/access/login_pauses.hpp"

#include <gmock/gmock.h>

namespace qk::daemon {
namespace {

using std::chrono::seconds;

constexpr PauseRule kRule{3, seconds{30}, seconds{100}};
constexpr rules::Instant kStart{seconds{1'449'504'000}};

TEST(LoginPauses, TheFirstOnesAreFreeThenEachWaitsTwiceAsLong) {
    LoginPauses pauses;
    for (int i = 0; i < 2; ++i) (void)pauses.note_wrong("account:li", kStart, kRule);
    EXPECT_EQ(pauses.left("account:li", kStart), seconds{0});
    (void)pauses.note_wrong("account:li", kStart, kRule);
    EXPECT_EQ(pauses.left("account:li", kStart), seconds{30});
    EXPECT_EQ(pauses.left("account:li", kStart + seconds{10}), seconds{20});
    EXPECT_EQ(pauses.left("account:li", kStart + seconds{30}), seconds{0});
    (void)pauses.note_wrong("account:li", kStart, kRule);
    EXPECT_EQ(pauses.left("account:li", kStart), seconds{60});
    for (int i = 0; i < 40; ++i) (void)pauses.note_wrong("account:li", kStart, kRule);
    EXPECT_EQ(pauses.left("account:li", kStart), seconds{100}) << "and never longer than that";
}

TEST(LoginPauses, OneNameSaysNothingOfAnother) {
    LoginPauses pauses;
    for (int i = 0; i < 5; ++i) (void)pauses.note_wrong("account:li", kStart, kRule);
    EXPECT_EQ(pauses.left("account:na", kStart), seconds{0});
    EXPECT_TRUE(pauses.forget("account:li"));
    EXPECT_FALSE(pauses.forget("account:li"));
    EXPECT_EQ(pauses.left("account:li", kStart), seconds{0});
}

TEST(LoginPauses, ADayWithoutAnotherBeginsAnew) {
    LoginPauses pauses;
    for (int i = 0; i < 5; ++i) (void)pauses.note_wrong("account:li", kStart, kRule);
    EXPECT_EQ(pauses.note_wrong("account:li", kStart + kTriesKept, kRule).wrong, 1);
    (void)pauses.note_wrong("address:10.0.0.1", kStart, kRule);
    EXPECT_THAT(pauses.take_dropped(kStart + kTriesKept), testing::ElementsAre("address:10.0.0.1"));
}

TEST(LoginPauses, NamesHaveALimitAndTheOldestGivesWay) {
    LoginPauses pauses;
    for (std::size_t i = 0; i < kTriedNamesMax + 3; ++i) {
        (void)pauses.note_wrong("unknown:" + std::to_string(i), kStart + seconds{i}, kRule);
    }
    EXPECT_EQ(pauses.find("unknown:2"), nullptr);
    EXPECT_NE(pauses.find("unknown:3"), nullptr);
    EXPECT_THAT(pauses.take_dropped(kStart + seconds{kTriedNamesMax}), testing::SizeIs(3));
}

TEST(LoginPauses, WhatWasKeptGoesOn) {
    LoginPauses pauses;
    pauses.restore({"account:li", 7, kStart, kStart + seconds{50}});
    EXPECT_EQ(pauses.left("account:li", kStart), seconds{50});
    EXPECT_EQ(pauses.note_wrong("account:li", kStart, kRule).wrong, 8);
}

TEST(LoginPauses, AnIpv6CallerIsTheWholeOfTheirNetwork) {
    EXPECT_EQ(address_name("10.0.0.7"), "address:10.0.0.7");
    EXPECT_EQ(address_name("2001:db8:1:2::1"), address_name("2001:db8:1:2:ffff::9"));
    EXPECT_NE(address_name("2001:db8:1:2::1"), address_name("2001:db8:1:3::1"));
    EXPECT_EQ(address_name(""), "address:");
}

}  // namespace
}  // namespace qk::daemon
