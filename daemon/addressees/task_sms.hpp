// Answers by SMS to tasks: "1 收到", "2 执行", "3 有困难 …"; whoever has several tasks names the
// one that is meant behind the digit: "2 任务12", "2 12".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/orders/channels.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

// The task that a text names; empty: none.
[[nodiscard]] std::optional<std::int64_t> task_named_in(std::string_view text);
// A task that still needs an answer went to this number.
[[nodiscard]] bool has_task_waiting(Session& db, const std::string& phone);
[[nodiscard]] ApiResponse take_task_sms(Session& db, const OtherSms& said);

}  // namespace qk::daemon
