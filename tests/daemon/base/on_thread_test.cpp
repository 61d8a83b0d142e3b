// Goal: work on a thread beside gives its answer or its exception where it was awaited, and a task
// that is cancelled meanwhile ends after it and takes nothing else along. Method: a task group that
// is cancelled while the work stands.
#include "daemon/base/on_thread.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <stdexcept>
#include <string>

#include "daemon/base/task_group.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

struct Beside {
    asio::io_context io;
    asio::thread_pool pool{1};
    std::string failed;
    TaskGroup tasks{io.get_executor(),
                    [this](const std::string&, std::exception_ptr why) { failed = what_of(why); }};
};

TEST(RunOn, WhatTheWorkThrowsIsThrownWhereItWasAwaited) {
    Beside beside;
    std::string seen;
    auto task = [](Beside& of, std::string& caught) -> asio::awaitable<void> {
        std::function<void()> job = [] { throw std::runtime_error("no such name"); };
        try {
            co_await run_on(of.pool, std::move(job));
        } catch (const std::runtime_error& error) {
            caught = error.what();
        }
    };
    auto running = task(beside, seen);
    beside.tasks.spawn("throws", std::move(running));
    beside.io.run();
    EXPECT_EQ(seen, "no such name");
    EXPECT_EQ(beside.failed, "");
}

TEST(RunOn, ATaskThatIsCancelledMeanwhileEndsAfterTheWork) {
    for (int round = 0; round < 20; ++round) {
        Beside beside;
        std::promise<void> begun;
        std::promise<void> may_end;
        bool is_done = false;
        auto task = [](Beside& of, std::promise<void>& has_begun, std::promise<void>& go_on,
                       bool& done) -> asio::awaitable<void> {
            std::function<void()> job = [&] {
                has_begun.set_value();
                go_on.get_future().wait();
            };
            co_await run_on(of.pool, std::move(job));
            done = true;
        };
        auto running = task(beside, begun, may_end, is_done);
        beside.tasks.spawn("waits", std::move(running));
        beside.io.poll();
        begun.get_future().wait();
        beside.tasks.cancel();
        may_end.set_value();
        beside.io.restart();
        beside.io.run();
        beside.pool.join();
        EXPECT_TRUE(is_done);
        EXPECT_EQ(beside.failed, "");
    }
}

}  // namespace
}  // namespace qk::daemon
