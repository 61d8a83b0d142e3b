// Made by generate.py from openapi/orders.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kAddEnterpriseKey{"addEnterpriseKey"};
inline constexpr OperationId kAmendRefusedOrder{"amendRefusedOrder"};
inline constexpr OperationId kConfirmRefusal{"confirmRefusal"};
inline constexpr OperationId kInsistOnOrder{"insistOnOrder"};
inline constexpr OperationId kListEnterpriseKeys{"listEnterpriseKeys"};
inline constexpr OperationId kListOrders{"listOrders"};
inline constexpr OperationId kListPhoneCalls{"listPhoneCalls"};
inline constexpr OperationId kListReceipts{"listReceipts"};
inline constexpr OperationId kListRefusals{"listRefusals"};
inline constexpr OperationId kListSendings{"listSendings"};
inline constexpr OperationId kOverruleReceipt{"overruleReceipt"};
inline constexpr OperationId kRecordReceipt{"recordReceipt"};
inline constexpr OperationId kRevokeEnterpriseKey{"revokeEnterpriseKey"};
inline constexpr OperationId kSendOrderAgain{"sendOrderAgain"};
inline constexpr OperationId kShowOrder{"showOrder"};
inline constexpr OperationId kTakeSmsAnswer{"takeSmsAnswer"};
// clang-format on

}  // namespace qk::daemon::operation
