// SQLite on its own thread: every decision is one transaction, stored with its effects before they
// are carried out. The database is the daemon's state; what lives in memory can be rebuilt from it.
//
// A piece of work runs on the store's thread inside BEGIN IMMEDIATE ... COMMIT, reads what it
// decides on, calls the pure function that decides, and writes the outcome, its effects and the
// audit entry. One piece runs at a time, so there are no races between decisions. A throw rolls
// back and reaches the awaiter. Broken storage (disk full, corrupt file) is also told to on_broken,
// which ends the process, since nothing can be promised any more.
//
// Reading waits for no decision: read() works on a read-only connection of its own thread
// (readers.hpp), on one snapshot that has everything committed before it began. So whoever was
// answered that something is done finds it done. Nothing can be written there.
//
// The awaiting coroutine stays suspended on its own executor while the work runs elsewhere; once
// asked for, a piece of work is carried out even if the awaiter is cancelled meanwhile.
//
// g++ 12: name the lambda before the co_await.
//     auto work = [id, now](Session& db) { return load_warning(db, id); };
//     auto warning = co_await store.read(std::move(work), person);
#pragma once

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
#include "daemon/store/readers.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class Latencies;
class Progress;

class Store {
 public:
    // Opens or creates the file (":memory:" for none), WAL, synchronous=FULL, foreign keys, and
    // brings the schema forward. Refuses a schema newer than this program.
    [[nodiscard]] static rules::Result<std::unique_ptr<Store>> open(const std::string& path,
                                                                    StoreMode mode);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    // `Work` takes Session& and returns a value or nothing.
    template <class Work>
    [[nodiscard]] auto transact(Work work)
        -> boost::asio::awaitable<std::invoke_result_t<Work&, Session&>>;

    // The same, synchronously: for start-up, before anything else runs, and for tests.
    template <class Work>
    auto transact_now(Work work) -> std::invoke_result_t<Work&, Session&>;

    // Reads what is committed; `Work` as above, but it cannot write. `person` is who asks, so that
    // people take turns, and one reading has an end (ReadingTooLong). The daemon itself has no name
    // and no end; a route always names its reader (Call::reader). What may take longer than some
    // hundredths of a second (comparisons, reports, exports) is read slowly: on other threads.
    template <class Work>
    [[nodiscard]] auto read(Work work, std::string person = {}, ReadPace pace = ReadPace::kQuick)
        -> boost::asio::awaitable<std::invoke_result_t<Work&, Session&>>;
    template <class Work>
    [[nodiscard]] auto read_slowly(Work work, std::string person = {})
        -> boost::asio::awaitable<std::invoke_result_t<Work&, Session&>> {
        return read(std::move(work), std::move(person), ReadPace::kSlow);
    }

    // Pieces of work asked for and not yet answered, readings too.
    [[nodiscard]] std::size_t pending() const { return pending_.load(); }
    // Rises with every commit that changed what answers are made of: any table but those that
    // readings fill without end and those that no kept answer rests on (store.cpp). A number taken
    // before a reading tells later whether that reading would still find the same.
    [[nodiscard]] std::uint64_t version() const { return version_.load(); }
    // Transactions begun that may write.
    [[nodiscard]] std::uint64_t decisions_begun() const { return decisions_begun_.load(); }
    [[nodiscard]] std::uint64_t readings_begun() const { return readings_begun_.load(); }

    // Where it is noted how long transactions took, and that this and whoever reads at length gets
    // on. Set before the first piece of work.
    void measure(std::shared_ptr<Latencies> latencies, std::shared_ptr<Progress> progress);

    // Called once, on the thread that met it, with a sentence on what broke. Set before the first
    // piece of work.
    void on_broken(std::function<void(std::string)> tell) { tell_broken_ = std::move(tell); }

 private:
    using Job = std::function<void(Session&)>;
    struct Worker;
    enum class Access { kRead, kWrite };

    Store(std::unique_ptr<Session> session, StoreMode mode);
    // On the thread of the session.
    void in_transaction(const Job& work);
    void in_reading(Session& db, const Job& work, std::int64_t steps_max);
    void tell_if_broken(int code, const char* what, Access access);
    void keep_log_short();
    void watch_tables();
    // Runs `job` on the store's thread or a reader's (inline: here) and resumes the caller on its
    // own executor.
    [[nodiscard]] boost::asio::awaitable<void> decide_on_thread(const Job& work);
    [[nodiscard]] boost::asio::awaitable<void> read_on_thread(const Job& work, std::string person,
                                                              ReadPace pace);

    StoreMode mode_;
    std::unique_ptr<Session> session_;
    std::shared_ptr<Latencies> latencies_;  // none: nothing is measured
    std::shared_ptr<Progress> progress_;    // never null
    std::atomic<std::size_t> pending_{0};
    std::atomic<std::uint64_t> decisions_begun_{0};
    std::atomic<std::uint64_t> readings_begun_{0};
    std::atomic<std::uint64_t> version_{1};
    bool has_changed_ = false;  // in the transaction under way
    std::function<void(std::string)> tell_broken_;
    std::atomic<bool> has_told_{false};
    // Of the write-ahead log; on the writer's thread.
    int log_pages_ = 0;
    int wait_next_;
    int commits_to_wait_ = 0;
    std::unique_ptr<Readers> readers_;  // none: readings run on the one connection
    std::unique_ptr<Worker> worker_;
};

template <class Work>
auto Store::transact_now(Work work) -> std::invoke_result_t<Work&, Session&> {
    using Answer = std::invoke_result_t<Work&, Session&>;
    if constexpr (std::is_void_v<Answer>) {
        in_transaction([&](Session& db) { work(db); });
    } else {
        std::optional<Answer> answer;
        in_transaction([&](Session& db) { answer.emplace(work(db)); });
        return std::move(*answer);
    }
}

template <class Work>
auto Store::transact(Work work) -> boost::asio::awaitable<std::invoke_result_t<Work&, Session&>> {
    using Answer = std::invoke_result_t<Work&, Session&>;
    if constexpr (std::is_void_v<Answer>) {
        const Job job = [&work](Session& db) { work(db); };
        co_await decide_on_thread(job);
    } else {
        std::optional<Answer> answer;
        const Job job = [&work, &answer](Session& db) { answer.emplace(work(db)); };
        co_await decide_on_thread(job);
        co_return std::move(*answer);
    }
}

template <class Work>
auto Store::read(Work work, std::string person, ReadPace pace)
    -> boost::asio::awaitable<std::invoke_result_t<Work&, Session&>> {
    using Answer = std::invoke_result_t<Work&, Session&>;
    if constexpr (std::is_void_v<Answer>) {
        const Job job = [&work](Session& db) { work(db); };
        co_await read_on_thread(job, std::move(person), pace);
    } else {
        std::optional<Answer> answer;
        const Job job = [&work, &answer](Session& db) { answer.emplace(work(db)); };
        co_await read_on_thread(job, std::move(person), pace);
        co_return std::move(*answer);
    }
}

}  // namespace qk::daemon
