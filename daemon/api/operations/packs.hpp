// Made by generate.py from openapi/packs.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kAdoptPack{"adoptPack"};
inline constexpr OperationId kConfirmPack{"confirmPack"};
inline constexpr OperationId kListPacks{"listPacks"};
inline constexpr OperationId kShowPack{"showPack"};
inline constexpr OperationId kWithdrawPack{"withdrawPack"};
// clang-format on

}  // namespace qk::daemon::operation
