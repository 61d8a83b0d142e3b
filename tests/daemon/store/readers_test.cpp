#include "daemon/store/readers.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <future>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

#include "daemon/base/progress.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
constexpr std::chrono::seconds kHangs{60};  // a test that waits so long has found a fault

std::string value_in(Session& db) { return get_meta(db, "n").value_or(""); }

// A store on a file, its coroutines run by the test's thread.
class ReadingStore : public testing::Test {
 protected:
    void put(const std::string& value) {
        auto work = [value](Session& db) { set_meta(db, "n", value); };
        store_->transact_now(std::move(work));
    }
    template <class Task>
    auto spawn(Task task) {
        return asio::co_spawn(io_, std::move(task), asio::use_future);
    }
    // Runs on the test's own threads until `answer` is there.
    template <class Answer>
    Answer run_for(std::future<Answer> answer) {
        io_.restart();
        io_.run();
        EXPECT_EQ(answer.wait_for(kHangs), std::future_status::ready);
        return answer.get();
    }

    const Scratch scratch_;
    const std::string path_ = scratch_.file("a.db");
    asio::io_context io_;  // outlives the store, whose threads post to it
    std::unique_ptr<Store> store_ = Store::open(path_, StoreMode::kOwnThread).value();
};

asio::awaitable<int> write_then_read(Store& store, int times) {
    int wrong = 0;
    for (int i = 0; i < times; ++i) {
        const std::string value = std::to_string(i);
        auto write = [value](Session& db) { set_meta(db, "n", value); };
        co_await store.transact(std::move(write));
        auto look = [](Session& db) { return value_in(db); };
        const std::string quick = co_await store.read(look, "anna");
        const std::string slow = co_await store.read_slowly(look, "anna");
        if (quick != value || slow != value) ++wrong;
    }
    co_return wrong;
}

TEST_F(ReadingStore, WhoWasAnsweredFindsItDone) {
    EXPECT_EQ(run_for(spawn(write_then_read(*store_, 300))), 0);
    EXPECT_EQ(store_->pending(), 0U);
}

asio::awaitable<bool> decide_until(Store& store, std::latch& begun, std::future<void>& read) {
    auto work = [&](Session& db) {
        set_meta(db, "n", "new");
        begun.count_down();
        return read.wait_for(kHangs) == std::future_status::ready;
    };
    co_return co_await store.transact(std::move(work));
}

asio::awaitable<std::string> read_once(Store& store, std::latch& begun, std::promise<void>& done) {
    begun.wait();
    auto work = [](Session& db) { return value_in(db); };
    std::string value = co_await store.read(std::move(work));
    done.set_value();
    co_return value;
}

TEST_F(ReadingStore, AReadingDoesNotWaitForADecision) {
    put("old");
    std::latch begun(1);
    std::promise<void> done;
    std::future<void> read = done.get_future();
    auto decided = spawn(decide_until(*store_, begun, read));
    auto value = spawn(read_once(*store_, begun, done));
    EXPECT_EQ(run_for(std::move(value)), "old");
    EXPECT_TRUE(decided.get());
}

asio::awaitable<bool> read_around(Store& store, std::latch& begun, std::future<void>& written) {
    auto work = [&](Session& db) {
        const std::string before = value_in(db);
        begun.count_down();
        const bool is_written = written.wait_for(kHangs) == std::future_status::ready;
        return is_written && before == value_in(db);
    };
    co_return co_await store.read(std::move(work));
}

TEST_F(ReadingStore, AReadingSeesOneStateHoweverMuchIsWrittenMeanwhile) {
    put("old");
    std::latch begun(1);
    std::promise<void> done;
    std::future<void> written = done.get_future();
    auto is_same = spawn(read_around(*store_, begun, written));
    std::thread writer([&] {
        begun.wait();
        put("new");
        done.set_value();
    });
    EXPECT_TRUE(run_for(std::move(is_same)));
    writer.join();
}

asio::awaitable<int> write_in_a_reading(Store& store) {
    auto work = [](Session& db) { set_meta(db, "n", "written"); };
    try {
        co_await store.read(std::move(work));
    } catch (const DatabaseError& error) {
        co_return error.code();
    }
    co_return SQLITE_OK;
}

TEST_F(ReadingStore, NothingCanBeWrittenInAReadingAndTheStorageIsNotBrokenByIt) {
    for (const StoreMode mode : {StoreMode::kOwnThread, StoreMode::kInline}) {
        for (const std::string& path : {scratch_.file("b.db"), std::string(":memory:")}) {
            auto store = Store::open(path, mode).value();
            int told = 0;
            store->on_broken([&told](const std::string&) { ++told; });
            EXPECT_EQ(run_for(spawn(write_in_a_reading(*store))), SQLITE_READONLY);
            auto write = [](Session& db) { set_meta(db, "n", "yes"); };
            store->transact_now(std::move(write));  // the same connection may, where it is one
            auto look = [](Session& db) { return value_in(db); };
            EXPECT_EQ(run_for(spawn(store->read(std::move(look)))), "yes");
            EXPECT_EQ(told, 0);
        }
    }
}

TEST_F(ReadingStore, DecisionsAreCountedAndReadingsAreNot) {
    const auto before = store_->decisions_begun();
    EXPECT_EQ(run_for(spawn(write_then_read(*store_, 10))), 0);
    EXPECT_EQ(store_->decisions_begun(), before + 10);
}

