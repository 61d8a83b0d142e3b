// Made by generate.py from openapi/accounts.json and enterprise.json; do not edit. Log-in.
#pragma once

#include <string_view>

namespace qk::daemon {

// clang-format off
inline constexpr std::string_view kAccountOperationIds[] = {
    "addOwnCaseFile",
    "addOwnPhoto",
    "addOwnReport",
    "changePassword",
    "closeSession",
    "dropSecondFactor",
    "endOwnToken",
    "endSessions",
    "giveOwnReceipt",
    "inviteAccount",
    "listAccounts",
    "listOrderReports",
    "listOwnCases",
    "listOwnReceipts",
    "listOwnReports",
    "listOwnTokens",
    "lookAtLink",
    "makeLoginLink",
    "makeOwnToken",
    "makePageLink",
    "openSession",
    "reportOwnRectified",
    "resetAccount",
    "showEnterprisePage",
    "showEnterpriseWorker",
    "showInspectorPage",
    "showInspectorWorker",
    "showOrderPhoto",
    "showOwn",
    "showOwnBoard",
    "showOwnPhoto",
    "showOwnSeries",
    "showSession",
    "stateOwnCase",
    "unlockAccount",
    "useLink",
    "usePageLink",
};
// clang-format on

}  // namespace qk::daemon
