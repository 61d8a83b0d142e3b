// Made by generate.py from openapi/watch.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kGiveOutlines{"giveOutlines"};
inline constexpr OperationId kListNightPages{"listNightPages"};
inline constexpr OperationId kListPastOrders{"listPastOrders"};
inline constexpr OperationId kMakeNightPage{"makeNightPage"};
inline constexpr OperationId kShowNightPage{"showNightPage"};
inline constexpr OperationId kShowOutlines{"showOutlines"};
inline constexpr OperationId kShowPast{"showPast"};
inline constexpr OperationId kWithdrawOutlines{"withdrawOutlines"};
// clang-format on

}  // namespace qk::daemon::operation
