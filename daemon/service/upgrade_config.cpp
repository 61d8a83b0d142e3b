#include "daemon/service/upgrade_config.hpp"

#include <fmt/format.h>

#include "plans/text/toml_table.hpp"

namespace qk::daemon {

void read_upgrade(plans::TomlTable section, UpgradeConfig& upgrade) {
    section.read("differences", upgrade.differences, "refuse-open");
    if (upgrade.differences != "tell" && upgrade.differences != "refuse-open" &&
        upgrade.differences != "refuse") {
        section.wrong("differences", fmt::format("'{}' says not what to do", upgrade.differences),
                      "\"tell\", \"refuse-open\" or \"refuse\"");
    }
    if (const auto newest = section.whole("newest", 1, 1'000'000)) {
        upgrade.newest = static_cast<int>(*newest);
    }
    if (const auto seconds = section.whole("seconds", 1, 3600)) {
        upgrade.time = std::chrono::seconds(*seconds);
    }
    section.finish();
}

}  // namespace qk::daemon
