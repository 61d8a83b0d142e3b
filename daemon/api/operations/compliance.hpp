// Made by generate.py from openapi/compliance.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kAddCaseFile{"addCaseFile"};
inline constexpr OperationId kCloseCase{"closeCase"};
inline constexpr OperationId kCommitDraw{"commitDraw"};
inline constexpr OperationId kConcludeCase{"concludeCase"};
inline constexpr OperationId kDecideStatement{"decideStatement"};
inline constexpr OperationId kExportVerdictEvidence{"exportVerdictEvidence"};
inline constexpr OperationId kKeepReport{"keepReport"};
inline constexpr OperationId kListCases{"listCases"};
inline constexpr OperationId kListDraws{"listDraws"};
inline constexpr OperationId kListVerdicts{"listVerdicts"};
inline constexpr OperationId kOrderRectification{"orderRectification"};
inline constexpr OperationId kRecheckCase{"recheckCase"};
inline constexpr OperationId kRecordSiteCheck{"recordSiteCheck"};
inline constexpr OperationId kRecordStatement{"recordStatement"};
inline constexpr OperationId kRejudgeWarning{"rejudgeWarning"};
inline constexpr OperationId kReportRectified{"reportRectified"};
inline constexpr OperationId kRevealDraw{"revealDraw"};
inline constexpr OperationId kSendInspector{"sendInspector"};
inline constexpr OperationId kShowCase{"showCase"};
inline constexpr OperationId kShowCaseFile{"showCaseFile"};
inline constexpr OperationId kShowDayReport{"showDayReport"};
inline constexpr OperationId kShowDraw{"showDraw"};
inline constexpr OperationId kShowMeterSeries{"showMeterSeries"};
inline constexpr OperationId kShowProvinceForm{"showProvinceForm"};
inline constexpr OperationId kShowReport{"showReport"};
inline constexpr OperationId kShowSituationReport{"showSituationReport"};
inline constexpr OperationId kShowSummaryReport{"showSummaryReport"};
inline constexpr OperationId kWithdrawCase{"withdrawCase"};
// clang-format on

}  // namespace qk::daemon::operation
