// The part of qingkongctl inventory that calls a running daemon: upload an edition, keep a map.
#pragma once

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] std::vector<Command> online_inventory_commands();

}  // namespace qk::ctl
