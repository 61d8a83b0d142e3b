// What a broker may send a client of the simulator: the same packets however the bytes are cut, no
// crash.
#include <cstdint>
#include <string>
#include <vector>

#include "sim/live/mqtt_packets.hpp"

namespace {

std::vector<std::string> packets_of(std::string_view bytes, std::size_t piece) {
    qk::sim::MqttReader reader;
    std::vector<std::string> packets;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        reader.feed(bytes.substr(at, piece));
        while (const auto packet = reader.next()) {
            packets.emplace_back(packet->body);
            (void)qk::sim::decode_publish(qk::sim::MqttVersion::k5, *packet);
            (void)qk::sim::decode_publish(qk::sim::MqttVersion::k311, *packet);
            (void)qk::sim::decode_ack(*packet);
            (void)qk::sim::decode_connack(*packet);
        }
    }
    return packets;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (packets_of(bytes, 1) != packets_of(bytes, size + 1)) __builtin_trap();
    return 0;
}
