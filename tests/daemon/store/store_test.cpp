#include "daemon/store/store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/store/broken.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "plans/inventory/shared_text.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

template <class Text>
concept BindableInPlace = requires(Statement& statement, Text&& text) {
    statement.bind(1, InPlace(std::forward<Text>(text)));
};
static_assert(BindableInPlace<const std::string&>);
static_assert(!BindableInPlace<std::string>);
static_assert(!BindableInPlace<const plans::SharedText&>, "it would become a string that is gone");
static_assert(!BindableInPlace<const char*>);

namespace asio = boost::asio;

std::unique_ptr<Store> open_store(const std::string& path, StoreMode mode) {
    auto store = Store::open(path, mode);
    EXPECT_TRUE(store.has_value());
    return std::move(store.value());
}

asio::awaitable<int> count_up(Store& store, int steps, std::thread::id home) {
    int last = 0;
    for (int i = 0; i < steps; ++i) {
        auto work = [](Session& db) {
            const int value = std::atoi(get_meta(db, "n").value_or("0").c_str()) + 1;
            set_meta(db, "n", std::to_string(value));
            return value;
        };
        last = co_await store.transact(std::move(work));
        if (std::this_thread::get_id() != home) throw std::logic_error("not at home");
    }
    co_return last;
}

TEST(Store, ManyCoroutinesShareOneDatabaseAndStayOnTheirOwnThread) {
    const Scratch scratch;
    asio::io_context io;
    auto store = open_store(scratch.file("a.db"), StoreMode::kOwnThread);
    std::vector<std::future<int>> answers;
    for (int i = 0; i < 8; ++i) {
        answers.push_back(
            asio::co_spawn(io, count_up(*store, 25, std::this_thread::get_id()), asio::use_future));
    }
    io.run();
    int highest = 0;
    for (auto& answer : answers) highest = std::max(highest, answer.get());
    EXPECT_EQ(highest, 200);
    EXPECT_EQ(store->pending(), 0U);
}

TEST(Store, WhatIsDoneAtOnceOnTheThreadOfTheCallerKeepsOffTheStoresOwn) {
    const Scratch scratch;
    asio::io_context io;
    auto store = open_store(scratch.file("a.db"), StoreMode::kOwnThread);
    std::thread other([&store] {
        for (int i = 0; i < 200; ++i) {
            store->transact_now([i](Session& db) { set_meta(db, "m", std::to_string(i)); });
        }
    });
    auto answer =
        asio::co_spawn(io, count_up(*store, 200, std::this_thread::get_id()), asio::use_future);
    io.run();
    other.join();
    EXPECT_EQ(answer.get(), 200);
    EXPECT_EQ(store->transact_now([](Session& db) { return get_meta(db, "m"); }), "199");
}

asio::awaitable<void> fail(Store& store) {
    auto work = [](Session& db) {
        set_meta(db, "half", "done");
        throw std::runtime_error("changed my mind");
    };
    co_await store.transact(std::move(work));
}

TEST(Store, AThrowReachesTheAwaiterAndLeavesNothingBehind) {
    for (const StoreMode mode : {StoreMode::kOwnThread, StoreMode::kInline}) {
        asio::io_context io;
        auto store = open_store(":memory:", mode);
        auto answer = asio::co_spawn(io, fail(*store), asio::use_future);
        io.run();
        EXPECT_THROW(answer.get(), std::runtime_error);
        auto work = [](Session& db) { return get_meta(db, "half"); };
        EXPECT_EQ(store->transact_now(work), std::nullopt);
    }
}

TEST(Store, AWriteSurvivesReopening) {
    const Scratch scratch;
    const std::string path = scratch.file("a.db");
    {
        auto store = open_store(path, StoreMode::kInline);
        auto work = [](Session& db) { set_meta(db, "k", "v"); };
        store->transact_now(work);
    }
    auto store = open_store(path, StoreMode::kInline);
    auto work = [](Session& db) { return get_meta(db, "k"); };
    EXPECT_EQ(store->transact_now(work), "v");
}

TEST(Store, ADatabaseOfANewerProgramIsRefusedInASentence) {
    const Scratch scratch;
    const std::string path = scratch.file("a.db");
    {
        auto store = open_store(path, StoreMode::kInline);
        auto work = [](Session& db) {
            db.exec("INSERT INTO schema_steps(number, name) VALUES(9999, 'later')");
        };
        store->transact_now(work);
    }
    auto store = Store::open(path, StoreMode::kInline);
    ASSERT_TRUE(store.has_error());
    EXPECT_NE(to_text(store.error()).find("schema step 9999"), std::string::npos);
}

TEST(Store, AFileThatIsNoDatabaseIsRefusedInASentence) {
    const Scratch scratch;
    const std::string path = scratch.write("a.db", std::string(4096, 'x'));
    auto store = Store::open(path, StoreMode::kInline);
    ASSERT_TRUE(store.has_error());
    EXPECT_NE(to_text(store.error()).find("cannot be opened"), std::string::npos);
}

