// Made by generate.py from openapi/warnings.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kArchiveWarning{"archiveWarning"};
inline constexpr OperationId kDraftNotice{"draftNotice"};
inline constexpr OperationId kExplainWarning{"explainWarning"};
inline constexpr OperationId kListCauses{"listCauses"};
inline constexpr OperationId kListConsultations{"listConsultations"};
inline constexpr OperationId kListControls{"listControls"};
inline constexpr OperationId kListFloors{"listFloors"};
inline constexpr OperationId kListPlans{"listPlans"};
inline constexpr OperationId kListPrompts{"listPrompts"};
inline constexpr OperationId kListSeasonDebts{"listSeasonDebts"};
inline constexpr OperationId kListSeasonWindows{"listSeasonWindows"};
inline constexpr OperationId kListWarnings{"listWarnings"};
inline constexpr OperationId kPreviewPlan{"previewPlan"};
inline constexpr OperationId kProposeChange{"proposeChange"};
inline constexpr OperationId kProposeControl{"proposeControl"};
inline constexpr OperationId kProposeWarning{"proposeWarning"};
inline constexpr OperationId kRecordConsultation{"recordConsultation"};
inline constexpr OperationId kRecordEvaluation{"recordEvaluation"};
inline constexpr OperationId kRecordFloor{"recordFloor"};
inline constexpr OperationId kRecordFollowUp{"recordFollowUp"};
inline constexpr OperationId kRecordPrompt{"recordPrompt"};
inline constexpr OperationId kRecordSeasonDays{"recordSeasonDays"};
inline constexpr OperationId kRejectChange{"rejectChange"};
inline constexpr OperationId kShowPrompt{"showPrompt"};
inline constexpr OperationId kShowSituation{"showSituation"};
inline constexpr OperationId kShowWarning{"showWarning"};
inline constexpr OperationId kSignChange{"signChange"};
inline constexpr OperationId kSignControl{"signControl"};
inline constexpr OperationId kStateCause{"stateCause"};
inline constexpr OperationId kWithdrawCause{"withdrawCause"};
inline constexpr OperationId kWithdrawChange{"withdrawChange"};
inline constexpr OperationId kWithdrawControl{"withdrawControl"};
// clang-format on

}  // namespace qk::daemon::operation
