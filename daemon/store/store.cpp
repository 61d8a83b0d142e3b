#include "daemon/store/store.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <sqlite3.h>

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <limits>
#include <mutex>
#include <string_view>
#include <vector>

#include "daemon/base/canary.hpp"
#include "daemon/base/latency.hpp"
#include "daemon/base/progress.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

// The write-ahead log is copied into the database when it is as long as the first, and emptied when
// it has grown beyond the second: readers that always overlap would let it grow for ever.
constexpr int kLogPagesToCopy = 1000;
constexpr int kLogPagesMax = 16 * 1024;
constexpr std::int64_t kLogBytesKept = std::int64_t{64} << 20;
constexpr int kCommitsToWaitMin = 8;
constexpr int kCommitsToWaitMax = 1024;
constexpr int kWriterCacheKiB = 64 * 1024;

// Tables whose changes make no new version: filled by the readings of every minute, or read by no
// answer that is kept.
constexpr std::string_view kNotWatched[] = {
    "readings",        "reading_repeats", "meter_state",   "stack_readings",
    "gate_passages",   "presence",        "rejected",      "verdicts",
    "not_judged",      "county_days",     "meta",          "county_days_counted",
    "command_answers", "hj212_values",    "series_values",
};

// A reading promises nothing: what it could not open or write it tries again.
bool is_broken_for_reading(int code) {
    switch (code & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_IOERR:
        case SQLITE_NOTADB:
            return true;
        default:
            return false;
    }
}

// Suspends the awaiter, hands `start` what resumes it on its own executor (callable once, from any
// thread). A class with a constructor, because g++ 12 destroys aggregates twice in a statement that
// awaits.
class StartElsewhere {
 public:
    using Resume = std::function<void()>;
    explicit StartElsewhere(std::function<void(Resume)> start) : start_(std::move(start)) {}

    template <class Handler>
    void operator()(Handler handler) {
        auto home = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(home);
        // std::function asks for a copy; there is one handler.
        auto held = std::make_shared<std::pair<Handler, decltype(guard)>>(std::move(handler),
                                                                          std::move(guard));
        start_([home, held = std::move(held)]() mutable {
            asio::post(home, [held = std::move(held)]() mutable {
                Handler resumed = std::move(held->first);
                held.reset();
                std::move(resumed)();
            });
        });
    }

 private:
    std::function<void(Resume)> start_;
};

asio::awaitable<void> run_elsewhere(std::function<void(StartElsewhere::Resume)> start) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        StartElsewhere(std::move(start)), asio::use_awaitable);
}

// SQLite tells after each commit how long the log is.
int note_log_pages(void* pages, sqlite3*, const char*, int count) {
    *static_cast<int*>(pages) = count;
    return SQLITE_OK;
}

// Of the tables that count their rows for good, the first whose numbers have come to their end.
std::optional<std::string> table_without_numbers(Session& db) {
    constexpr std::int64_t kLast = std::numeric_limits<std::int64_t>::max();
    try {
        for (const char* table : {"events", "rejected"}) {
            const std::string query = fmt::format(
                "SELECT max(coalesce((SELECT max(seq) FROM sqlite_sequence WHERE name = '{0}'), 0),"
                " coalesce((SELECT max(number) FROM {0}), 0))",
                table);
            if (db.count(query) == kLast) return table;
        }
    } catch (const DatabaseError&) {
        // What cannot be read is told by what it was that failed.
    }
    return std::nullopt;
}

std::exception_ptr fault_of(const std::function<void()>& work) {
    try {
        work();
        return nullptr;
    } catch (...) {
        return std::current_exception();
    }
}

}  // namespace

struct Store::Worker {
    asio::thread_pool pool{1};
    std::mutex writing;  // beside its thread: transact_now(), on the thread of the caller
};

Store::Store(std::unique_ptr<Session> session, StoreMode mode)
    : mode_(mode),
      session_(std::move(session)),
      progress_(std::make_shared<Progress>()),
      wait_next_(kCommitsToWaitMin) {
    sqlite3_wal_hook(session_->handle(), note_log_pages, &log_pages_);
    if (mode_ != StoreMode::kOwnThread) return;
    worker_ = std::make_unique<Worker>();
    // For whoever looks which thread it is that waits for the disk.
    asio::post(worker_->pool, [] { (void)pthread_setname_np(pthread_self(), "qk-store"); });
}

