#include "daemon/base/gathered.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace qk::daemon {
namespace {

using std::chrono::milliseconds;

TEST(Gathered, ThoseWhoAskWhileOneIsWaitingAreServedByIt) {
    boost::asio::io_context io;
    int served = 0;
    Gathered gathered(io.get_executor(), milliseconds{1}, [&served] { ++served; });
    for (int i = 0; i < 2000; ++i) gathered.ask();
    EXPECT_EQ(served, 0) << "never in the call";
    io.run();
    EXPECT_EQ(served, 1);
    gathered.ask();
    io.restart();
    io.run();
    EXPECT_EQ(served, 2) << "who asks later is served anew";
}

TEST(Gathered, WhoAsksWhileOneIsServedIsServedAfterIt) {
    boost::asio::io_context io;
    int served = 0;
    Gathered* again = nullptr;
    Gathered gathered(io.get_executor(), milliseconds{1}, [&] {
        if (++served == 1) again->ask();
    });
    again = &gathered;
    gathered.ask();
    io.run();
    EXPECT_EQ(served, 2);
}

TEST(Gathered, AfterAStopNobodyIsServed) {
    boost::asio::io_context io;
    int served = 0;
    Gathered gathered(io.get_executor(), milliseconds{1}, [&served] { ++served; });
    gathered.ask();
    gathered.stop();
    gathered.ask();
    io.run();
    EXPECT_EQ(served, 0);
}

// A stop and the end of the gap are both due: the timer can no longer be cancelled.
TEST(Gathered, AStopInTheSameTurnIsAStop) {
    boost::asio::io_context io;
    int served = 0;
    Gathered gathered(io.get_executor(), milliseconds{0}, [&served] { ++served; });
    boost::asio::steady_timer stop(io, milliseconds{-1});
    stop.async_wait([&gathered](const boost::system::error_code&) { gathered.stop(); });
    gathered.ask();
    io.run();
    EXPECT_EQ(served, 0);
}

}  // namespace
}  // namespace qk::daemon
