// The intake journal (接收日志): every message is appended to a file before the broker is told that
// it arrived, so that nothing acknowledged is lost when the daemon dies before storing it.
//
// Segment files NNNNNNNNNN.log of records: body length (u32), CRC-32 of the body (u32), body =
// arrival time (i64 seconds), topic length (u16), topic, payload; little-endian. How far the store
// has taken them in is kept in the store, in the same transaction; whole segments before that place
// are deleted. A torn record at the end was never acknowledged and is cut off at open.
//
// append() may be called from any thread. A write that fails throws std::system_error: the disk is
// full or broken, and the caller must not acknowledge.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::size_t kTopicBytesMax = 1024;
inline constexpr std::size_t kPayloadBytesMax = 1 << 20;
inline constexpr std::uint64_t kSegmentBytesMax = 64ULL << 20;

// Right after a record; the first place of a fresh journal is {1, 0}.
struct JournalPlace {
    std::uint64_t segment = 1;
    std::uint64_t offset = 0;

    friend auto operator<=>(const JournalPlace&, const JournalPlace&) = default;
};
[[nodiscard]] std::string to_text(JournalPlace place);  // "3 4711"
[[nodiscard]] std::optional<JournalPlace> parse_journal_place(std::string_view text);

struct JournalMessage {
    rules::Instant arrived{};
    std::string topic;
    std::string payload;
    JournalPlace end;  // the place right after it
};

[[nodiscard]] std::string to_record(rules::Instant arrived, std::string_view topic,
                                    std::string_view payload);
// The record at the start of `bytes` and its length; empty when it is torn or damaged.
struct ReadRecord {
    JournalMessage message;  // `end` is not set
    std::size_t length = 0;
};
[[nodiscard]] std::optional<ReadRecord> read_record(std::string_view bytes);

class Journal {
 public:
    // Damage that was found and cut away.
    struct Torn {
        std::string file;
        std::uint64_t bytes = 0;
    };
    // `consumed`: how far the store has taken messages in.
    [[nodiscard]] static rules::Result<std::unique_ptr<Journal>> open(
        const std::string& folder, JournalPlace consumed,
        std::uint64_t segment_bytes_max = kSegmentBytesMax);
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // Durable against a crash of the process; with `sync` also against a crash of the machine. A
    // payload over kPayloadBytesMax is cut, so that it is then rejected as too long.
    JournalPlace append(rules::Instant arrived, std::string_view topic, std::string_view payload,
                        bool sync);
    // Messages after `from`, oldest first, at most `limit`.
    [[nodiscard]] std::vector<JournalMessage> read(JournalPlace from, std::size_t limit) const;
    // Deletes the segments that lie wholly before `consumed`.
    void forget(JournalPlace consumed);

    [[nodiscard]] const std::vector<Torn>& torn() const { return torn_; }
    [[nodiscard]] std::uint64_t bytes() const;

 private:
    Journal(std::string folder, std::uint64_t segment_bytes_max);
    [[nodiscard]] std::string path_of(std::uint64_t segment) const;
    void load(JournalPlace consumed);
    void open_segment(std::uint64_t segment);

    std::string folder_;
    std::uint64_t segment_bytes_max_;
    std::vector<Torn> torn_;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, std::uint64_t> segments_;  // number -> bytes
    int file_ = -1;                                    // of the last segment
};

}  // namespace qk::daemon