Store::~Store() {
    readers_.reset();
    if (worker_) worker_->pool.join();
}

rules::Result<std::unique_ptr<Store>> Store::open(const std::string& path, StoreMode mode) {
    const rules::Place place{path, 0, 0};
    // Nobody reads SQLite's count of its memory, and every thread would wait for it at every
    // allocation. Refused once SQLite is in use; then it stays.
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    try {
        auto session = std::make_unique<Session>(path, SessionUse::kWrite);
        // SQLite opens what it may not write for reading alone, and says so only at the first
        // write.
        if (sqlite3_db_readonly(session->handle(), "main") == 1) {
            return rules::Faults{{place, "the database is read-only",
                                  "make the file and its folder writable for the service's user",
                                  rules::Severity::kError}};
        }
        session->script("PRAGMA journal_mode=WAL");
        const bool is_synced = !planted(Canary::kCommitUnsynced);
        session->script(is_synced ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=OFF");
        session->script("PRAGMA foreign_keys=ON");
        session->script("PRAGMA cache_size=-" + std::to_string(kWriterCacheKiB));
        session->script("PRAGMA journal_size_limit=" + std::to_string(kLogBytesKept));
        rules::Faults faults = bring_schema_forward(*session, path);
        if (!faults.empty()) return faults;
        std::unique_ptr<Store> store(new Store(std::move(session), mode));
        store->watch_tables();
        if (mode == StoreMode::kOwnThread && path != ":memory:") {
            store->readers_ = std::make_unique<Readers>(path);
        }
        return store;
    } catch (const DatabaseError& error) {
        return rules::Faults{{place, std::string("the database cannot be opened: ") + error.what(),
                              "name a writable SQLite file of qingkongd", rules::Severity::kError}};
    }
}

void Store::measure(std::shared_ptr<Latencies> latencies, std::shared_ptr<Progress> progress) {
    latencies_ = std::move(latencies);
    progress_ = std::move(progress);
}

void Store::tell_if_broken(int code, const char* what, Access access) {
    const bool is_broken =
        access == Access::kWrite ? is_broken_storage(code) : is_broken_for_reading(code);
    if (is_broken && tell_broken_ && !has_told_.exchange(true)) tell_broken_(what);
}

// The one connection that writes notes for itself which tables it changes, whoever writes and
// however: no writer can forget to say so.
void Store::watch_tables() {
    const auto note = [](sqlite3_context* context, int, sqlite3_value**) {
        *static_cast<bool*>(sqlite3_user_data(context)) = true;
    };
    const int result = sqlite3_create_function(session_->handle(), "qk_changed", 0, SQLITE_UTF8,
                                               &has_changed_, note, nullptr, nullptr);
    if (result != SQLITE_OK) return;
    std::vector<std::string> watched;
    session_->each(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
        "ESCAPE '\\'",
        [&](const Statement& table) {
            std::string name = table.text(0);
            if (std::ranges::find(kNotWatched, name) == std::end(kNotWatched)) {
                watched.push_back(std::move(name));
            }
        });
    for (const std::string& table : watched) {
        for (const char* event : {"INSERT", "UPDATE", "DELETE"}) {
            session_->script(
                fmt::format("CREATE TEMP TRIGGER \"watch_{0}_{1}\" AFTER {1} ON "
                            "main.\"{0}\" BEGIN SELECT qk_changed(); END",
                            table, event));
        }
    }
}

void Store::in_transaction(const Job& work) {
    ++decisions_begun_;
    std::unique_lock<std::mutex> alone;
    if (worker_) alone = std::unique_lock(worker_->writing);
    has_changed_ = false;
    const Stopwatch stopwatch(latencies_, Latency::kTransaction);
    try {
        Transaction transaction(*session_, TransactionKind::kWrite);
        work(*session_);
        transaction.commit();
        if (has_changed_) ++version_;
    } catch (const DatabaseError& error) {
        std::optional<std::string> table;
        if (is_full_storage(error.code())) table = table_without_numbers(*session_);
        if (table) {
            const std::string why = numbers_used_up(*table);
            tell_if_broken(SQLITE_CORRUPT, why.c_str(), Access::kWrite);
            throw DatabaseError(why, SQLITE_CORRUPT);
        }
        tell_if_broken(error.code(), error.what(), Access::kWrite);
        throw;
    }
    stopwatch.stop();
    keep_log_short();
}

void Store::in_reading(Session& db, const Job& work, std::int64_t steps_max) {
    ++readings_begun_;
    // The one connection writes too, but not now.
    const bool is_writer = &db == session_.get();
    std::unique_lock<std::mutex> alone;
    if (is_writer && worker_) alone = std::unique_lock(worker_->writing);
    // PRAGMA query_only would say so too, and throw away every prepared statement each time.
    const Job reads_only = [&work](Session& session) {
        work(session);
        if (sqlite3_txn_state(session.handle(), nullptr) == SQLITE_TXN_WRITE) {
            throw DatabaseError("attempt to write a readonly database", SQLITE_READONLY);
        }
    };
    const Job& job = is_writer ? reads_only : work;
    const auto fault = fault_of([&] { read_in(db, job, steps_max, *progress_); });
    if (!fault) return;
    try {
        std::rethrow_exception(fault);
    } catch (const DatabaseError& error) {
        tell_if_broken(error.code(), error.what(), Access::kRead);
        throw;
    }
}

asio::awaitable<void> Store::decide_on_thread(const Job& work) {
    if (mode_ == StoreMode::kInline) {
        in_transaction(work);
        co_return;
    }
    ++pending_;  // given back below only: this may end after the store
    progress_->note_asked(Part::kStore);
    std::exception_ptr fault;
    std::function<void(StartElsewhere::Resume)> start = [&](StartElsewhere::Resume resume) {
        auto job = [this, &work, &fault, resume = std::move(resume)] {
            fault = fault_of([&] { in_transaction(work); });
            // Here, and not where the awaiter goes on: the thread is what may be stuck.
            progress_->note_over(Part::kStore);
            resume();
        };
        asio::post(worker_->pool, std::move(job));
    };
    co_await run_elsewhere(std::move(start));
    --pending_;
    if (fault) std::rethrow_exception(fault);
}

asio::awaitable<void> Store::read_on_thread(const Job& work, std::string person, ReadPace pace) {
    const std::int64_t steps_max = person.empty() ? kReadingStepsOfDaemon : kReadingStepsMax;
    if (mode_ == StoreMode::kInline) {
        in_reading(*session_, work, steps_max);
        co_return;
    }
    ++pending_;  // given back below only: this may end after the store
    std::exception_ptr fault;
    std::function<void(StartElsewhere::Resume)> start = [&](StartElsewhere::Resume resume) {
        auto job = [this, &work, &fault, steps_max, resume = std::move(resume)](Session& db) {
            fault = fault_of([&] { in_reading(db, work, steps_max); });
            resume();
        };
        if (readers_) {
            readers_->post(pace, person, std::move(job));
        } else {
            asio::post(worker_->pool, [this, job = std::move(job)] { job(*session_); });
        }
    };
    co_await run_elsewhere(std::move(start));
    --pending_;
    if (fault) std::rethrow_exception(fault);
}

void Store::keep_log_short() {
    if (log_pages_ < kLogPagesToCopy) return;
    sqlite3* handle = session_->handle();
    sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    if (log_pages_ < kLogPagesMax || commits_to_wait_-- > 0) return;
    // Emptying it needs a moment without readers. Where they do not give it, later commits try
    // again, ever less often, since each try holds new readings back.
    int result = SQLITE_BUSY;
    if (!readers_ || readers_->pause()) {
        sqlite3_busy_timeout(handle, 0);
        result = sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr,
                                           nullptr);
        sqlite3_busy_timeout(handle, static_cast<int>(kBusyTimeout.count()));
    }
    if (readers_) readers_->resume();
    const bool is_empty = result == SQLITE_OK;
    if (is_empty) log_pages_ = 0;
    wait_next_ = is_empty ? kCommitsToWaitMin : std::min(2 * wait_next_, kCommitsToWaitMax);
    commits_to_wait_ = is_empty ? 0 : wait_next_;
}

}  // namespace qk::daemon
