// The configuration of mosquitto as text: what a broker for orders must say in it, and the same
// configuration for a test broker. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/broker/findings.hpp"

namespace qk::broker {

struct Directive {
    std::string key;
    std::string value;
    int line = 0;
};

// One door of the broker with what is said behind its "listener".
struct Door {
    std::uint16_t port = 0;
    std::string address;  // empty: all
    std::vector<Directive> own;
};

struct BrokerConfiguration {
    std::vector<Directive> global;
    std::vector<Door> doors;

    // The value, or empty; the last one counts.
    [[nodiscard]] std::string value(std::string_view key) const;
};
[[nodiscard]] std::string value_in(const std::vector<Directive>& directives, std::string_view key);

[[nodiscard]] BrokerConfiguration read_configuration(std::string_view text);

// What is missing in it, and what holds.
[[nodiscard]] Findings look_at(const BrokerConfiguration& configuration);

// The same with places of its own: `ports` in the order of the doors, all on loopback.
[[nodiscard]] std::string trial_configuration(const BrokerConfiguration& configuration,
                                              const std::string& folder,
                                              const std::vector<std::uint16_t>& ports,
                                              bool is_root);

}  // namespace qk::broker
