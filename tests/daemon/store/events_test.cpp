#include "daemon/store/events.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

TEST(Events, AreReadOnFromTheLastNumberSeen) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    auto work = [](Session& db) {
        for (int i = 1; i <= 5; ++i) {
            append_event(db, rules::Instant{std::chrono::seconds{i}}, "tick", {{"i", i}});
        }
        return events_after(db, 2, 2);
    };
    const auto events = store->transact_now(work);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].number, 3);
    EXPECT_EQ(events[1].data.at("i").as_int64(), 4);
}

TEST(Events, WhatNobodySeesInThemIsShown) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    auto work = [](Session& db) {
        append_event(db, rules::Instant{}, "tick", {{"why", "甲\u202E\"乙\n\x1b"}});
        return events_after(db, 0, 1);
    };
    const auto events = store->transact_now(work);
    EXPECT_EQ(events.at(0).data.at("why").as_string(), "甲<U+202E>\"乙\n\x1b");
}

TEST(Events, OnlyTheNewestAreKept) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    auto work = [](Session& db) {
        db.exec("INSERT INTO events(number, at, kind, data) VALUES(1, 0, 'old', '{}')");
        db.exec("INSERT INTO events(number, at, kind, data) VALUES(100000, 0, 'new', '{}')");
        append_event(db, rules::Instant{}, "newest", {});
        return events_after(db, 0, 10);
    };
    const auto events = store->transact_now(work);
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].number, 100'000);
}

asio::awaitable<int> listen(EventFeed& feed, int times) {
    int heard = 0;
    while (heard < times) {
        const std::uint64_t seen = feed.wakes();
        co_await feed.next(seen);
        ++heard;
    }
    co_return heard;
}

TEST(EventFeed, WakesEveryListener) {
    asio::io_context io;
    EventFeed feed(io.get_executor());
    auto one = asio::co_spawn(io, listen(feed, 2), asio::use_future);
    auto two = asio::co_spawn(io, listen(feed, 2), asio::use_future);
    io.poll();
    feed.wake();
    io.poll();
    feed.wake();
    io.run();
    EXPECT_EQ(one.get() + two.get(), 4);
}

TEST(EventFeed, AWakeBeforeTheWaitIsNotMissed) {
    asio::io_context io;
    EventFeed feed(io.get_executor());
    const std::uint64_t seen = feed.wakes();
    feed.wake();
    auto answer = asio::co_spawn(io, feed.next(seen), asio::use_future);
    io.run();
    EXPECT_EQ(answer.wait_for(std::chrono::seconds{0}), std::future_status::ready);
}

}  // namespace
}  // namespace qk::daemon
