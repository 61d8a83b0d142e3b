// The message bus on Paho's asynchronous client, MQTT v5 or v3.1.1: two connections, each a Link of
// link.hpp, both turned by one thread of ours.
//
// The one for orders carries orders out, receipts in, and what the broker holds of ours; the other
// brings the readings. The sessions are kept by the broker while the daemon is away, so messages of
// that time arrive later. Messages come on Paho's thread and are handed over there, because they
// are acknowledged when the callback returns; everything else is queued for our thread. A broker
// that gives both connections one id gets one connection.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/base/ports.hpp"
#include "daemon/mqtt/link.hpp"
#include "daemon/service/config.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class PahoBus : public MessageBus {
 public:
    // A password file or certificate that cannot be read is a refusal. `now` is asked on the bus's
    // own thread, and is the clock by which that thread sleeps: one that is never set.
    [[nodiscard]] static rules::Result<std::unique_ptr<PahoBus>> create(const MqttConfig& config,
                                                                        std::function<Tick()> now);
    ~PahoBus() override;

    void start(Topics topics, Listener listener) override;
    void publish(std::string topic, std::string payload, bool retain,
                 std::function<void(PublishAnswer answer)> done) override;
    void stop() override;

    struct Parts;  // of the implementation

 private:
    explicit PahoBus(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::daemon
