#include "daemon/store/readers.hpp"

#include <pthread.h>
#include <sqlite3.h>
#include <sys/resource.h>

#include <chrono>

#include "daemon/base/progress.hpp"

namespace qk::daemon {
namespace {

constexpr int kStepsBetweenLooks = 100'000;
constexpr int kSlowNiceness = 5;  // a reading that takes long leaves the processor to the others
constexpr std::chrono::milliseconds kPauseTimeMax{20};

// SQLite asks every kStepsBetweenLooks whether to go on.
struct Steps {
    sqlite3* handle;
    std::int64_t left;
    // What the daemon reads without end it reads for the judge: weeks of readings, at times, for
    // minutes, during which it is not stuck.
    bool is_of_daemon;
    Progress& progress;

    Steps(sqlite3* of, std::int64_t most, Progress& told)
        : handle(of), left(most), is_of_daemon(most == kReadingStepsOfDaemon), progress(told) {
        sqlite3_progress_handler(handle, kStepsBetweenLooks, is_over, this);
    }
    ~Steps() { sqlite3_progress_handler(handle, 0, nullptr, nullptr); }
    Steps(const Steps&) = delete;
    Steps& operator=(const Steps&) = delete;

    static int is_over(void* self) {
        auto* steps = static_cast<Steps*>(self);
        if (steps->is_of_daemon) steps->progress.note_moved(Part::kJudge);
        return (steps->left -= kStepsBetweenLooks) < 0 ? 1 : 0;
    }
};

}  // namespace

void read_in(Session& db, const std::function<void(Session&)>& work, std::int64_t steps_max,
             Progress& progress) {
    const Steps steps(db.handle(), steps_max, progress);
    try {
        Transaction transaction(db, TransactionKind::kRead);
        work(db);
        transaction.commit();
    } catch (const DatabaseError& error) {
        if (error.code() == SQLITE_INTERRUPT) throw ReadingTooLong();
        throw;
    }
}

Readers::Readers(const std::string& path) {
    for (std::size_t i = 0; i < 2 * kReadThreadsEachPace; ++i) {
        auto db = std::make_unique<Session>(path, SessionUse::kRead);
        db->script("PRAGMA query_only=ON");
        db->script("PRAGMA cache_size=-" + std::to_string(kReaderCacheKiB));
        connections_.push_back(std::move(db));
    }
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        const bool is_slow = i >= kReadThreadsEachPace;
        Lane& lane = is_slow ? slow_ : quick_;
        threads_.emplace_back(
            [this, &lane, &db = *connections_[i], is_slow] { serve(lane, db, is_slow); });
    }
}

Readers::~Readers() {
    {
        const std::lock_guard lock(mutex_);
        is_closing_ = true;
        is_paused_ = false;
    }
    quick_.has_work.notify_all();
    slow_.has_work.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void Readers::post(ReadPace pace, const std::string& person, Work work) {
    Lane& lane = lane_of(pace);
    {
        const std::lock_guard lock(mutex_);
        lane.queue.push(person, std::move(work));
    }
    lane.has_work.notify_one();
}

void Readers::serve(Lane& lane, Session& db, bool is_slow) {
    (void)pthread_setname_np(pthread_self(), is_slow ? "qk-read-slow" : "qk-read");
    if (is_slow) (void)setpriority(PRIO_PROCESS, 0, kSlowNiceness);  // of this thread, on Linux
    std::unique_lock lock(mutex_);
    for (;;) {
        std::optional<FairQueue<Work>::Taken> taken;
        const auto take = [&] {
            if (!is_paused_) taken = lane.queue.take();
            return taken || (is_closing_ && lane.queue.empty());
        };
        lane.has_work.wait(lock, take);
        if (!taken) return;
        ++running_;
        lock.unlock();
        taken->work(db);
        taken->work = nullptr;
        lock.lock();
        lane.queue.finish(taken->person);
        if (--running_ == 0) is_quiet_.notify_all();
        // A piece of the same person may have waited for this one.
        if (!lane.queue.empty()) lane.has_work.notify_one();
        if (is_closing_) lane.has_work.notify_all();
    }
}

bool Readers::pause() {
    std::unique_lock lock(mutex_);
    is_paused_ = true;
    return is_quiet_.wait_for(lock, kPauseTimeMax, [this] { return running_ == 0; });
}

void Readers::resume() {
    {
        const std::lock_guard lock(mutex_);
        is_paused_ = false;
    }
    quick_.has_work.notify_all();
    slow_.has_work.notify_all();
}

}  // namespace qk::daemon
