// SQLite on its own thread: every decision is one transaction, stored with its effects before they are
// carried out. The database is the daemon's state; what lives in memory can be rebuilt from it.
//
// A piece of work runs on the store's thread inside BEGIN IMMEDIATE ... COMMIT, reads what it decides on,
// calls the pure function that decides, and writes the outcome, its effects and the audit entry. One piece
// runs at a time, so there are no races between decisions. A throw rolls back and reaches the awaiter;
// broken storage (disk full, corrupt file) ends the process, since nothing can be promised any more.
//
// g++ 12: name the lambda before the co_await.
//     auto work = [id, now](SQLite::Database& db) { return load_warning(db, id); };
//     auto warning = co_await store.transact(std::move(work));
#pragma once

#include <SQLiteCpp/Database.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "rules/base/result.hpp"

namespace qk::daemon {

// kInline runs the work where it is asked for: for simulated time and for tests.
enum class StoreMode { kOwnThread, kInline };

class Store {
 public:
    // Opens or creates the file (":memory:" for none), WAL, synchronous=FULL, foreign keys, and brings the
    // schema forward. Refuses a schema newer than this program.
    [[nodiscard]] static rules::Result<std::unique_ptr<Store>> open(const std::string& path,
                                                                    StoreMode mode);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    template <class Work>
    [[nodiscard]] auto transact(Work work)
        -> boost::asio::awaitable<std::invoke_result_t<Work&, SQLite::Database&>>;

    // The same, synchronously: for start-up, before anything else runs, and for tests.
    template <class Work>
    auto transact_now(Work work) -> std::invoke_result_t<Work&, SQLite::Database&>;

    // Pieces of work asked for and not yet answered.
    [[nodiscard]] std::size_t pending() const { return pending_.load(); }

 private:
    Store(std::unique_ptr<SQLite::Database> database, StoreMode mode);
    void in_transaction(const std::function<void(SQLite::Database&)>& work);

    StoreMode mode_;
    std::unique_ptr<SQLite::Database> database_;
    std::atomic<std::size_t> pending_{0};
    std::optional<boost::asio::thread_pool> thread_;
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
    if (mode_ == StoreMode::kInline) {
        if constexpr (std::is_void_v<Answer>) {
            transact_now(std::move(work));
            co_return;
        } else {
            co_return transact_now(std::move(work));
        }
    }
    auto home = co_await boost::asio::this_coro::executor;
    ++pending_;
    // The coroutine itself hops to the store's thread and back: no captures, nothing to destroy twice.
    co_await boost::asio::post(boost::asio::bind_executor(*thread_, boost::asio::use_awaitable));
    std::exception_ptr failure;
    if constexpr (std::is_void_v<Answer>) {
        try {
            transact_now(std::move(work));
        } catch (...) {
            failure = std::current_exception();
        }
        co_await boost::asio::post(boost::asio::bind_executor(home, boost::asio::use_awaitable));
        --pending_;
        if (failure) std::rethrow_exception(failure);
    } else {
        std::optional<Answer> answer;
        try {
            answer.emplace(transact_now(std::move(work)));
        } catch (...) {
            failure = std::current_exception();
        }
        co_await boost::asio::post(boost::asio::bind_executor(home, boost::asio::use_awaitable));
        --pending_;
        if (failure) std::rethrow_exception(failure);
        co_return std::move(*answer);
    }
}

}  // namespace qk::daemon
