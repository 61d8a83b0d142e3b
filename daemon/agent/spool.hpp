// Messages to the bureau that wait until they have left: a queue in a folder, each message with a
// number that rises by one, on the disk when append() returns, and there until let_go().
//
// It has an id, made at random with it, by which the bureau's marks speak of it
// (daemon/base/message_sequence.hpp), and each message a check of what it says.
//
// The queue is bounded in bytes. When it is full, the oldest segment goes, is counted, and the
// caller is told. Segments are files of lines with a checksum each; a line that was cut short by a
// power cut was never promised, and is taken away at the next start.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::agent {

inline constexpr std::size_t kSpoolSegmentBytes = std::size_t{256} << 10;
inline constexpr std::size_t kSpoolMessageBytesMax = std::size_t{128} << 10;

struct SpooledMessage {
    std::uint64_t number = 0;
    std::string topic;  // the end of it: "receipt", "meter/m1"
    std::string payload;
    std::string check;  // 16 hex digits
};

struct SpoolOptions {
    std::size_t bytes_max = std::size_t{64} << 20;
    std::size_t segment_bytes = kSpoolSegmentBytes;
};

class Spool {
 public:
    // Makes the folder. Damaged lines are passed over and counted.
    [[nodiscard]] static rules::Result<Spool> open(const std::string& folder,
                                                   SpoolOptions options = {});

    // The number; durable. A payload has no line break in it.
    [[nodiscard]] rules::Result<std::uint64_t> append(std::string_view topic,
                                                      std::string_view payload);
    // Those behind `after`, the oldest first; at most so many.
    [[nodiscard]] rules::Result<std::vector<SpooledMessage>> read(std::uint64_t after,
                                                                  std::size_t most) const;
    // Everything up to here has left for good.
    [[nodiscard]] rules::Result<void> let_go(std::uint64_t up_to);
    // Empty where no message of this number is there.
    [[nodiscard]] rules::Result<std::string> check_of(std::uint64_t number) const;
    // Another id: what is there is told anew.
    [[nodiscard]] rules::Result<void> renew_id();

    [[nodiscard]] std::uint64_t first() const;  // the oldest that is still there, or the next
    [[nodiscard]] std::uint64_t last() const { return last_; }
    [[nodiscard]] const std::string& id() const { return id_; }
    // All up to here was let go, or dropped.
    [[nodiscard]] std::uint64_t let_go_up_to() const { return let_go_; }
    // All up to here was let go by a word of let_go().
    [[nodiscard]] std::uint64_t taken_up_to() const { return taken_; }
    [[nodiscard]] std::uint64_t waiting() const { return last_ + 1 - first(); }
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }  // because it was full
    [[nodiscard]] std::uint64_t damaged() const { return damaged_; }
    [[nodiscard]] std::size_t bytes() const;

 private:
    struct Segment {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::size_t bytes = 0;
    };
    Spool(std::string folder, SpoolOptions options)
        : folder_(std::move(folder)), options_(options) {}
    [[nodiscard]] rules::Result<void> load();
    void load_head();
    [[nodiscard]] rules::Result<void> load_segment(std::uint64_t first);
    [[nodiscard]] rules::Result<void> save_head() const;
    [[nodiscard]] rules::Result<void> make_room(std::size_t bytes);
    [[nodiscard]] std::string path_of(std::uint64_t first) const;

    std::string folder_;
    SpoolOptions options_;
    std::string id_;
    std::deque<Segment> segments_;
    std::uint64_t last_ = 0;
    std::uint64_t let_go_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t dropped_ = 0;
    std::uint64_t damaged_ = 0;
};

}  // namespace qk::agent
