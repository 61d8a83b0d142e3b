// Frames as they came, in a file for each day (原始报文日档, plans/hj212/raw_day.hpp), found from a
// reading by the place that is stored with it. A day that is over is compressed; old ones go.
//
//   FOLDER/2026-01-10.raw       today, appended to
//   FOLDER/2026-01-09.raw.gz    closed
//   FOLDER/2026-01-09.1.raw     what was stored of that day after it had been closed
//
// append() and sync() are the storing thread's, tidy() runs beside them: a day that is being closed
// is not appended to any more, what comes for it begins another part.
//
// A disk that takes nothing costs the raw bytes and not the readings: it is counted and told, and
// the next frame is tried again.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/readings/disk.hpp"
#include "plans/hj212/raw_day.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Messages of a day may be stored so long after it: what an outage of the store has left waiting.
inline constexpr std::chrono::hours kDaySettles{6};
inline constexpr unsigned kRawPartsMax = 100;  // of a day

// Where a record stands: the part of its day's file, and the offset in it. One number, so that it
// fits into a column; the day is that of the arrival, of Beijing time.
struct RawPlace {
    unsigned part = 0;
    std::uint64_t offset = 0;

    friend bool operator==(const RawPlace&, const RawPlace&) = default;
};
[[nodiscard]] std::uint64_t to_number(const RawPlace& place);
[[nodiscard]] RawPlace raw_place_of(std::uint64_t number);
// "2026-01-10.raw"; of a later part "2026-01-10.1.raw".
[[nodiscard]] std::string raw_day_name(rules::CivilDay day, unsigned part);

struct RawLimits {
    int days = 400;                                        // kept
    std::uint64_t day_bytes_max = std::uint64_t{4} << 30;  // of one day, before compression
    std::uint64_t bytes_max = std::uint64_t{64} << 30;     // of all closed days
};

class RawArchive {
 public:
    RawArchive(std::shared_ptr<Disk> disk, std::string folder, RawLimits limits)
        : disk_(std::move(disk)), folder_(std::move(folder)), limits_(limits) {}

    // Empty: it was not kept.
    [[nodiscard]] std::optional<std::uint64_t> append(const plans::hj212::RawFrame& frame);
    // What was appended outlives the machine; false: it may not.
    bool sync();

    // Since they were asked for last.
    struct Counts {
        std::size_t kept = 0;
        std::size_t over_limit = 0;  // the day's file is full
        std::size_t failed = 0;
        std::string why;  // of the last failure
    };
    [[nodiscard]] Counts take_counts();

    struct Tidied {
        std::vector<std::string> closed;
        std::vector<std::string> gone;
        std::string why;  // of a failure
    };
    // Compresses days that are over and lets go of old ones, and of the oldest where all are too
    // many.
    [[nodiscard]] Tidied tidy(rules::Instant now);
    // The process ends: tidy() leaves what it is about for another day. Any thread.
    void give_up() { is_given_up_ = true; }

 private:
    struct Open {
        rules::CivilDay day{};
        unsigned part = 0;
        std::unique_ptr<Disk::File> file;
        std::uint64_t bytes = 0;
    };
    // With the lock held.
    [[nodiscard]] bool open(rules::CivilDay day);
    void begin_closing(const std::string& name);
    // False: it was given up.
    [[nodiscard]] bool close_day(const std::string& name);
    void let_go(rules::CivilDay before, Tidied& tidied);

    std::shared_ptr<Disk> disk_;
    std::string folder_;
    RawLimits limits_;
    std::atomic<bool> is_given_up_{false};
    std::mutex mutex_;  // of what follows
    std::optional<Open> open_;
    std::set<std::string> closing_;  // files that are being compressed
    bool is_dirty_ = false;
    Counts counts_;
};

}  // namespace qk::daemon
