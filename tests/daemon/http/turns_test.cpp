#include "daemon/http/turns.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;

asio::awaitable<void> come_back(Turns& turns, std::string name, int times,
                                std::vector<std::string>& seen) {
    for (int i = 0; i < times; ++i) {
        co_await turns.next();
        seen.push_back(name);
    }
}

void start(asio::io_context& io, asio::awaitable<void> work) {
    asio::co_spawn(io, std::move(work), [](const std::exception_ptr&) {});
}

TEST(Turns, EachGoesOnOnceARound) {
    asio::io_context io;
    Turns turns(io.get_executor());
    std::vector<std::string> seen;
    start(io, come_back(turns, "a", 3, seen));
    start(io, come_back(turns, "b", 2, seen));
    io.run();
    EXPECT_THAT(seen, ElementsAre("a", "b", "a", "b", "a"));
    EXPECT_EQ(turns.waiting(), 0U);
}

TEST(Turns, WhatComesMeanwhileStandsBehindOneOfTheLineOnly) {
    asio::io_context io;
    Turns turns(io.get_executor());
    std::vector<std::string> seen;
    for (const char* name : {"a", "b", "c"}) start(io, come_back(turns, name, 1, seen));
    io.poll_one();
    io.poll_one();
    io.poll_one();  // all three stand in line, and the first is on its way
    asio::post(io, [&seen] { seen.emplace_back("other"); });
    io.run();
    EXPECT_THAT(seen, ElementsAre("a", "other", "b", "c"));
}

TEST(Turns, WhoStillWaitsIsDroppedWithTheLine) {
    asio::io_context io;
    auto kept = std::make_shared<int>(0);
    {
        Turns turns(io.get_executor());
        const auto wait = [](Turns& line, std::shared_ptr<int>) -> asio::awaitable<void> {
            co_await line.next();
        };
        start(io, wait(turns, kept));
        io.poll_one();
        EXPECT_EQ(kept.use_count(), 2);
    }
    io.run();  // where coroutines are taken down
    EXPECT_EQ(kept.use_count(), 1);
}

}  // namespace
}  // namespace qk::daemon
