// The bytes of one connection as frames for the journal: who may speak on it, which frames are kept
// and which are answered. Knows neither sockets nor time; the server reads and writes.
//
// A frame goes into the journal as it came, byte for byte. Its sender is the address of the
// connection and the MN; a connection belongs to the device that spoke first, but for a relay that
// the bureau has listed. What is no frame is counted and not kept.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "plans/hj212/device_link.hpp"
#include "plans/hj212/frame.hpp"
#include "plans/hj212/frame_reader.hpp"

namespace qk::daemon {

inline constexpr std::size_t kLinkNoiseBytesMax = 64 * 1024;  // without a frame in between

// Why a connection is closed by us.
enum class LinkLimit {
    kNone,
    kNoise,        // so much came that is no frame
    kHttp,         // it speaks HTTP or TLS
    kOtherDevice,  // a second device, and it is no relay
    kDevices,      // more devices than a relay may bring
    kHalfFrame,    // a frame did not end in time
    kIdle,         // nothing came
    kFlood,        // more bytes than are allowed, for too long
    kConnections,  // of all
    kAddressFull,  // of one address
    kPutOut,       // a device that nobody knows gave way to a newcomer
    kUnread,       // answers are not read
    kNotDurable,   // the journal takes no more
};
struct LinkLimitWords {
    std::string_view why;
    std::string_view cure;
};
[[nodiscard]] LinkLimitWords words_of(LinkLimit limit);  // each in both languages

struct LinkSetting {
    std::string peer;
    bool is_relay = false;
    std::size_t devices_max = 1;  // of a relay
    // Whether the MN is at exactly one outlet of the inventory, or in the map of points.
    std::function<bool(const std::string& mn)> is_known;
};

// A frame on its way into the journal.
struct LinkFrame {
    plans::hj212::Frame frame;
    std::string sender;
    std::string address;
    std::string payload;
    bool is_known = false;  // its device, and it is the connection's
    std::string answer;     // when it is durable; empty: none
};

class FrameLink {
 public:
    explicit FrameLink(LinkSetting setting);

    void feed(std::string_view bytes);
    // The next frame that is certain. With kNone behind it nothing more is fed.
    [[nodiscard]] std::optional<LinkFrame> next(const plans::hj212::DecodeSetting& decoding,
                                                plans::hj212::Rest rest);
    // A limit that the bytes so far have reached; what next() gives before is good all the same.
    [[nodiscard]] LinkLimit limit() const { return limit_; }

    [[nodiscard]] bool is_in_frame() const { return reader_.is_in_frame(); }
    [[nodiscard]] const std::string& mn() const { return link_.mn(); }
    // Stretches of noise, and frames inside which the bytes ended.
    [[nodiscard]] std::size_t noise() const { return noise_; }
    [[nodiscard]] std::size_t cut() const { return cut_; }

 private:
    [[nodiscard]] std::string bytes_of(const plans::hj212::Piece& piece) const;
    [[nodiscard]] LinkFrame taken(const plans::hj212::Piece& piece, plans::hj212::Frame frame);
    void note_noise(const plans::hj212::Frame& frame);
    void note_device(const plans::hj212::Frame& frame);
    void forget_read();

    LinkSetting setting_;
    plans::hj212::FrameReader reader_;
    plans::hj212::DeviceLink link_;
    std::string raw_;             // of what is not decided yet
    std::uint64_t raw_from_ = 0;  // its place in the stream
    std::set<std::string, std::less<>> devices_;
    LinkLimit limit_ = LinkLimit::kNone;
    std::size_t noise_ = 0;
    std::size_t cut_ = 0;
};

}  // namespace qk::daemon
