// Configuration of what a start on the database of an older program does with the decisions of
// before (daemon/warnings/upgrade_replay.hpp): the section [upgrade].
#pragma once

#include <chrono>
#include <string>

namespace qk::plans {
class TomlTable;
}  // namespace qk::plans

namespace qk::daemon {

struct UpgradeConfig {
    // Where they come out otherwise: "tell"; "refuse-open", where one is of a warning that is not
    // over; "refuse". A start that is refused leaves the database as it was, so the earlier program
    // runs on it as before: in the middle of an episode nobody changes the rules unseen, and what
    // is long over keeps no service from starting.
    std::string differences = "refuse-open";
    int newest = 2000;  // decisions, and plans, at most
    // Within the 90 s that systemd gives a start by default.
    std::chrono::seconds time{45};
};
void read_upgrade(plans::TomlTable section, UpgradeConfig& upgrade);

}  // namespace qk::daemon
