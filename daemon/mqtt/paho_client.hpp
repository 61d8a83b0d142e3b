// One connection to the broker on Paho's asynchronous client, MQTT v5 or v3.1.1: does what a Link
// (link.hpp) asks for, and tells it what came of that. The daemon has two of them (paho_bus.hpp),
// the agent has one; what is to be known of Paho stands here alone.
//
// A message is handed over on Paho's thread and acknowledged when that returns. All else that Paho
// tells is an event for the thread that turns the Link.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "daemon/mqtt/link.hpp"

namespace qk::daemon {

struct PahoSettings {
    std::string url;  // mqtts://host:8883 or mqtt://host:1883
    std::string client_id;
    bool is_v5 = true;
    std::string user;
    std::string password;
    std::string ca;
    std::string certificate;
    std::string key;
    bool insecure = false;  // does not check the broker's certificate
    // Of v5: so many messages the broker may send before they are acknowledged, of at most so many
    // bytes.
    int receive_window = 20;
    int packet_bytes_max = 5 << 20;
    // There the broker says "offline" for us when the link breaks, and we at the end; may be empty.
    std::string will_topic;
};

class PahoClient : public LinkPort {
 public:
    using Event = std::function<void(Tick now)>;
    struct Owner {
        // On Paho's thread.
        std::function<void(Event event)> post;
        std::function<void(const std::string& topic, const std::string& payload, bool is_retained)>
            on_message;
        // On the owner's thread, where events are run.
        std::function<Tick()> now;
        std::function<void(Tick now)> on_connected;  // the Link knows; may be empty
        // A connection ended; the Link is not told yet.
        std::function<void(int reason, const std::string& detail, Tick now)> on_end;
    };

    // Throws where Paho refuses the settings.
    PahoClient(PahoSettings settings, Owner owner);
    ~PahoClient() override;

    // Before the link starts.
    void serve(Link& link);
    void set_client_id(std::string id);

    void connect() override;
    void subscribe(const LinkFilter& filter, std::size_t number) override;
    void close() override;
    bool send(std::uint64_t number, const std::string& topic, const std::string& payload,
              bool retain) override;
    // Ends the connection; nothing is called from then on.
    void end();

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::daemon
