// A broker of one's own in a folder: configuration, access list, certificates, users.
//
//   mosquitto.conf  mosquitto.acl   with comments
//   broker.json                     where it is reached: what the other commands need to know
//   passwords                       hashes only; the broker reads it
//   ca.crt                          handed out to enterprises
//   server.crt  server.key          of the broker
//   authority/ca.key                signs server certificates; closed to the broker
//   daemon.password                 of the daemon's user; qingkong.toml names it
//   plants-ca.crt  revoked.crl      where enterprises may come by a certificate
//   (plant_authority.hpp) state/                          what the broker keeps, its log and its
//   process id
//
// No password is a default: each is made here from the system's random source.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/broker/passwords.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::broker {

inline constexpr const char* kDaemonUser = "qingkong";

struct KitWishes {
    std::string folder;
    std::vector<std::string> hosts;  // by which enterprises reach it; the first is in the letters
    std::string address;             // on which their door listens; empty: all
    std::uint16_t port = 8883;
    std::string daemon_address = "127.0.0.1";
    std::uint16_t daemon_port = 1883;
    std::uint16_t certificate_port = 0;  // the door for certificates; 0: none
    std::string account;                 // under which the broker runs; empty: who makes the kit
    std::string simulator;  // a user that speaks for all enterprises, for a demo; empty: none
    rules::Instant now{};
};

// What stands in broker.json.
struct KitFacts {
    std::string host;                // in the letters
    std::vector<std::string> hosts;  // in the certificate
    std::uint16_t port = 0;
    std::string daemon_address;
    std::uint16_t daemon_port = 0;
    std::uint16_t certificate_port = 0;  // 0: no door for certificates
    std::string account;
    std::string simulator;
};

[[nodiscard]] bool is_loopback(const std::string& address);

// Refused where the folder holds something already.
[[nodiscard]] rules::Result<void> make_kit(const KitWishes& wishes);
[[nodiscard]] rules::Result<KitFacts> read_kit(const std::string& folder);
// A new certificate of the broker by the same authority; the broker takes it at the next reload.
[[nodiscard]] rules::Result<void> renew_server(const std::string& folder,
                                               const std::vector<std::string>& hosts,
                                               rules::Instant now);

// What the access list of a kit says, without its comments.
[[nodiscard]] std::vector<std::string> access_rules(std::string_view simulator);
// The rules of a file in the same form: blanks made one, comments left out.
[[nodiscard]] std::vector<std::string> rules_in(std::string_view text);

// The users of a kit, to be changed by one command at a time.
class BrokerUserFile {
 public:
    // Waits for nobody: refused while another command changes the same kit.
    [[nodiscard]] static rules::Result<BrokerUserFile> open(const std::string& folder);
    BrokerUserFile(BrokerUserFile&& other) noexcept;
    BrokerUserFile(const BrokerUserFile&) = delete;
    BrokerUserFile& operator=(const BrokerUserFile&) = delete;
    ~BrokerUserFile();

    Users users;  // the daemon's among them
    KitFacts facts;
    [[nodiscard]] bool is_reserved(const std::string& name) const;
    [[nodiscard]] rules::Result<void> save() const;

 private:
    BrokerUserFile() = default;
    std::string folder_;
    int lock_ = -1;
};

enum class Reload { kTold, kNotRunning };
// Tells a running broker of the kit to read its users and certificates again.
[[nodiscard]] rules::Result<Reload> reload_broker(const std::string& folder);

}  // namespace qk::broker
