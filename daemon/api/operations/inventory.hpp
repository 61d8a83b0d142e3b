// Made by generate.py from openapi/inventory.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kCompareInventories{"compareInventories"};
inline constexpr OperationId kKeepColumnMap{"keepColumnMap"};
inline constexpr OperationId kListCoverageGaps{"listCoverageGaps"};
inline constexpr OperationId kListInventories{"listInventories"};
inline constexpr OperationId kListPreNotices{"listPreNotices"};
inline constexpr OperationId kListSeasonAccounts{"listSeasonAccounts"};
inline constexpr OperationId kListTargets{"listTargets"};
inline constexpr OperationId kSetTargets{"setTargets"};
inline constexpr OperationId kShowColumnMap{"showColumnMap"};
inline constexpr OperationId kUploadInventory{"uploadInventory"};
// clang-format on

}  // namespace qk::daemon::operation
