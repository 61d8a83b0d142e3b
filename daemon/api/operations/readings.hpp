// Made by generate.py from openapi/readings.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kListEnterprises{"listEnterprises"};
inline constexpr OperationId kListReadings{"listReadings"};
inline constexpr OperationId kListRejected{"listRejected"};
inline constexpr OperationId kListSilentMeters{"listSilentMeters"};
inline constexpr OperationId kShowEnterprise{"showEnterprise"};
// clang-format on

}  // namespace qk::daemon::operation
