// The broker in memory, with the faults of a scenario: what is published reaches the other side at
// once, late, twice, or not at all, and for some hours there is no broker.
//
// The broker keeps the latest order of every enterprise (retained) and tells the daemon what it
// holds whenever the link comes up; an enterprise that missed one gets it when it reconnects, some
// time later. What an enterprise sends and the fault takes is gone. Every draw comes from the seed.
// One executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/base/ports.hpp"
#include "sim/model/random.hpp"
#include "sim/story/scenario.hpp"

namespace qk::sim {

class SimBus : public daemon::MessageBus {
 public:
    using ToEnterprise = std::function<void(const std::string& topic, const std::string& payload)>;
    // `to_enterprise` is called when a message arrives there, `seen` when the daemon publishes it.
    SimBus(boost::asio::any_io_executor executor, const Scenario& scenario,
           const daemon::Clock& clock, ToEnterprise to_enterprise, ToEnterprise seen);

    void start(Topics topics, Listener listener) override;
    void publish(std::string topic, std::string payload, bool retain,
                 std::function<void(daemon::PublishAnswer answer)> done) override;
    void stop() override;

    // From an enterprise to the daemon.
    void send(std::string topic, std::string payload);
    // Lets everything arrive that is due by now, and the link go up or down.
    void let_arrive();
    // Of what was due, nothing is left.
    [[nodiscard]] bool is_quiet() const;

 private:
    struct Message {
        std::string topic;
        std::string payload;
        bool is_to_daemon = false;
    };
    void enqueue(Message message);
    void arrive(const Message& message);
    void set_link(bool is_up);
    [[nodiscard]] bool is_down(rules::Instant t) const;

    boost::asio::any_io_executor executor_;
    const Scenario& scenario_;
    const daemon::Clock& clock_;
    ToEnterprise to_enterprise_;
    ToEnterprise seen_;
    Listener listener_;
    bool is_listening_ = false;
    bool is_up_ = false;
    Random random_;
    std::uint64_t count_ = 0;
    std::map<std::pair<rules::Instant, std::uint64_t>, Message> on_the_way_;
    std::map<std::string, std::string> retained_;
};

// Takes every message and keeps it.
class SimGatewayClient : public daemon::GatewayClient {
 public:
    [[nodiscard]] boost::asio::awaitable<std::string> deliver(GatewayMessage message) override;
    [[nodiscard]] std::size_t delivered() const { return delivered_; }

 private:
    std::size_t delivered_ = 0;
};

}  // namespace qk::sim
