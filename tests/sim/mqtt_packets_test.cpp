#include "sim/live/mqtt_packets.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace qk::sim {
namespace {

TEST(MqttPackets, AConnectIsTheBytesOfTheStandard) {
    MqttConnect connect;
    connect.version = MqttVersion::k311;
    connect.client_id = "a";
    EXPECT_EQ(encode_connect(connect), std::string("\x10\x0D\x00\x04MQTT\x04\x02\x00\x3C\x00\x01"
                                                   "a",
                                                   15));
}

TEST(MqttPackets, AWillIsQosOneAndGoesWithTheConnect) {
    MqttConnect connect;
    connect.will = MqttWill{"t", "offline", true};
    const std::string bytes = encode_connect(connect);
    EXPECT_EQ(static_cast<unsigned char>(bytes[9]), 0x02 | 0x04 | 0x08 | 0x20);
    EXPECT_NE(bytes.find("offline"), std::string::npos);
}

RC_GTEST_PROP(MqttPackets, MessagesSurviveTheWireHoweverItIsCut,
              (const std::vector<std::pair<std::string, std::string>>& messages)) {
    const auto version = *rc::gen::element(MqttVersion::k5, MqttVersion::k311);
    std::string wire;
    std::uint16_t id = 0;
    for (const auto& [topic, payload] : messages) {
        wire += encode_publish(version, {topic, payload, 1, false, false, ++id});
    }
    MqttReader reader;
    std::size_t seen = 0;
    while (true) {
        while (const auto packet = reader.next()) {
            const auto message = decode_publish(version, *packet);
            RC_ASSERT(message.has_value());
            RC_ASSERT(message->topic == messages[seen].first);
            RC_ASSERT(message->payload == messages[seen].second);
            RC_ASSERT(message->id == seen + 1);
            ++seen;
        }
        if (wire.empty()) break;
        const auto piece = *rc::gen::inRange<std::size_t>(1, wire.size() + 1);
        reader.feed(wire.substr(0, piece));
        wire.erase(0, piece);
    }
    RC_ASSERT(seen == messages.size());
    RC_ASSERT(reader.error().empty());
}

RC_GTEST_PROP(MqttPackets, NoBytesBreakTheReader, (const std::string& bytes)) {
    MqttReader reader;
    reader.feed(bytes);
    while (const auto packet = reader.next()) {
        static_cast<void>(decode_publish(MqttVersion::k5, *packet));
        static_cast<void>(decode_ack(*packet));
        static_cast<void>(decode_connack(*packet));
    }
}

TEST(MqttPackets, ALengthOfFiveBytesIsAnError) {
    MqttReader reader;
    reader.feed("\x30\xFF\xFF\xFF\xFF\x01");
    EXPECT_FALSE(reader.next());
    EXPECT_NE(reader.error(), "");
}

}  // namespace
}  // namespace qk::sim
