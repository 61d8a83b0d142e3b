// The store's readers: threads with a read-only connection each. They read the last committed state
// (WAL), so they wait for no decision, and no decision waits for them.
//
// Quick and slow readings have threads of their own: an order is shown at once while a year's
// report is written. Within both, people take turns (fair_queue.hpp).
#pragma once

#include <condition_variable>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "daemon/store/fair_queue.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

class Progress;

enum class ReadPace { kQuick, kSlow };

inline constexpr std::size_t kReadThreadsEachPace = 2;
// So the other thread is there for the other people.
inline constexpr std::size_t kReadingsAtOncePerPerson = 1;
static_assert(kReadingsAtOncePerPerson < kReadThreadsEachPace);
inline constexpr int kReaderCacheKiB = 16 * 1024;
// What one reading of a person may cost, in steps of SQLite's machine: some ten seconds of one
// thread. What the daemon itself reads is owed, however long it takes.
inline constexpr std::int64_t kReadingStepsMax = 1'000'000'000;
inline constexpr std::int64_t kReadingStepsOfDaemon = std::numeric_limits<std::int64_t>::max();

class Readers {
 public:
    // Work must not throw.
    using Work = std::function<void(Session&)>;

    // Opens the connections; throws DatabaseError.
    explicit Readers(const std::string& path);
    // What waits is still read.
    ~Readers();
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;

    void post(ReadPace pace, const std::string& person, Work work);

    // Starts no reading, and waits a short while for those under way: true when none is. For a
    // checkpoint that shall empty the write-ahead log. resume() must follow.
    [[nodiscard]] bool pause();
    void resume();

 private:
    struct Lane {
        FairQueue<Work> queue{kReadingsAtOncePerPerson};
        std::condition_variable has_work;
    };

    void serve(Lane& lane, Session& db, bool is_slow);
    [[nodiscard]] Lane& lane_of(ReadPace pace) { return pace == ReadPace::kQuick ? quick_ : slow_; }

    std::mutex mutex_;
    Lane quick_;
    Lane slow_;
    std::condition_variable is_quiet_;
    std::size_t running_ = 0;
    bool is_paused_ = false;
    bool is_closing_ = false;
    std::vector<std::unique_ptr<Session>> connections_;
    std::vector<std::thread> threads_;
};

// A reading that took more than kReadingStepsMax and was ended.
class ReadingTooLong : public std::runtime_error {
 public:
    ReadingTooLong() : std::runtime_error("the reading took more steps than one may") {}
};

// BEGIN ... COMMIT around a reading on a connection that must not write: one snapshot for all that
// the work asks. Writing in it is our fault and throws. `progress` is told that a reading of the
// daemon itself gets on.
void read_in(Session& db, const std::function<void(Session&)>& work, std::int64_t steps_max,
             Progress& progress);

}  // namespace qk::daemon
