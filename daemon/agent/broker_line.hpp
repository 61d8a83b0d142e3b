// The agent's one connection to the broker: Paho below, the state machine of daemon/mqtt/link.hpp
// above. Subscribes at every connect, and leaves "offline" as its last will.
//
// A message is handed over on Paho's thread and acknowledged when that returns. Everything else
// happens on the thread that owns the line, to which Paho's answers are posted.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/agent/settings.hpp"
#include "daemon/mqtt/link.hpp"

namespace qk::agent {

inline constexpr std::chrono::milliseconds kSpreadMost{1000};
// Agents that lose their broker together come back over a second, each always at the same place in
// it.
[[nodiscard]] daemon::LinkPauses pauses_of(const std::string& topic_stem);

class BrokerLine {
 public:
    using Event = std::function<void(daemon::Tick now)>;
    struct Listener {
        // On Paho's thread; returns when the message is durable.
        std::function<void(const std::string& topic, const std::string& payload)> on_message;
        // On the owner's thread.
        std::function<void(bool is_up)> on_link;
        std::function<void(const daemon::LinkTrouble& trouble)> on_trouble;
    };

    // `post` hands an event to the owner's thread, from any thread.
    BrokerLine(const BrokerSettings& settings, std::string password, const std::string& topic_stem,
               std::vector<daemon::LinkFilter> filters, std::function<void(Event)> post,
               Listener listener);
    ~BrokerLine();
    BrokerLine(const BrokerLine&) = delete;
    BrokerLine& operator=(const BrokerLine&) = delete;

    void start(daemon::Tick now);
    void pass_time(daemon::Tick now);
    void publish(daemon::Link::Publication publication, daemon::Tick now);
    [[nodiscard]] bool is_up() const;
    [[nodiscard]] std::optional<daemon::Tick> next() const;
    // Says "offline" and ends the connection; nothing is called from then on.
    void stop();

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::agent
