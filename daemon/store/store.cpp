#include "daemon/store/store.hpp"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/store/schema.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

constexpr int kBusyTimeoutMs = 5000;

// Storage that cannot be trusted any more, as opposed to a statement that was refused.
bool is_broken_storage(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
        case SQLITE_CORRUPT:
        case SQLITE_IOERR:
        case SQLITE_NOTADB:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
            return true;
        default:
            return false;
    }
}

// Starts a job on the pool and completes on the awaiter's own executor. A class with a constructor,
// because g++ 12 destroys aggregates twice in a statement that awaits.
class StartOnPool {
 public:
    StartOnPool(asio::thread_pool& pool, std::function<void()> job)
        : pool_(&pool), job_(std::move(job)) {}

    template <class Handler>
    void operator()(Handler handler) {
        auto home = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(home);
        auto step = [job = std::move(job_), home, guard = std::move(guard),
                     handler = std::move(handler)]() mutable {
            job();
            job = nullptr;
            asio::post(home, std::move(handler));
        };
        asio::post(*pool_, std::move(step));
    }

 private:
    asio::thread_pool* pool_;
    std::function<void()> job_;
};

asio::awaitable<void> run_on(asio::thread_pool& pool, std::function<void()> job) {
    return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
        StartOnPool(pool, std::move(job)), asio::use_awaitable);
}

}  // namespace

struct Store::Worker {
    asio::thread_pool pool{1};
};

Store::Store(std::unique_ptr<SQLite::Database> database, StoreMode mode)
    : mode_(mode), database_(std::move(database)) {
    if (mode_ == StoreMode::kOwnThread) worker_ = std::make_unique<Worker>();
}

Store::~Store() {
    if (worker_) worker_->pool.join();
}

rules::Result<std::unique_ptr<Store>> Store::open(const std::string& path, StoreMode mode) {
    const rules::Place place{path, 0, 0};
    try {
        // One thread at a time, so SQLite need not lock at every column that is read.
        auto database = std::make_unique<SQLite::Database>(
            path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX,
            kBusyTimeoutMs);
        database->exec("PRAGMA journal_mode=WAL");
        database->exec("PRAGMA synchronous=FULL");
        database->exec("PRAGMA foreign_keys=ON");
        rules::Faults faults = bring_schema_forward(*database, path);
        if (!faults.empty()) return faults;
        return std::unique_ptr<Store>(new Store(std::move(database), mode));
    } catch (const SQLite::Exception& error) {
        return rules::Faults{{place, std::string("the database cannot be opened: ") + error.what(),
                              "name a writable SQLite file of qingkongd", rules::Severity::kError}};
    }
}

void Store::in_transaction(const std::function<void(SQLite::Database&)>& work) {
    try {
        SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
        work(*database_);
        transaction.commit();
    } catch (const SQLite::Exception& error) {
        if (is_broken_storage(error.getErrorCode()) && tell_broken_) {
            auto tell = std::exchange(tell_broken_, nullptr);
            tell(error.what());
        }
        throw;
    }
}

asio::awaitable<void> Store::run(std::function<void()> job) {
    if (mode_ == StoreMode::kInline) {
        job();
        co_return;
    }
    ++pending_;
    co_await run_on(worker_->pool, std::move(job));
    --pending_;
}

}  // namespace qk::daemon
