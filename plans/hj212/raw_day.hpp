// A day's frames as they came (原始报文日档), each with when, from where and of which device: the
// file from which a reading, and a verdict with it, can be computed again. Pure.
//
//   qingkong raw 1 2026-01-10
//   @@ 2026-01-10T08:00:30+08:00 192.0.2.7 MN1 321 5f0c3a1e9b7d2468
//   ##0315QN=...
//
// A line of facts, with the number of bytes and the first half of 16 bytes of their SHA-256, then
// the bytes, then a line feed. The offset of a record is that of its line of facts in the file
// before it was compressed. What is damaged is skipped up to the next line of facts, and told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::plans::hj212 {

inline constexpr std::string_view kRawDayMark = "qingkong raw 1";
// Far more than any frame; the journal takes no longer ones.
inline constexpr std::size_t kRawFrameBytesMax = std::size_t{1} << 20;

struct RawFrame {
    rules::Instant arrived{};
    std::string link;  // the address of the connection
    std::string mn;    // that the connection is of; empty: of none
    std::string bytes;
};

// The first line of a file.
[[nodiscard]] std::string raw_day_head(rules::CivilDay day);
[[nodiscard]] std::string to_raw_record(const RawFrame& frame);

struct RawRecord {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;        // all that it takes
    std::optional<RawFrame> frame;  // empty: damaged
};

// The records of a file out of its bytes as they come.
class RawDayReader {
 public:
    // Begins where a record begins, or at the first line.
    explicit RawDayReader(std::uint64_t offset = 0) : offset_(offset) {}

    void feed(std::string_view bytes);
    // Empty: more bytes are wanted, or at the end there are no more.
    [[nodiscard]] std::optional<RawRecord> next(bool is_end);

 private:
    [[nodiscard]] std::optional<RawRecord> damaged(bool is_end);
    [[nodiscard]] std::string_view held() const { return std::string_view(buffer_).substr(begin_); }
    [[nodiscard]] RawRecord taken(std::size_t bytes, std::optional<RawFrame> frame);

    std::string buffer_;
    std::size_t begin_ = 0;
    std::uint64_t offset_ = 0;
    bool is_searching_ = false;  // inside what is damaged
    std::uint64_t damaged_from_ = 0;
};

// Whether the bytes, the first of a file, begin a day's file.
[[nodiscard]] bool is_raw_day(std::string_view first_bytes);

}  // namespace qk::plans::hj212
