#include "daemon/base/clock_watch.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr rules::Instant kNow{seconds{1'450'000'000}};

TEST(ClockWatch, AJumpIsSaidOnceWithItsSize) {
    ClockWatch watch;
    watch.start({}, kNow, seconds{100});
    EXPECT_FALSE(watch.look(kNow + seconds{10}, seconds{110}));
    const auto back = watch.look(kNow + seconds{20} - hours{1}, seconds{120});
    ASSERT_TRUE(back);
    EXPECT_EQ(back->size, -hours{1});
    EXPECT_EQ(back->from, kNow + seconds{20});
    EXPECT_FALSE(watch.look(kNow + seconds{30} - hours{1}, seconds{130}));
    EXPECT_EQ(watch.behind(kNow + seconds{30} - hours{1}, seconds{130}), kNow + seconds{30});
    const auto forth = watch.look(kNow + seconds{40}, seconds{140});
    ASSERT_TRUE(forth);
    EXPECT_EQ(forth->size, hours{1});
    EXPECT_FALSE(watch.behind(kNow + seconds{40}, seconds{140}));
}

TEST(ClockWatch, ALeapForwardIsSaidAndNothingIsBehind) {
    ClockWatch watch;
    watch.start({}, kNow, seconds{0});
    EXPECT_EQ(watch.look(kNow + hours{1}, seconds{0})->size, hours{1});
    EXPECT_FALSE(watch.behind(kNow + hours{1}, seconds{0}));
}

TEST(ClockWatch, ASlowDriftIsNoJump) {
    ClockWatch watch;
    watch.start({}, kNow, seconds{0});
    for (int i = 1; i < 10'000; ++i) {
        EXPECT_FALSE(watch.look(kNow + seconds{i} - seconds{i / 10}, seconds{i}));
    }
}

TEST(ClockWatch, AClockThatWentBackWhileTheDaemonWasAwayIsSaid) {
    ClockWatch watch;
    watch.start(kNow + hours{1}, kNow, seconds{0});
    ASSERT_TRUE(watch.look(kNow, seconds{0}));
    EXPECT_EQ(watch.behind(kNow + seconds{5}, seconds{5}), kNow + hours{1} + seconds{5});
    ClockWatch later;
    later.start(kNow, kNow + hours{100}, seconds{0});
    EXPECT_FALSE(later.look(kNow + hours{100}, seconds{0}));
}

TEST(ClockWatch, AStartDoesNotKnowHowLongNobodyWasThereUntilTheClockIsRight) {
    ClockWatch watch;
    watch.start(kNow + hours{1}, kNow, seconds{0});
    (void)watch.look(kNow, seconds{0});
    EXPECT_EQ(watch.unsure(), ClockWatch::kOffMax);
    (void)watch.look(kNow + seconds{60}, seconds{60});
    EXPECT_EQ(watch.unsure(), ClockWatch::kOffMax);
    (void)watch.look(kNow + hours{3}, seconds{70});
    EXPECT_EQ(watch.unsure(), seconds{0});
    (void)watch.look(kNow + hours{2}, seconds{80});
    EXPECT_EQ(watch.unsure(), seconds{0}) << "it has seen how far that went";
}

TEST(ClockWatch, WhoWasFarAheadIsNotWaitedFor) {
    ClockWatch watch;
    watch.start({}, kNow, seconds{0});
    EXPECT_TRUE(watch.look(kNow - hours{1000}, seconds{1}));
    EXPECT_FALSE(watch.behind(kNow - hours{1000}, seconds{1}));
    ClockWatch small;
    small.start({}, kNow, seconds{0});
    EXPECT_TRUE(small.look(kNow - hours{1}, seconds{0}));
    EXPECT_TRUE(small.behind(kNow, hours{1}));
    EXPECT_FALSE(small.behind(kNow + hours{60}, hours{61}));
}

TEST(ClockWatch, WhileItIsBehindWhatHappensIsStampedWithTheLaterClock) {
    ClockWatch watch;
    EXPECT_EQ(watch.latest(kNow, seconds{7}), kNow) << "before it has begun";
    watch.start({}, kNow, seconds{0});
    EXPECT_EQ(watch.latest(kNow + seconds{3}, seconds{3}), kNow + seconds{3});
    EXPECT_TRUE(watch.look(kNow - hours{1} + seconds{9}, seconds{9}));
    EXPECT_EQ(watch.latest(kNow - hours{1} + seconds{20}, seconds{20}), kNow + seconds{20});
    EXPECT_EQ(watch.agreed(kNow - hours{1} + seconds{20}, seconds{20}),
              kNow - hours{1} + seconds{20});
    EXPECT_TRUE(watch.look(kNow + seconds{30}, seconds{30}));
    EXPECT_EQ(watch.latest(kNow + seconds{30}, seconds{30}), kNow + seconds{30});
    EXPECT_EQ(watch.agreed(kNow + seconds{30}, seconds{30}), kNow + seconds{30})
        << "a clock that is set right has not leapt";
}

