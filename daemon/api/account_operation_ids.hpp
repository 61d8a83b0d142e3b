// Made by generate.py from openapi/accounts.json; do not edit. The operations of log-in by their ids.
#pragma once

#include <string_view>

namespace qk::daemon {

// clang-format off
inline constexpr std::string_view kAccountOperationIds[] = {
    "changePassword",
    "closeSession",
    "dropSecondFactor",
    "endOwnToken",
    "endSessions",
    "inviteAccount",
    "listAccounts",
    "listOwnTokens",
    "lookAtLink",
    "makeLoginLink",
    "makeOwnToken",
    "openSession",
    "resetAccount",
    "showSession",
    "unlockAccount",
    "useLink",
};
// clang-format on

}  // namespace qk::daemon
