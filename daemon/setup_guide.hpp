// The guide of a fresh installation (初次设置): what a new region needs before it can be served,
// whether each is done, and the commands that do it. Shown on a page on loopback by
// `qingkongd --or-set-up` until the daemon has run once; it reads, and changes nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct SetupStep {
    std::string_view zh;
    std::string_view en;
    bool is_done = false;
    std::string found;  // what there is, or what is missing, for people
    std::vector<std::string> commands;
};

struct SetupState {
    std::vector<SetupStep> steps;
    rules::Faults faults;  // of the configuration and what it names; none: it can be served
    std::string configuration;

    [[nodiscard]] bool is_ready() const { return faults.empty(); }
};

// Nothing has ever run here: the database that the configuration names is not there. Of a
// configuration that cannot be read that cannot be told, and it is not fresh.
[[nodiscard]] bool is_fresh(const std::string& configuration);
[[nodiscard]] std::uint16_t setup_port(const std::string& configuration);
[[nodiscard]] SetupState look_at_setup(const std::string& configuration, rules::Instant now);
// A whole HTML document that looks again every few seconds.
[[nodiscard]] std::string setup_page(const SetupState& state);

}  // namespace qk::daemon
