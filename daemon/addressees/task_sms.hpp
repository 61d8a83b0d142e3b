// Answers by SMS to tasks: "1 收到", "2 执行", "3 有困难 …"; whoever has several open tasks names
// the one that is meant behind the digit: "2 任务12", "2 12". A digit alone is never taken for the
// one that is unanswered: it may come late, or twice, or tell of trouble with another.
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
// A digit alone from this number may mean a task.
[[nodiscard]] bool has_task_open(Session& db, const std::string& phone);
// What came from there could not be told apart: somebody telephones about each that is unanswered.
void list_calls_of_phone(Session& db, const std::string& phone, rules::Instant now);
[[nodiscard]] ApiResponse take_task_sms(Session& db, const OtherSms& said);

}  // namespace qk::daemon
