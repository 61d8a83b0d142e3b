// Made by generate.py from openapi/enterprise.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kAddOwnCaseFile{"addOwnCaseFile"};
inline constexpr OperationId kAddOwnPhoto{"addOwnPhoto"};
inline constexpr OperationId kAddOwnReport{"addOwnReport"};
inline constexpr OperationId kGiveOwnReceipt{"giveOwnReceipt"};
inline constexpr OperationId kListOrderReports{"listOrderReports"};
inline constexpr OperationId kListOwnCases{"listOwnCases"};
inline constexpr OperationId kListOwnReceipts{"listOwnReceipts"};
inline constexpr OperationId kListOwnReports{"listOwnReports"};
inline constexpr OperationId kMakePageLink{"makePageLink"};
inline constexpr OperationId kReportOwnRectified{"reportOwnRectified"};
inline constexpr OperationId kShowEnterprisePage{"showEnterprisePage"};
inline constexpr OperationId kShowEnterpriseWorker{"showEnterpriseWorker"};
inline constexpr OperationId kShowInspectorPage{"showInspectorPage"};
inline constexpr OperationId kShowInspectorWorker{"showInspectorWorker"};
inline constexpr OperationId kShowOrderPhoto{"showOrderPhoto"};
inline constexpr OperationId kShowOwn{"showOwn"};
inline constexpr OperationId kShowOwnBoard{"showOwnBoard"};
inline constexpr OperationId kShowOwnPhoto{"showOwnPhoto"};
inline constexpr OperationId kShowOwnSeries{"showOwnSeries"};
inline constexpr OperationId kStateOwnCase{"stateOwnCase"};
inline constexpr OperationId kUsePageLink{"usePageLink"};
// clang-format on

}  // namespace qk::daemon::operation
