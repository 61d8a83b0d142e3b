#include "daemon/base/manual_clock.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <exception>
#include <future>
#include <string>

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using std::chrono::hours;
using std::chrono::seconds;

constexpr rules::Instant kStart{seconds{1'450'000'000}};

asio::awaitable<void> tick(ManualClock& clock, std::string name, hours every, int times,
                           std::string& story) {
    for (int i = 0; i < times; ++i) {
        co_await clock.sleep_until(clock.now() + every);
        story += name;
    }
}

TEST(ManualClock, SleepersWakeInOrderOfTimeAndThenOfLyingDown) {
    asio::io_context io;
    ManualClock clock(kStart);
    std::string story;
    auto a = asio::co_spawn(io, tick(clock, "a", hours{2}, 2, story), asio::use_future);
    auto b = asio::co_spawn(io, tick(clock, "b", hours{1}, 4, story), asio::use_future);
    io.poll();
    while (clock.step(kStart + hours{10})) io.poll();
    EXPECT_EQ(story, "babbab");
    EXPECT_EQ(clock.now(), kStart + hours{10});
    EXPECT_EQ(clock.next_due(), std::nullopt);
}

TEST(ManualClock, ATimeThatHasPassedIsNotWaitedFor) {
    asio::io_context io;
    ManualClock clock(kStart);
    auto done = asio::co_spawn(io, clock.sleep_until(kStart), asio::use_future);
    io.poll();
    EXPECT_EQ(done.wait_for(seconds{0}), std::future_status::ready);
}

TEST(ManualClock, ACancelledSleeperThrowsAndIsForgotten) {
    asio::io_context io;
    ManualClock clock(kStart);
    asio::cancellation_signal signal;
    std::exception_ptr ended;
    auto note = [&ended](std::exception_ptr why) { ended = std::move(why); };
    asio::co_spawn(io, clock.sleep_until(kStart + hours{1}),
                   asio::bind_cancellation_slot(signal.slot(), note));
    io.poll();
    signal.emit(asio::cancellation_type::terminal);
    io.poll();
    EXPECT_TRUE(ended);
    EXPECT_EQ(clock.next_due(), std::nullopt);
}

TEST(ManualClock, NeverMovesBack) {
    ManualClock clock(kStart);
    EXPECT_FALSE(clock.step(kStart - hours{1}));
    EXPECT_EQ(clock.now(), kStart);
}

}  // namespace
}  // namespace qk::daemon
