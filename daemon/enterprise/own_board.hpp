// The board at the gate of one plant (公示牌), from the inventory in use: what is done at each
// level.
#pragma once

#include <string>

#include "daemon/enterprise/own_caller.hpp"

namespace qk::daemon {

// Derives every level for this enterprise alone; on the store's reading thread.
[[nodiscard]] std::string own_board_html(const OwnCaller& own, const Context& context);

}  // namespace qk::daemon
