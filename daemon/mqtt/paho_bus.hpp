// The message bus on Paho's asynchronous client, MQTT v5 or v3.1.1.
//
// A keeper thread connects and, with a growing pause, connects again for ever; the filters are
// subscribed at every connect, because a broker may have lost the session without saying so. The
// session is kept by the broker while the daemon is away, so messages of that time arrive later.
// All callbacks run on Paho's thread: they hand over and return, never wait for a token, and let no
// exception out.
#pragma once

#include <memory>
#include <string>

#include "daemon/config.hpp"
#include "daemon/ports.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kInFlightMax = 64;
inline constexpr std::chrono::hours kSessionKept{7 * 24};

class PahoBus : public MessageBus {
 public:
    // A password file or certificate that cannot be read is a refusal.
    [[nodiscard]] static rules::Result<std::unique_ptr<PahoBus>> create(const MqttConfig& config);
    ~PahoBus() override;

    void start(std::vector<std::string> filters, Listener listener) override;
    // Over kInFlightMax, or while there is no link, `done` is called with false at once.
    void publish(std::string topic, std::string payload, bool retain,
                 std::function<void(bool is_acknowledged)> done) override;
    void stop() override;

    struct Parts;  // of the implementation

 private:
    explicit PahoBus(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::daemon
