// The part of qingkongctl season that calls a running daemon: windows, ledger, record.
#pragma once

#include <vector>

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] std::vector<Command> online_season_commands();

}  // namespace qk::ctl
