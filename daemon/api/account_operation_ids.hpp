// Made by generate.py from openapi/accounts.json and watch.json; do not edit. Log-in and duty room.
#pragma once

#include <string_view>

namespace qk::daemon {

// clang-format off
inline constexpr std::string_view kAccountOperationIds[] = {
    "changeAccount",
    "changePassword",
    "closeSession",
    "dropSecondFactor",
    "endOwnToken",
    "endSessions",
    "giveOutlines",
    "inviteAccount",
    "listAccounts",
    "listKeptAccounts",
    "listNightPages",
    "listOwnTokens",
    "listPastOrders",
    "lookAtLink",
    "makeAccount",
    "makeLoginLink",
    "makeNightPage",
    "makeOwnToken",
    "openSession",
    "resetAccount",
    "showNightPage",
    "showOutlines",
    "showPast",
    "showSession",
    "unlockAccount",
    "useLink",
    "withdrawOutlines",
};
// clang-format on

}  // namespace qk::daemon
