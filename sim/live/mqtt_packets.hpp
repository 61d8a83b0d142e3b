// MQTT packets as bytes, versions 5 and 3.1.1: what a client of ours sends, and reading what a
// broker answers. QoS 0 and 1 only; v5 properties are sent empty and skipped when received, because
// nothing in the contract depends on them (§4).
//
// Broken bytes from the broker are an error text; the client then drops the connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qk::sim {

enum class MqttVersion : std::uint8_t { k311 = 4, k5 = 5 };

inline constexpr std::size_t kMqttPacketBytesMax = 4 << 20;

struct MqttWill {
    std::string topic;
    std::string payload;
    bool retain = false;
};

struct MqttConnect {
    MqttVersion version = MqttVersion::k5;
    std::string client_id;
    bool clean_start = true;
    // How long the broker keeps the session after the link is lost (v5; v3.1.1 keeps it for ever).
    std::uint32_t session_expiry_s = 0;
    std::uint16_t keep_alive_s = 60;
    std::string username;
    std::string password;
    std::optional<MqttWill> will;
};

struct MqttMessage {
    std::string_view topic;
    std::string_view payload;
    std::uint8_t qos = 1;
    bool retain = false;
    bool repeated = false;
    std::uint16_t id = 0;
};

[[nodiscard]] std::string encode_connect(const MqttConnect& connect);
[[nodiscard]] std::string encode_publish(MqttVersion version, const MqttMessage& message);
[[nodiscard]] std::string encode_puback(std::uint16_t id);
[[nodiscard]] std::string encode_subscribe(MqttVersion version, std::uint16_t id,
                                           const std::vector<std::string>& filters);
[[nodiscard]] std::string encode_pingreq();
[[nodiscard]] std::string encode_disconnect();

enum class MqttPacketType : std::uint8_t {
    kConnack = 2,
    kPublish = 3,
    kPuback = 4,
    kSuback = 9,
    kPingresp = 13,
    kDisconnect = 14,
    kOther = 15,
};

struct MqttPacket {
    MqttPacketType type = MqttPacketType::kOther;
    std::uint8_t flags = 0;
    std::string_view body;  // valid until the reader is fed again
};

// Cuts a stream into packets, however the bytes are cut.
class MqttReader {
 public:
    void feed(std::string_view bytes);
    // The next whole packet, if there is one. A packet over the limit or a malformed length sets
    // error().
    [[nodiscard]] std::optional<MqttPacket> next();
    [[nodiscard]] const std::string& error() const { return error_; }

 private:
    std::string buffer_;
    std::size_t at_ = 0;
    std::string error_;
};

inline constexpr std::uint8_t kMqttNobodyListens = 0x10;  // accepted, and given to nobody
// Each is empty when the body is malformed.
struct MqttAck {
    std::uint16_t id = 0;
    std::uint8_t reason = 0;  // 0 accepted; from 0x80 refused
};
[[nodiscard]] std::optional<MqttMessage> decode_publish(MqttVersion version,
                                                        const MqttPacket& packet);
[[nodiscard]] std::optional<MqttAck> decode_ack(const MqttPacket& packet);
// The reason code: 0 accepted.
[[nodiscard]] std::optional<std::uint8_t> decode_connack(const MqttPacket& packet);

}  // namespace qk::sim
