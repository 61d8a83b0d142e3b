// SQLite on its own thread: every decision is one transaction, stored with its effects before they
// are carried out. The database is the daemon's state; what lives in memory can be rebuilt from it.
//
// A piece of work runs on the store's thread inside BEGIN IMMEDIATE ... COMMIT, reads what it
// decides on, calls the pure function that decides, and writes the outcome, its effects and the
// audit entry. One piece runs at a time, so there are no races between decisions. A throw rolls
// back and reaches the awaiter. Broken storage (disk full, corrupt file) is also told to on_broken,
// which ends the process, since nothing can be promised any more.
//
// The awaiting coroutine stays suspended on its own executor while the work runs elsewhere; once
// asked for, a piece of work is carried out even if the awaiter is cancelled meanwhile.
//
// g++ 12: name the lambda before the co_await.
//     auto work = [id, now](SQLite::Database& db) { return load_warning(db, id); };
//     auto warning = co_await store.transact(std::move(work));
#pragma once

#include <SQLiteCpp/Database.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "daemon/store/mode.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class Store {
 public:
    // Opens or creates the file (":memory:" for none), WAL, synchronous=FULL, foreign keys, and
    // brings the schema forward. Refuses a schema newer than this program.
    [[nodiscard]] static rules::Result<std::unique_ptr<Store>> open(const std::string& path,
                                                                    StoreMode mode);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // `Work` takes SQLite::Database& and returns a value or nothing.
    template <class Work>
    [[nodiscard]] auto transact(Work work)
        -> boost::asio::awaitable<std::invoke_result_t<Work&, SQLite::Database&>>;

    // The same, synchronously: for start-up, before anything else runs, and for tests.
    template <class Work>
    auto transact_now(Work work) -> std::invoke_result_t<Work&, SQLite::Database&>;

    // Pieces of work asked for and not yet answered.
    [[nodiscard]] std::size_t pending() const { return pending_.load(); }

    // Called once, on the thread that met it, with a sentence on what broke.
    void on_broken(std::function<void(std::string)> tell) { tell_broken_ = std::move(tell); }

 private:
    struct Worker;

    Store(std::unique_ptr<SQLite::Database> database, StoreMode mode);
    void in_transaction(const std::function<void(SQLite::Database&)>& work);
    // Runs `job` on the store's thread (inline: here) and resumes the caller on its own executor.
    [[nodiscard]] boost::asio::awaitable<void> run(std::function<void()> job);

    StoreMode mode_;
    std::unique_ptr<SQLite::Database> database_;
    std::atomic<std::size_t> pending_{0};
    std::function<void(std::string)> tell_broken_;
    std::unique_ptr<Worker> worker_;
};

template <class Work>
auto Store::transact_now(Work work) -> std::invoke_result_t<Work&, SQLite::Database&> {
    using Answer = std::invoke_result_t<Work&, SQLite::Database&>;
    if constexpr (std::is_void_v<Answer>) {
        in_transaction([&](SQLite::Database& db) { work(db); });
    } else {
        std::optional<Answer> answer;
        in_transaction([&](SQLite::Database& db) { answer.emplace(work(db)); });
        return std::move(*answer);
    }
}

template <class Work>
auto Store::transact(Work work)
    -> boost::asio::awaitable<std::invoke_result_t<Work&, SQLite::Database&>> {
    using Answer = std::invoke_result_t<Work&, SQLite::Database&>;
    std::exception_ptr failure;
    if constexpr (std::is_void_v<Answer>) {
        std::function<void()> job = [this, &work, &failure] {
            try {
                in_transaction([&](SQLite::Database& db) { work(db); });
            } catch (...) {
                failure = std::current_exception();
            }
        };
        co_await run(std::move(job));
        if (failure) std::rethrow_exception(failure);
    } else {
        std::optional<Answer> answer;
        std::function<void()> job = [this, &work, &failure, &answer] {
            try {
                in_transaction([&](SQLite::Database& db) { answer.emplace(work(db)); });
            } catch (...) {
                failure = std::current_exception();
            }
        };
        co_await run(std::move(job));
        if (failure) std::rethrow_exception(failure);
        co_return std::move(*answer);
    }
}

}  // namespace qk::daemon
