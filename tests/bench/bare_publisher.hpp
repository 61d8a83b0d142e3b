// A publisher with nothing around it but the client library: what is compared with the product.
#pragma once

#include <mqtt/async_client.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace qk::daemon {

// As many on their way as the dispatcher has.
class BarePublisher : public mqtt::iaction_listener {
 public:
    explicit BarePublisher(std::uint16_t port)
        : client_("tcp://127.0.0.1:" + std::to_string(port), "bare",
                  mqtt::create_options(MQTTVERSION_5, kWindow + 1), nullptr) {
        mqtt::connect_options options;
        options.set_mqtt_version(MQTTVERSION_5);
        options.set_clean_start(true);
        options.set_max_inflight(kWindow);
        client_.connect(options)->wait();
    }
    ~BarePublisher() override { client_.disconnect()->wait(); }

    // Topics and payloads; the time until the broker has acknowledged the last.
    std::chrono::duration<double> publish(
        const std::vector<std::pair<std::string, std::string>>& messages, bool retain) {
        const auto begun = std::chrono::steady_clock::now();
        for (const auto& [topic, payload] : messages) {
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return in_flight_ < kWindow; });
                ++in_flight_;
            }
            client_.publish(mqtt::make_message(topic, payload, 1, retain), nullptr, *this);
        }
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return in_flight_ == 0; });
        return std::chrono::steady_clock::now() - begun;
    }

 private:
    static constexpr int kWindow = 256;
    void on_success(const mqtt::token&) override { answered(); }
    void on_failure(const mqtt::token&) override { answered(); }
    void answered() {
        const std::lock_guard lock(mutex_);
        --in_flight_;
        changed_.notify_one();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    int in_flight_ = 0;
    mqtt::async_client client_;
};

}  // namespace qk::daemon