// Readings that go on until they are let go.
class Holding {
 public:
    asio::awaitable<void> hold(Store& store, std::string person, ReadPace pace) {
        auto work = [this](Session& db) {
            (void)value_in(db);  // the state is taken at the first look
            ++running;
            let_go_.wait();
        };
        co_await store.read(std::move(work), std::move(person), pace);
    }
    void let_go() { let_go_.count_down(); }
    std::atomic<int> running{0};

 private:
    std::latch let_go_{1};
};

asio::awaitable<void> look_and_let_go(Store& store, std::string person, Holding& holding) {
    auto work = [](Session& db) { return value_in(db); };
    (void)co_await store.read(std::move(work), std::move(person));
    holding.let_go();
}

TEST_F(ReadingStore, SlowReadingsOfEverybodyLeaveTheQuickOnesTheirThreads) {
    Holding holding;
    std::vector<std::future<void>> held;
    for (const char* person : {"anna", "bo", "chen", "ding"}) {
        held.push_back(spawn(holding.hold(*store_, person, ReadPace::kSlow)));
    }
    held.push_back(spawn(look_and_let_go(*store_, "anna", holding)));
    for (auto& one : held) run_for(std::move(one));
    EXPECT_EQ(holding.running, 4);
}

TEST_F(ReadingStore, OnePersonsReadingsLeaveAThreadToTheOthers) {
    Holding holding;
    std::vector<std::future<void>> held;
    for (int i = 0; i < 20; ++i) {
        held.push_back(spawn(holding.hold(*store_, "anna", ReadPace::kQuick)));
    }
    held.push_back(spawn(look_and_let_go(*store_, "bo", holding)));
    for (auto& one : held) run_for(std::move(one));
    EXPECT_EQ(holding.running, 20);
}

TEST(Reading, EndsWhenItTakesMoreStepsThanOneMay) {
    Session db(":memory:", SessionUse::kWrite);
    const auto count = [](Session& on) {
        (void)on.count(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) "
            "SELECT count(*) FROM n");
    };
    Progress progress;
    EXPECT_THROW(read_in(db, count, 1'000'000, progress), ReadingTooLong);
    EXPECT_NO_THROW(read_in(db, count, kReadingStepsMax, progress));
    EXPECT_NO_THROW(read_in(db, count, kReadingStepsOfDaemon, progress));
}

TEST_F(ReadingStore, TheVersionRisesWithWhatAnswersAreMadeOfAndWithNothingElse) {
    const auto changes = [this](const char* sql) {
        const auto before = store_->version();
        store_->transact_now([sql](Session& db) { db.exec(sql); });
        return store_->version() != before;
    };
    EXPECT_TRUE(
        changes("INSERT INTO orders(enterprise, region, warning, order_id, revision, "
                "content_sha256, signed_text, exercise, obligations, issued_at, "
                "effective_from) VALUES('e', '1', 'w', 'o', 1, '', '', 0, 1, 0, 0)"));
    EXPECT_TRUE(changes("UPDATE orders SET wanted = wanted + 1"));
    EXPECT_FALSE(changes("UPDATE orders SET wanted = 0 WHERE enterprise = 'nobody'"));
    EXPECT_TRUE(changes("DELETE FROM orders"));
    EXPECT_TRUE(changes("INSERT INTO events(at, kind, data) VALUES(0, 'k', '{}')"));
    EXPECT_FALSE(changes("UPDATE meta SET value = value"));
    EXPECT_FALSE(changes("INSERT INTO meta(key, value) VALUES('journal', '1')"));
    const auto before = store_->version();
    EXPECT_THROW(store_->transact_now([](Session& db) {
        db.exec("INSERT INTO events(at, kind, data) VALUES(0, 'k', '{}')");
        throw std::runtime_error("changed my mind");
    }),
                 std::runtime_error);
    EXPECT_EQ(store_->version(), before);
    EXPECT_FALSE(changes("UPDATE meta SET value = value"))
        << "what was taken back is not told later";
}

TEST_F(ReadingStore, TheLogIsShortAgainAfterAReadingThatHeldItForLong) {
    Holding holding;
    auto held = spawn(holding.hold(*store_, "anna", ReadPace::kSlow));
    std::thread writer([&] {
        while (holding.running == 0) std::this_thread::yield();
        store_->transact_now([](Session& db) { db.exec("CREATE TABLE big(x)"); });
        for (int i = 0; i < 80; ++i) {
            store_->transact_now(
                [](Session& db) { db.exec("INSERT INTO big VALUES(zeroblob(1000000))"); });
        }
        EXPECT_GT(std::filesystem::file_size(path_ + "-wal"), 80'000'000U);
        holding.let_go();
    });
    run_for(std::move(held));
    writer.join();
    for (int i = 0; i < 3; ++i) put(std::to_string(i));
    EXPECT_LE(std::filesystem::file_size(path_ + "-wal"), std::uintmax_t{64} << 20);
}

TEST_F(ReadingStore, NoReadingBeginsWhileTheReadersArePaused) {
    Readers readers(path_);
    std::latch running(1);
    std::latch let_go(1);
    std::atomic<bool> has_begun{false};
    const auto hold = [&](Session&) {
        running.count_down();
        let_go.wait();
    };
    readers.post(ReadPace::kQuick, "anna", hold);
    running.wait();
    EXPECT_FALSE(readers.pause());
    readers.post(ReadPace::kQuick, "bo", [&](Session&) { has_begun = true; });
    let_go.count_down();
    while (!readers.pause()) {
    }
    EXPECT_FALSE(has_begun);
    readers.resume();
    while (!has_begun) std::this_thread::yield();
}

}  // namespace
}  // namespace qk::daemon
