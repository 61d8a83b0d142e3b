// Made by generate.py from openapi/accounts.json; do not edit.
#pragma once

#include "daemon/api/operation_id.hpp"

namespace qk::daemon::operation {

// clang-format off
inline constexpr OperationId kChangeAccount{"changeAccount"};
inline constexpr OperationId kChangePassword{"changePassword"};
inline constexpr OperationId kCloseSession{"closeSession"};
inline constexpr OperationId kDropSecondFactor{"dropSecondFactor"};
inline constexpr OperationId kEndOwnToken{"endOwnToken"};
inline constexpr OperationId kEndSessions{"endSessions"};
inline constexpr OperationId kInviteAccount{"inviteAccount"};
inline constexpr OperationId kListAccounts{"listAccounts"};
inline constexpr OperationId kListKeptAccounts{"listKeptAccounts"};
inline constexpr OperationId kListOwnTokens{"listOwnTokens"};
inline constexpr OperationId kLookAtLink{"lookAtLink"};
inline constexpr OperationId kMakeAccount{"makeAccount"};
inline constexpr OperationId kMakeLoginLink{"makeLoginLink"};
inline constexpr OperationId kMakeOwnToken{"makeOwnToken"};
inline constexpr OperationId kOpenSession{"openSession"};
inline constexpr OperationId kResetAccount{"resetAccount"};
inline constexpr OperationId kShowSession{"showSession"};
inline constexpr OperationId kUnlockAccount{"unlockAccount"};
inline constexpr OperationId kUseLink{"useLink"};
// clang-format on

}  // namespace qk::daemon::operation
