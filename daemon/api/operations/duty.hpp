// Made by generate.py from openapi/duty.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kAcknowledgeMatter{"acknowledgeMatter"};
inline constexpr OperationId kEscalateMatter{"escalateMatter"};
inline constexpr OperationId kGiveHandover{"giveHandover"};
inline constexpr OperationId kListHandovers{"listHandovers"};
inline constexpr OperationId kListMatters{"listMatters"};
inline constexpr OperationId kRecordRoster{"recordRoster"};
inline constexpr OperationId kShowDuty{"showDuty"};
inline constexpr OperationId kShowHandover{"showHandover"};
inline constexpr OperationId kShowMatter{"showMatter"};
inline constexpr OperationId kShowRoster{"showRoster"};
inline constexpr OperationId kSnoozeMatter{"snoozeMatter"};
inline constexpr OperationId kTakeHandover{"takeHandover"};
// clang-format on

}  // namespace qk::daemon::operation
