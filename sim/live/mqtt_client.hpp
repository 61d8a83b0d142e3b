// A light MQTT client on Asio, for simulating thousands of enterprises in one process.
//
// Paho shares locks among the clients of a process, so that many publishers at QoS 1 get slower the
// more they are; this one is a socket and two buffers. QoS 1 both ways, a window of unacknowledged
// messages, a will, reconnecting with growing pauses, and resending what was not acknowledged
// (marked repeated). Everything runs on the executor it is given, which must be one thread. A
// message is acknowledged to the broker after on_message has returned. Not done: TLS, QoS 2, v5
// properties.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/live/mqtt_packets.hpp"

namespace qk::sim {

struct MqttEndpoint {
    std::string host = "127.0.0.1";
    std::uint16_t port = 1883;
};

struct MqttClientOptions {
    MqttEndpoint broker;
    MqttConnect connect;
    std::vector<std::string> filters;  // subscribed at every connect
    std::size_t window = 100;          // messages on their way at once
};

struct MqttClientListener {
    std::function<void(std::string_view topic, std::string_view payload)> on_message;
    std::function<void(bool is_up, const std::string& why)> on_link;
};

class MqttClient {
 public:
    MqttClient(boost::asio::any_io_executor executor, MqttClientOptions options,
               MqttClientListener listener);
    ~MqttClient();
    MqttClient(const MqttClient&) = delete;
    MqttClient& operator=(const MqttClient&) = delete;

    void start();
    // Queued until the link is up. There is no limit here: the caller looks at waiting().
    void publish(std::string topic, std::string payload, bool retain = false);
    // Says goodbye (no will is sent) and ends. Pending messages are dropped.
    void stop();
    // Cuts the socket without a word, as a power cut does: the broker sends the will.
    void cut();

    [[nodiscard]] bool is_up() const;
    [[nodiscard]] std::size_t waiting() const;  // queued and unacknowledged
    [[nodiscard]] std::uint64_t acknowledged() const;
    // Of these, thrown away by the broker, because nobody was subscribed (v5 only).
    [[nodiscard]] std::uint64_t unheard() const;

    class Core;

 private:
    std::shared_ptr<Core> core_;
};

}  // namespace qk::sim
