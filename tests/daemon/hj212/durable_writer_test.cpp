#include "daemon/hj212/durable_writer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

std::vector<HeldEnvelope> one(const std::string& payload) {
    return {{"192.0.2.7 MN1", rules::Instant{}, "hj212/MN1", payload}};
}

// Runs until the answer is there.
bool answer_of(asio::io_context& io, std::future<bool>& answer) {
    constexpr std::chrono::milliseconds kLook{1};
    while (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
        io.restart();
        io.run_one_for(kLook);
    }
    return answer.get();
}

TEST(DurableWriter, WhatComesWhileOneIsWrittenGoesTogetherInTheNext) {
    asio::io_context io;
    std::promise<void> begun;
    std::promise<void> may_end;
    std::vector<std::size_t> sizes;
    DurableWriter writer(io.get_executor(), [&](std::span<const Envelope> envelopes) {
        if (sizes.empty()) {
            begun.set_value();
            may_end.get_future().wait();
        }
        sizes.push_back(envelopes.size());
        return true;
    });
    auto first = asio::co_spawn(io, writer.keep(one("a")), asio::use_future);
    io.poll();
    begun.get_future().wait();
    auto second = asio::co_spawn(io, writer.keep(one("b")), asio::use_future);
    auto third = asio::co_spawn(io, writer.keep(one("c")), asio::use_future);
    io.restart();
    io.poll();
    EXPECT_NE(first.wait_for(std::chrono::seconds{0}), std::future_status::ready);
    may_end.set_value();
    EXPECT_TRUE(answer_of(io, first));
    EXPECT_TRUE(answer_of(io, second));
    EXPECT_TRUE(answer_of(io, third));
    writer.close();
    EXPECT_EQ(sizes, (std::vector<std::size_t>{1, 2}));
    EXPECT_EQ(writer.rounds(), 2U);
}

TEST(DurableWriter, AfterOneThatFailedNothingIsPromised) {
    asio::io_context io;
    int calls = 0;
    DurableWriter writer(io.get_executor(), [&calls](std::span<const Envelope>) {
        ++calls;
        return calls > 1;
    });
    auto first = asio::co_spawn(io, writer.keep(one("a")), asio::use_future);
    EXPECT_FALSE(answer_of(io, first));
    auto second = asio::co_spawn(io, writer.keep(one("b")), asio::use_future);
    EXPECT_FALSE(answer_of(io, second));
    writer.close();
    EXPECT_EQ(calls, 1);
    auto third = asio::co_spawn(io, writer.keep(one("c")), asio::use_future);
    EXPECT_FALSE(answer_of(io, third));
}

}  // namespace
}  // namespace qk::daemon
