// The intake journal (接收日志): every message is appended to a file before its sender is told that
// it arrived, so that nothing acknowledged is lost when the daemon dies before storing it.
//
// A folder of segment files NNNNNNNNNN.log of records (journal_record.hpp). How far the store has
// taken them in is kept in the store, in the same transaction; whole segments before that place are
// deleted. A start never writes behind what an earlier process has written: it begins a new
// segment, so that a segment that is not the newest never changes. What is done about damage stands
// in journal_check.hpp. Beside the segments lie `key` (of the CRCs), `lock` (one daemon at a time),
// `attempt`, `quarantine/` and `retry/` (quarantine.hpp), and `damaged/`.
//
// append() and sync() may be called from any thread, read() and forget() from one. A write that
// fails throws std::system_error: the disk is full or broken, the caller must not acknowledge, and
// nothing is appended any more, because a half-written record may lie at the end, and because a
// sync that failed has failed for good. The next start begins a new segment.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/readings/disk.hpp"
#include "daemon/readings/journal_check.hpp"
#include "daemon/readings/journal_record.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::uint64_t kSegmentBytesMax = 64ULL << 20;

// An envelope as it was kept.
struct JournalMessage {
    Channel channel = Channel::kMqtt;
    std::string sender;
    rules::Instant arrived{};
    std::string address;
    std::string payload;
    std::uint64_t payload_bytes = 0;  // as it came; more than payload.size() where it was cut
    JournalPlace end;                 // the place right after it
};

class Journal {
 public:
    // `consumed`: how far the store has taken messages in.
    [[nodiscard]] static rules::Result<std::unique_ptr<Journal>> open(
        const std::string& folder, JournalPlace consumed,
        std::uint64_t segment_bytes_max = kSegmentBytesMax,
        std::shared_ptr<Disk> disk = real_disk());

    // Durable against a crash of the process; with `sync` also against a crash of the machine.
    JournalPlace append(const Envelope& envelope, rules::Instant arrived,
                        std::uint64_t payload_bytes, bool sync);
    // What was appended survives the end of the machine. From any thread.
    void sync();

    struct Reading {
        std::vector<JournalMessage> messages;
        std::vector<JournalFinding> findings;  // damage that was not there at the start
    };
    // Messages after `from`, oldest first, at most `limit` and some more than `bytes_max`.
    [[nodiscard]] Reading read(JournalPlace from, std::size_t limit,
                               std::size_t bytes_max = 32 << 20);
    // Deletes the segments that lie wholly before `consumed`.
    void forget(JournalPlace consumed);

    // What was found at the start, where reading begins, and how many messages lie behind it.
    [[nodiscard]] const std::vector<JournalFinding>& findings() const { return findings_; }
    [[nodiscard]] JournalPlace start() const { return start_; }
    [[nodiscard]] std::uint64_t waiting_at_start() const { return waiting_; }

    // Neither this nor forget(), unless there is something to delete, waits for the disk.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_.load(); }

 private:
    Journal(std::string folder, std::uint64_t segment_bytes_max, std::shared_ptr<Disk> disk);
    void load(JournalPlace consumed);
    void begin_segment(std::uint64_t number);
    void note_segments();
    [[nodiscard]] std::optional<SegmentFile> segment_at(std::uint64_t number) const;
    void note_damage(Reading& reading, const SegmentFile& file, const SegmentReader::Item& item);

    std::string folder_;
    std::uint64_t segment_bytes_max_;
    std::shared_ptr<Disk> disk_;
    JournalKey key_{};
    std::vector<JournalFinding> findings_;
    JournalPlace start_;
    std::uint64_t waiting_ = 0;
    std::set<std::pair<std::string, std::uint64_t>> told_;  // file and place of known damage
    std::optional<SegmentReader> cursor_;

    // Of the segments; written with mutex_ held.
    std::atomic<std::uint64_t> bytes_{0};
    std::atomic<std::uint64_t> oldest_{0};

    mutable std::mutex mutex_;  // of all below
    std::map<std::uint64_t, SegmentFile> segments_;
    std::unique_ptr<Disk::File> file_;  // the newest
    std::uint64_t next_sequence_ = 1;
    bool is_synced_ = true;
    bool is_broken_ = false;
};

}  // namespace qk::daemon
