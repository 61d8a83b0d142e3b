// Made by generate.py from openapi/measures.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kAdoptCatalogue{"adoptCatalogue"};
inline constexpr OperationId kChangeGrades{"changeGrades"};
inline constexpr OperationId kConfirmCatalogue{"confirmCatalogue"};
inline constexpr OperationId kConfirmGrades{"confirmGrades"};
inline constexpr OperationId kListCatalogues{"listCatalogues"};
inline constexpr OperationId kListGradePapers{"listGradePapers"};
inline constexpr OperationId kShowCatalogue{"showCatalogue"};
inline constexpr OperationId kShowGradePaper{"showGradePaper"};
inline constexpr OperationId kWithdrawCatalogue{"withdrawCatalogue"};
inline constexpr OperationId kWithdrawGrades{"withdrawGrades"};
// clang-format on

}  // namespace qk::daemon::operation
