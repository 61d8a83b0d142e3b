// Log messages about accounts and log-ins; part of the catalogue of messages.hpp. What was typed as
// a name is told only where it is an account: people type passwords there.
#pragma once

#include "daemon/base/messages.hpp"

namespace qk::daemon {

inline constexpr Message kLoginPaused{
    "LOGIN_PAUSED",
    LogSeverity::kWarning,
    "登录连续错误 {wrong} 次，{who} 须等待 {seconds} 秒",
    "Log-ins went wrong again and again, for one account or from one address; the next try has to "
    "wait, each further one twice as long.",
    "Ask the person; if it was them, 'qingkongctl account unlock ID'. If not, find the address in "
    "the audit log (session.paused) and close the way in to it.",
    true};
inline constexpr Message kLoginsBusy{
    "LOGINS_BUSY",
    LogSeverity::kWarning,
    "同时登录过多，{remote} 的一次登录以 503 答复",
    "Checking a password takes time and memory, so few are checked at once and few wait; more "
    "came.",
    "If it goes on, find the addresses in LOGIN_PAUSED and in the proxy's log and close them out.",
    true};

}  // namespace qk::daemon