TEST(Store, AFullDiskIsToldOnceAndReachesTheCaller) {
    const Scratch scratch;
    auto store = open_store(scratch.file("a.db"), StoreMode::kInline);
    int told = 0;
    store->on_broken([&told](const std::string&) { ++told; });
    auto limit = [](Session& db) { db.exec("CREATE TABLE big(x)"); };
    store->transact_now(limit);
    auto fill = [](Session& db) {
        // SQLite's own way to have a full disk: no more pages than this.
        db.script("PRAGMA max_page_count = 64");
        for (int i = 0; i < 100; ++i) db.exec("INSERT INTO big VALUES(zeroblob(100000))");
    };
    EXPECT_THROW(store->transact_now(fill), DatabaseError);
    EXPECT_THROW(store->transact_now(fill), DatabaseError);
    EXPECT_EQ(told, 1);
}

// SQLite says "database or disk is full" of it.
TEST(Store, NumbersThatSomebodySetToTheLastOneAreNotCalledAFullDisk) {
    for (const char* edit :
         {"INSERT INTO events(number, at, kind, data) VALUES(9223372036854775807, 0, 'k', '{}')",
          "INSERT INTO events(at, kind, data) VALUES(0, 'k', '{}');"
          "UPDATE events SET number = 9223372036854775807",
          "INSERT INTO sqlite_sequence(name, seq) VALUES('events', 9223372036854775807)"}) {
        const Scratch scratch;
        auto store = open_store(scratch.file("a.db"), StoreMode::kInline);
        std::vector<std::string> told;
        store->on_broken([&told](const std::string& why) { told.push_back(why); });
        store->transact_now([edit](Session& db) { db.script(edit); });
        int code = 0;
        try {
            store->transact_now([](Session& db) {
                append_event(db, rules::Instant{}, "k", boost::json::object{});
            });
        } catch (const DatabaseError& error) {
            code = error.code();
        }
        EXPECT_EQ(code, SQLITE_CORRUPT) << edit;
        ASSERT_EQ(told.size(), 1U) << edit;
        EXPECT_NE(told[0].find("table 'events'"), std::string::npos) << told[0];
        EXPECT_EQ(trouble_of(told[0]), StorageTrouble::kNumbersUsedUp);
        EXPECT_NE(cure_in_chinese(trouble_of(told[0])).find("sqlite_sequence"),
                  std::string_view::npos);
    }
}

asio::awaitable<void> write_late(Store& store) {
    auto work = [](Session& db) { set_meta(db, "late", "yes"); };
    co_await store.transact(std::move(work));
}

TEST(Store, WhatWasAskedForIsDoneEvenIfNobodyWaitsForItAnyMore) {
    const Scratch scratch;
    const std::string path = scratch.file("a.db");
    {
        auto io = std::make_unique<asio::io_context>();
        auto store = open_store(path, StoreMode::kOwnThread);
        auto answer = asio::co_spawn(*io, write_late(*store), asio::use_future);
        io->run_one();  // started, and now waiting for the other thread
        store.reset();
        io.reset();
    }
    auto store = open_store(path, StoreMode::kInline);
    auto work = [](Session& db) { return get_meta(db, "late"); };
    EXPECT_EQ(store->transact_now(work), "yes");
}

TEST(Store, WhatIsAskedOfOneWarningOrMeterIsSoughtAndNotGoneThrough) {
    auto store = open_store(":memory:", StoreMode::kInline);
    const auto plan_of = [&](const std::string& sql) {
        return store->transact_now([&](Session& db) {
            std::string plan;
            db.each("EXPLAIN QUERY PLAN " + sql,
                    [&](const Statement& step) { plan += step.text(3); });
            return plan;
        });
    };
    const auto is_sought = [&](const std::string& sql) {
        const std::string plan = plan_of(sql);
        return plan.starts_with("SEARCH") && plan.find("SCAN") == std::string::npos;
    };
    EXPECT_FALSE(is_sought("SELECT 1 FROM order_revisions WHERE signed_text = ?1"));
    EXPECT_TRUE(
        is_sought("SELECT enterprise, min(issued_at), order_id FROM order_revisions WHERE "
                  "warning = ?1 GROUP BY enterprise"));
    EXPECT_TRUE(is_sought("SELECT count(*) FROM not_judged WHERE warning = ?1"));
    EXPECT_TRUE(is_sought("SELECT json FROM obligations WHERE warning = ?1"));
    EXPECT_TRUE(is_sought("SELECT json FROM obligations WHERE enterprise = ?1"));
    EXPECT_TRUE(is_sought("SELECT kw FROM readings WHERE t_end > ?1 AND t_end <= ?2"));
    EXPECT_TRUE(is_sought("SELECT kw FROM readings WHERE t_end = ?1 AND meter = ?2"));
    EXPECT_NE(plan_of("SELECT enterprise FROM phone_list WHERE done_at IS NULL ORDER BY listed_at, "
                      "enterprise")
                  .find("phone_list_open"),
              std::string::npos);
}

}  // namespace
}  // namespace qk::daemon
