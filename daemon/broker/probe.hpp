// A client that tries what it may do at a broker, one step after the other, each with an end.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace qk::broker {

// Where a probe knocks. The certificate is checked against `ca`; its names are not, because a test
// broker stands on loopback.
struct ProbeDoor {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;
    bool is_tls = false;
    std::string ca;
    std::string certificate{};  // to be shown there, with its key; empty: none
    std::string key{};
};

struct ProbeLogin {
    std::string client_id;
    std::string user;  // empty: comes without a name
    std::string password;
    bool keeps_session = false;
};

// kRefused: the broker said no. kNone: it said nothing: it is not there, ended the link, or speaks
// another TLS.
enum class ProbeAnswer { kTaken, kRefused, kNone };

struct ProbeMessage {
    std::string topic;
    std::string payload;
    int qos = 1;               // with which it came
    bool is_retained = false;  // the broker had it before the subscription
};

// Whether a handshake succeeds there that offers TLS 1.2 and nothing newer. Paho always offers all.
[[nodiscard]] bool takes_old_tls(const std::string& host, std::uint16_t port);

class Probe {
 public:
    Probe(const ProbeDoor& door, const ProbeLogin& login);
    ~Probe();
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    [[nodiscard]] ProbeAnswer connect();
    [[nodiscard]] ProbeAnswer publish(const std::string& topic, const std::string& payload,
                                      bool retain = false);
    // kTaken: the broker has said yes to the filter, which says nothing of what comes by it.
    ProbeAnswer subscribe(const std::string& filter);
    // The next message, if one comes in this time.
    [[nodiscard]] std::optional<ProbeMessage> next(std::chrono::milliseconds within);
    [[nodiscard]] bool is_connected() const;
    void leave();

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::broker
