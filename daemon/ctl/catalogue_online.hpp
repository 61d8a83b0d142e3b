// The part of qingkongctl catalogue that calls a running daemon: compare, adopt, confirm, withdraw,
// in-force, history.
#pragma once

#include <vector>

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] std::vector<Command> online_catalogue_commands();

}  // namespace qk::ctl
