// The part of qingkongctl pack that calls a running daemon: adopt, in-force, history, confirm,
// withdraw.
#pragma once

#include <vector>

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] std::vector<Command> online_pack_commands();

}  // namespace qk::ctl
