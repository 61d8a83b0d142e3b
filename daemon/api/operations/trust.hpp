// Made by generate.py from openapi/trust.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kCheckAudit{"checkAudit"};
inline constexpr OperationId kCheckAuditAgainstHeads{"checkAuditAgainstHeads"};
inline constexpr OperationId kExportAudit{"exportAudit"};
inline constexpr OperationId kListAudit{"listAudit"};
inline constexpr OperationId kListAuditHeads{"listAuditHeads"};
inline constexpr OperationId kListKeys{"listKeys"};
inline constexpr OperationId kListPeople{"listPeople"};
inline constexpr OperationId kShowAuditHeadsFeed{"showAuditHeadsFeed"};
// clang-format on

}  // namespace qk::daemon::operation
