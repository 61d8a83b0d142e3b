#include "sim/live/mqtt_packets.hpp"

#include <cassert>

namespace qk::sim {
namespace {

void add_u8(std::string& out, unsigned value) { out += static_cast<char>(value & 0xFF); }

void add_u16(std::string& out, unsigned value) {
    add_u8(out, value >> 8);
    add_u8(out, value);
}

void add_text(std::string& out, std::string_view text) {
    assert(text.size() <= 0xFFFF);
    add_u16(out, static_cast<unsigned>(text.size()));
    out += text;
}

std::string packet(unsigned head, const std::string& body) {
    std::string out;
    out.reserve(body.size() + 5);
    add_u8(out, head);
    std::size_t left = body.size();
    do {
        const unsigned digit = left % 128;
        left /= 128;
        add_u8(out, left > 0 ? digit | 0x80U : digit);
    } while (left > 0);
    out += body;
    return out;
}

// Takes values off the front of a body; failed() once it has run out.
class Taker {
 public:
    explicit Taker(std::string_view bytes) : bytes_(bytes) {}

    unsigned u8() {
        if (bytes_.empty()) return fail();
        const auto value = static_cast<unsigned char>(bytes_.front());
        bytes_.remove_prefix(1);
        return value;
    }
    unsigned u16() {
        const unsigned high = u8();
        return high << 8 | u8();
    }
    std::size_t length() {
        std::size_t value = 0;
        for (unsigned shift = 0; shift < 28; shift += 7) {
            const unsigned digit = u8();
            value |= std::size_t{digit & 0x7F} << shift;
            if ((digit & 0x80) == 0) return value;
        }
        return fail();
    }
    std::string_view bytes(std::size_t count) {
        if (count > bytes_.size()) {
            fail();
            return {};
        }
        const std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return taken;
    }
    [[nodiscard]] std::string_view rest() const { return bytes_; }
    [[nodiscard]] bool failed() const { return failed_; }

 private:
    unsigned fail() {
        failed_ = true;
        bytes_ = {};
        return 0;
    }

    std::string_view bytes_;
    bool failed_ = false;
};

}  // namespace

std::string encode_connect(const MqttConnect& connect) {
    const bool is_v5 = connect.version == MqttVersion::k5;
    unsigned flags = connect.clean_start ? 0x02 : 0;
    if (connect.will) flags |= 0x04 | 0x08 | (connect.will->retain ? 0x20U : 0U);  // QoS 1
    if (!connect.username.empty()) flags |= 0x80;
    if (!connect.password.empty()) flags |= 0x40;
    std::string body;
    add_text(body, "MQTT");
    add_u8(body, static_cast<unsigned>(connect.version));
    add_u8(body, flags);
    add_u16(body, connect.keep_alive_s);
    if (is_v5) {
        add_u8(body, 5);
        add_u8(body, 0x11);  // session expiry interval
        add_u16(body, connect.session_expiry_s >> 16);
        add_u16(body, connect.session_expiry_s);
    }
    add_text(body, connect.client_id);
    if (connect.will) {
        if (is_v5) add_u8(body, 0);
        add_text(body, connect.will->topic);
        add_text(body, connect.will->payload);
    }
    if (!connect.username.empty()) add_text(body, connect.username);
    if (!connect.password.empty()) add_text(body, connect.password);
    return packet(0x10, body);
}

std::string encode_publish(MqttVersion version, const MqttMessage& message) {
    std::string body;
    add_text(body, message.topic);
    if (message.qos > 0) add_u16(body, message.id);
    if (version == MqttVersion::k5) add_u8(body, 0);
    body += message.payload;
    const unsigned head = 0x30U | (message.repeated ? 8U : 0U) |
                          static_cast<unsigned>(message.qos << 1) | (message.retain ? 1U : 0U);
    return packet(head, body);
}

std::string encode_puback(std::uint16_t id) {
    std::string body;
    add_u16(body, id);
    return packet(0x40, body);
}

std::string encode_subscribe(MqttVersion version, std::uint16_t id,
                             const std::vector<std::string>& filters) {
    std::string body;
    add_u16(body, id);
    if (version == MqttVersion::k5) add_u8(body, 0);
    for (const std::string& filter : filters) {
        add_text(body, filter);
        add_u8(body, 1);  // QoS 1
    }
    return packet(0x82, body);
}

std::string encode_pingreq() { return packet(0xC0, {}); }
std::string encode_disconnect() { return packet(0xE0, {}); }

void MqttReader::feed(std::string_view bytes) {
    buffer_.erase(0, at_);
    at_ = 0;
    buffer_ += bytes;
}

std::optional<MqttPacket> MqttReader::next() {
    if (!error_.empty() || buffer_.size() - at_ < 2) return std::nullopt;
    std::size_t length = 0;
    std::size_t digits = 0;
    for (;; ++digits) {
        if (digits == 4) {
            error_ = "remaining length of more than four bytes";
            return std::nullopt;
        }
        if (at_ + 1 + digits >= buffer_.size()) return std::nullopt;
        const auto digit = static_cast<unsigned char>(buffer_[at_ + 1 + digits]);
        length |= std::size_t{digit & 0x7FU} << (7 * digits);
        if ((digit & 0x80) == 0) break;
    }
    if (length > kMqttPacketBytesMax) {
        error_ = "packet of " + std::to_string(length) + " bytes";
        return std::nullopt;
    }
    const std::size_t start = at_ + 2 + digits;
    if (buffer_.size() - start < length) return std::nullopt;
    const auto head = static_cast<unsigned char>(buffer_[at_]);
    MqttPacket packet;
    switch (head >> 4) {
        case 2:
            packet.type = MqttPacketType::kConnack;
            break;
        case 3:
            packet.type = MqttPacketType::kPublish;
            break;
        case 4:
            packet.type = MqttPacketType::kPuback;
            break;
        case 9:
            packet.type = MqttPacketType::kSuback;
            break;
        case 13:
            packet.type = MqttPacketType::kPingresp;
            break;
        case 14:
            packet.type = MqttPacketType::kDisconnect;
            break;
        default:
            packet.type = MqttPacketType::kOther;
            break;
    }
    packet.flags = head & 0x0F;
    packet.body = std::string_view(buffer_).substr(start, length);
    at_ = start + length;
    return packet;
}

std::optional<MqttMessage> decode_publish(MqttVersion version, const MqttPacket& packet) {
    Taker taker(packet.body);
    MqttMessage message;
    message.qos = static_cast<std::uint8_t>(packet.flags >> 1 & 3);
    message.retain = (packet.flags & 1) != 0;
    message.repeated = (packet.flags & 8) != 0;
    message.topic = taker.bytes(taker.u16());
    if (message.qos > 0) message.id = static_cast<std::uint16_t>(taker.u16());
    if (version == MqttVersion::k5) taker.bytes(taker.length());
    if (taker.failed() || message.qos > 1) return std::nullopt;
    message.payload = taker.rest();
    return message;
}

std::optional<MqttAck> decode_ack(const MqttPacket& packet) {
    Taker taker(packet.body);
    MqttAck ack;
    ack.id = static_cast<std::uint16_t>(taker.u16());
    if (taker.failed()) return std::nullopt;
    if (!taker.rest().empty()) ack.reason = static_cast<std::uint8_t>(taker.u8());
    return ack;
}

std::optional<std::uint8_t> decode_connack(const MqttPacket& packet) {
    Taker taker(packet.body);
    taker.u8();  // session present
    const unsigned reason = taker.u8();
    if (taker.failed()) return std::nullopt;
    return static_cast<std::uint8_t>(reason);
}

}  // namespace qk::sim
