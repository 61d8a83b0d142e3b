// What of the tasks goes out on each channel, and every attempt, as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/orders/channel.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct TaskSendingRow {
    std::int64_t number = 0;
    std::int64_t task = 0;
    std::int64_t revision = 0;
    std::string channel;
    std::string standing;
    std::string closed_why;
    int failures = 0;
    rules::Instant next_at{};
};
// The revision goes out on these; what waits of an older one is closed.
void send_task(Session& db, std::int64_t task, std::int64_t revision,
               const std::vector<std::string>& channels, rules::Instant now);
// The same revision goes out once more on every channel that it went out on.
void send_task_again(Session& db, std::int64_t task, std::int64_t revision, rules::Instant now);
void close_task_sendings(Session& db, std::int64_t task, const std::string& why);

// Those that wait, the one that is due first in front.
[[nodiscard]] std::vector<TaskSendingRow> waiting_task_sendings(Session& db,
                                                                const std::string& channel,
                                                                std::size_t limit);
[[nodiscard]] std::optional<TaskSendingRow> load_task_sending(Session& db, std::int64_t number);
[[nodiscard]] std::vector<TaskSendingRow> sendings_of_task(Session& db, std::int64_t task,
                                                           std::int64_t revision);
[[nodiscard]] SentSoFar task_sent_so_far(Session& db, std::int64_t sending, rules::Instant now);

void close_task_sending(Session& db, std::int64_t number, const std::string& why);
void put_off_task_sending(Session& db, std::int64_t number, rules::Instant next);
// On its way; if nothing is heard of it, because the daemon ends, it is tried again at `next`.
[[nodiscard]] std::int64_t begin_task_attempt(Session& db, const TaskSendingRow& sending,
                                              rules::Instant now, rules::Instant next);
struct TaskAttemptEnd {
    std::int64_t attempt = 0;
    rules::Instant at{};
    std::string answer;        // empty: taken
    rules::Instant next_at{};  // where it was not
};
void end_task_attempt(Session& db, const TaskSendingRow& sending, const TaskAttemptEnd& end);

struct TaskAttemptRow {
    rules::Instant began_at{};
    std::optional<rules::Instant> ended_at{};
    std::string answer;
};
inline constexpr std::size_t kTaskAttemptsKept = 20;  // failures of one sending, the newest
[[nodiscard]] std::vector<TaskAttemptRow> attempts_of_task(Session& db, std::int64_t sending);

}  // namespace qk::daemon