TEST(ClockWatch, AClockThatIsSetRightAfterARestartHasNotLeapt) {
    ClockWatch watch;
    // Seen last a minute before the process died.
    watch.start(kNow - seconds{60}, kNow - hours{1}, seconds{0});
    EXPECT_TRUE(watch.look(kNow - hours{1}, seconds{0}));
    EXPECT_TRUE(watch.look(kNow + seconds{10}, seconds{10}));
    EXPECT_EQ(watch.agreed(kNow + seconds{10}, seconds{10}), kNow + seconds{10});
    EXPECT_EQ(watch.latest(kNow + seconds{10}, seconds{10}), kNow + seconds{10});
}

TEST(ClockWatch, AnHourThatOnlyTheWallClockKnowsHasNotPassedUntilItStays) {
    ClockWatch watch;
    watch.start({}, kNow, seconds{0});
    EXPECT_EQ(watch.agreed(kNow + hours{1}, seconds{0}), kNow)
        << "nor for who asks before the look";
    EXPECT_TRUE(watch.look(kNow + hours{1}, seconds{0}));
    EXPECT_EQ(watch.agreed(kNow + hours{1} + seconds{60}, seconds{60}), kNow + seconds{60});
    // Another leap within the doubt does not make the first one true.
    EXPECT_TRUE(watch.look(kNow + hours{3} + seconds{60}, seconds{60}));
    EXPECT_EQ(watch.agreed(kNow + hours{3} + seconds{90}, seconds{90}), kNow + seconds{90});
    const seconds later = ClockWatch::kDoubt + seconds{60};
    EXPECT_EQ(watch.agreed(kNow + hours{3} + later, later), kNow + hours{3} + later);
}

TEST(ClockWatch, WhoLeaptAndCameBackIsNotBehind) {
    ClockWatch watch;
    watch.start({}, kNow, seconds{0});
    EXPECT_TRUE(watch.look(kNow + hours{1}, seconds{0}));
    EXPECT_TRUE(watch.look(kNow + seconds{60}, seconds{60}));
    EXPECT_EQ(watch.latest(kNow + seconds{60}, seconds{60}), kNow + seconds{60});
    EXPECT_EQ(watch.agreed(kNow + seconds{60}, seconds{60}), kNow + seconds{60});
    EXPECT_TRUE(watch.behind(kNow + seconds{60}, seconds{60})) << "messages are held all the same";
    // And back once more, by another hour.
    EXPECT_TRUE(watch.look(kNow - hours{1} + seconds{90}, seconds{90}));
    EXPECT_GE(watch.latest(kNow - hours{1} + seconds{90}, seconds{90}), kNow + seconds{90});
}

TEST(ClockWatch, APauseIsNotLongerBecauseTheClockWasSetBack) {
    EXPECT_FALSE(is_over(kNow + seconds{60}, kNow, seconds{60}));
    EXPECT_TRUE(is_over(kNow, kNow, seconds{60}));
    EXPECT_TRUE(is_over(kNow + seconds{60}, kNow - hours{1}, seconds{60}));
}

TEST(ClockWatch, ASleepEndsByTheWallClockOrAfterAsMuchTimeAsWasAskedFor) {
    const Sleep sleep{kNow + seconds{60}, seconds{60}, seconds{100}};
    EXPECT_FALSE(sleep.is_over(kNow, seconds{100}));
    EXPECT_FALSE(sleep.is_over(kNow + seconds{59}, seconds{160})) << "read in whole seconds";
    EXPECT_TRUE(sleep.is_over(kNow + seconds{60}, seconds{160}));
    EXPECT_TRUE(sleep.is_over(kNow + hours{1}, seconds{101})) << "a leap forward";
    EXPECT_FALSE(sleep.is_over(kNow - hours{1}, seconds{159}));
    EXPECT_TRUE(sleep.is_over(kNow - hours{1}, seconds{165}));
}

TEST(ClockWatch, AStandstillIsLongerThanABusyMachineIsLate) {
    EXPECT_FALSE(stood_still(seconds{2}, seconds{11}));
    EXPECT_EQ(stood_still(seconds{2}, seconds{62}), seconds{60});
}

}  // namespace
}  // namespace qk::daemon
