// The records of the intake journal as bytes. Pure.
//
// A record holds one envelope: the channel it came through, who sent it as far as the channel could
// tell, when it arrived, its address and its payload. `sender` is the authenticated sender; it is
// empty where a channel cannot tell. Over MQTT the enterprise in a topic is a claim that only the
// broker's access list makes true: it is the sender where mqtt.senders says that the list does.
//
// Format 2, little-endian. A segment begins with a head of kSegmentHeadBytes:
//     "QKJOURN2", number u64, sequence of its first record u64, key 16 bytes, zero u32, CRC u32
// and each record is
//     "QKJ2", length of the body u32, sequence u64, CRC of the head u32, CRC of the body u32, body
//     = channel u8, zero u8, sender length u16, address length u16, arrived i64, size of the
//     payload as it came u32, sender, address, payload
// Every CRC-32 begins with the journal's key, the number of the segment and the place in it. The
// key is random and stays on this disk, so that no sender can write a payload that passes for a
// record when a reader looks for the next whole one behind a damaged place. Sequence numbers rise
// by one, so that a reader knows how many records a damaged place has taken away.
//
// Format 1 (still read, never written) has no segment head: length u32, CRC-32 of the body u32,
// body = arrived i64, topic length u16, topic, payload.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::size_t kAddressBytesMax = 1024;
inline constexpr std::size_t kSenderBytesMax = 256;
inline constexpr std::size_t kPayloadBytesMax = 1 << 20;
// Of a payload over the limit so much is kept, to show who sent it and what it was.
inline constexpr std::size_t kPayloadBytesShown = 4096;
inline constexpr std::size_t kSegmentHeadBytes = 48;
inline constexpr std::size_t kRecordBytesMax =
    64 + kSenderBytesMax + kAddressBytesMax + kPayloadBytesMax;

// Numbers are written to disk: they are never given a new meaning.
enum class Channel : std::uint8_t { kMqtt = 1, kHj212 = 2, kHttp = 3 };
[[nodiscard]] std::string_view to_text(Channel channel);  // "mqtt"; "unknown" for a later one
[[nodiscard]] std::optional<Channel> parse_channel(std::string_view text);

// One message on its way in.
struct Envelope {
    Channel channel = Channel::kMqtt;
    std::string_view sender;
    std::optional<rules::Instant> arrived;  // empty: now
    std::string_view address;               // MQTT: the topic
    std::string_view payload;
};

// Right after a record; the first place of a fresh journal is {1, 0}. `sequence` is that of the
// record before it, 0 where it is not known, and tells nothing about the order of two places.
struct JournalPlace {
    std::uint64_t segment = 1;
    std::uint64_t offset = 0;
    std::uint64_t sequence = 0;

    friend bool operator==(const JournalPlace& a, const JournalPlace& b) {
        return a.segment == b.segment && a.offset == b.offset;
    }
    friend auto operator<=>(const JournalPlace& a, const JournalPlace& b) {
        if (const auto order = a.segment <=> b.segment; order != 0) return order;
        return a.offset <=> b.offset;
    }
};
[[nodiscard]] std::string to_text(const JournalPlace& place);  // "3 4711 90"
[[nodiscard]] std::optional<JournalPlace> parse_journal_place(std::string_view text);

using JournalKey = std::array<unsigned char, 16>;

enum class JournalFormat { kNone, kOne, kTwo };

struct SegmentHead {
    std::uint64_t number = 0;
    std::uint64_t first_sequence = 0;
    JournalKey key{};
};
[[nodiscard]] std::string to_bytes(const SegmentHead& head);
[[nodiscard]] std::optional<SegmentHead> read_segment_head(std::string_view bytes);

// A record that lies in somebody else's bytes.
struct RecordView {
    Channel channel = Channel::kMqtt;
    std::string_view sender;
    rules::Instant arrived{};
    std::string_view address;
    std::string_view payload;
    std::uint64_t payload_bytes = 0;  // as it came; more than payload.size() where it was cut
    std::uint64_t sequence = 0;       // 0 in format 1
    std::size_t length = 0;           // of the record with its head
};

// Writes and reads the records of one segment.
class RecordCodec {
 public:
    RecordCodec(JournalFormat format, const JournalKey& key, std::uint64_t segment);

    // Format 2. `payload_bytes` is the size as it came.
    [[nodiscard]] std::string to_record(const Envelope& envelope, rules::Instant arrived,
                                        std::uint64_t payload_bytes, std::uint64_t sequence,
                                        std::uint64_t offset) const;
    // The record at the start of `bytes`, which lie at `offset` of the segment; empty when it is
    // torn or damaged.
    [[nodiscard]] std::optional<RecordView> read(std::string_view bytes,
                                                 std::uint64_t offset) const;
    // Whether `bytes`, which reach to the end of the file, are the beginning of a record whose
    // writing was cut short.
    [[nodiscard]] bool is_torn(std::string_view bytes, std::uint64_t offset) const;
    // Where in `bytes` the next record may begin, from `from` on; npos: nowhere. A place that is
    // answered is a guess for read().
    [[nodiscard]] std::size_t next_guess(std::string_view bytes, std::size_t from) const;
    // Format 1 has no mark to look for: the place behind the damaged record, if its length is to be
    // believed.
    [[nodiscard]] std::size_t believed_length(std::string_view bytes) const;

 private:
    [[nodiscard]] std::uint32_t head_crc(std::string_view head, std::uint64_t offset) const;

    JournalFormat format_;
    std::uint32_t start_ = 0;  // CRC of key and segment
};

// A record of format 1, for the tests of what older releases left.
[[nodiscard]] std::string to_record_of_format_1(rules::Instant arrived, std::string_view topic,
                                                std::string_view payload);

}  // namespace qk::daemon
