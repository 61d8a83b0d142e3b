// Made by generate.py from openapi/system.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kMoveClock{"moveClock"};
inline constexpr OperationId kShowApi{"showApi"};
inline constexpr OperationId kShowCaller{"showCaller"};
inline constexpr OperationId kShowClock{"showClock"};
inline constexpr OperationId kShowConsole{"showConsole"};
inline constexpr OperationId kShowHealth{"showHealth"};
inline constexpr OperationId kShowIcon{"showIcon"};
inline constexpr OperationId kShowMetrics{"showMetrics"};
inline constexpr OperationId kShowOfficersConsole{"showOfficersConsole"};
inline constexpr OperationId kShowPageAsset{"showPageAsset"};
inline constexpr OperationId kShowProtocol{"showProtocol"};
inline constexpr OperationId kShowProtocolYaml{"showProtocolYaml"};
inline constexpr OperationId kShowReadiness{"showReadiness"};
inline constexpr OperationId kShowUpgrade{"showUpgrade"};
inline constexpr OperationId kStreamEvents{"streamEvents"};
// clang-format on

}  // namespace qk::daemon::operation
