// Made by generate.py from openapi/addressees.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kAnswerTask{"answerTask"};
inline constexpr OperationId kListTasks{"listTasks"};
inline constexpr OperationId kPreviewTasks{"previewTasks"};
inline constexpr OperationId kRecordAddressees{"recordAddressees"};
inline constexpr OperationId kSendPreNotices{"sendPreNotices"};
inline constexpr OperationId kShowAddressees{"showAddressees"};
inline constexpr OperationId kShowTask{"showTask"};
inline constexpr OperationId kShowTaskFile{"showTaskFile"};
// clang-format on

}  // namespace qk::daemon::operation
