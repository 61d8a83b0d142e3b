#include "daemon/base/task_group.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <stdexcept>

#include "daemon/base/manual_clock.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using std::chrono::minutes;

constexpr rules::Instant kStart{std::chrono::seconds{1'450'000'000}};

asio::awaitable<void> tick(ManualClock& clock, int& ticks) {
    for (;;) {
        co_await clock.sleep_until(clock.now() + minutes{10});
        ++ticks;
    }
}

asio::awaitable<void> fail_at(ManualClock& clock, minutes after) {
    co_await clock.sleep_until(clock.now() + after);
    throw std::runtime_error("feed lost");
}

TEST(TaskGroup, AFailureIsToldWithTheTaskAndTheRestCanBeCancelledAndJoined) {
    asio::io_context io;
    ManualClock clock(kStart);
    std::string failed;
    int ticks = 0;
    TaskGroup group(io.get_executor(),
                    [&](const std::string& task, std::exception_ptr) { failed = task; });
    group.spawn("ticker", tick(clock, ticks));
    group.spawn("feed", fail_at(clock, minutes{35}));
    io.poll();
    while (failed.empty() && clock.step(kStart + minutes{1000})) io.poll();
    EXPECT_EQ(failed, "feed");
    EXPECT_EQ(ticks, 3);
    EXPECT_EQ(group.running(), 1U);
    auto joined = asio::co_spawn(io, group.join(), asio::use_future);
    io.restart();
    io.poll();
    EXPECT_EQ(joined.wait_for(std::chrono::seconds{0}), std::future_status::timeout);
    group.cancel();
    io.poll();
    EXPECT_EQ(joined.wait_for(std::chrono::seconds{0}), std::future_status::ready);
    EXPECT_EQ(failed, "feed");
}

TEST(TaskGroup, NothingStartsAfterCancel) {
    asio::io_context io;
    ManualClock clock(kStart);
    int ticks = 0;
    TaskGroup group(io.get_executor(), [](const std::string&, std::exception_ptr) {});
    group.cancel();
    group.spawn("late", tick(clock, ticks));
    EXPECT_EQ(group.running(), 0U);
}

}  // namespace
}  // namespace qk::daemon
