// What an application is made from: the pack, the inventory's files and the lock that a
// configuration names. Nothing here runs.
#pragma once

#include <string>
#include <vector>

#include "daemon/app.hpp"
#include "daemon/base/state_lock.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"

namespace qk::daemon {

// Grades as the pack names them.
[[nodiscard]] plans::ReadOptions read_options_of(const plans::RegionPack& pack);

// The inventory of the configuration, as files; and what its edition is called.
[[nodiscard]] rules::Result<InventoryFiles> inventory_of(const Config& config);
[[nodiscard]] std::string inventory_name_of(const Config& config);

// One daemon on one state: taken before anything of it is opened.
[[nodiscard]] rules::Result<std::vector<StateLock>> lock_state(const Config& config);

}  // namespace qk::daemon
