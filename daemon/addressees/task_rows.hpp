// Tasks of addressees, their revisions, answers and files, as rows. tasks.hpp decides what is
// written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/addressees/task_answer.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct TaskRow {
    std::int64_t number = 0;
    std::string addressee;
    std::string kind;
    std::string name;
    std::string region;
    std::string contact;
    std::string phone;
    std::string account;
    std::string about;
    std::string subject;
    bool exercise = false;
    std::int64_t revision = 0;
    std::string digest;
    std::string document;  // JSON, unsigned
    plans::TaskState wanted = plans::TaskState::kReceived;
    bool is_lifted = false;
    rules::Instant issued_at{};
    std::optional<rules::Instant> deadline{};
    plans::TaskState state = plans::TaskState::kNone;
    std::optional<rules::Instant> state_at{};
    std::string state_by;
    std::optional<rules::Instant> due_at{};     // since when an answer is waited for
    std::optional<rules::Instant> listed_at{};  // to be telephoned since
};
[[nodiscard]] plans::TaskStanding standing_of(const TaskRow& row);
// Since when something is waited for, as the row stands; empty: nothing is.
[[nodiscard]] std::optional<rules::Instant> due_since(const TaskRow& row);

[[nodiscard]] std::optional<TaskRow> load_task(Session& db, std::int64_t number);
[[nodiscard]] std::optional<TaskRow> task_of(Session& db, const std::string& addressee,
                                             const std::string& about, const std::string& subject);
// Those of a subject that are not lifted.
[[nodiscard]] std::vector<TaskRow> tasks_of_subject(Session& db, const std::string& about,
                                                    const std::string& subject);
// A new one: its number, which is put into the row; its document is still to be stored.
std::int64_t insert_task(Session& db, TaskRow& row);
// Its present revision, and the same under its revisions.
void store_task_revision(Session& db, const TaskRow& row);
// State, and what is waited for.
void store_task_state(Session& db, const TaskRow& row);
void list_task_call(Session& db, std::int64_t number, rules::Instant now);

struct TaskQuery {
    bool is_open_only = false;  // not lifted
    bool is_due_only = false;   // an answer is waited for, and it is to be telephoned
    std::string addressee;      // each empty: all
    std::string about;
    std::string subject;
    std::string account;
    std::string region_prefix;
    std::size_t offset = 0;
    std::size_t limit = 100;
    std::int64_t below = INT64_MAX;
};
// Newest first.
[[nodiscard]] std::vector<TaskRow> list_tasks(Session& db, const TaskQuery& query);
[[nodiscard]] std::size_t count_tasks(Session& db, const TaskQuery& query);
// What an addressee holds now, newest first: not lifted, or lifted and not yet received.
// Not lifted, of every other subject.
[[nodiscard]] std::vector<TaskRow> open_tasks_about(Session& db, const std::string& about,
                                                    const std::string& except_subject);
[[nodiscard]] std::vector<TaskRow> tasks_held(Session& db, const std::string& addressee,
                                              std::size_t limit);
// Not lifted, of whoever has that number; newest first.
[[nodiscard]] std::vector<TaskRow> tasks_of_phone(Session& db, const std::string& phone,
                                                  std::size_t limit);

// An answer has been waited for since then or longer; the oldest first. With a number only that
// task.
[[nodiscard]] std::vector<TaskRow> tasks_waiting(Session& db, rules::Instant since,
                                                 std::size_t limit, std::int64_t number = 0);
// When the next of those comes about that is due later than that.
[[nodiscard]] std::optional<rules::Instant> next_task_waiting(Session& db, rules::Instant after);

struct TaskAnswerRow {
    std::int64_t number = 0;
    std::int64_t task = 0;
    std::int64_t revision = 0;
    std::string state;
    rules::Instant arrived_at{};
    std::string by;
    std::string note;
    std::string person;   // the account that said it; empty: none
    std::string channel;  // "http", "sms", "desk"
    std::string remote;
    std::string effect;
    std::optional<std::int64_t> file{};
};
inline constexpr std::int64_t kRepeatsKept = 50;  // of one task: what moves it is always kept
std::int64_t store_task_answer(Session& db, const TaskAnswerRow& row);
// Newest first.
inline constexpr std::size_t kTaskAnswersShown = 100;
[[nodiscard]] std::vector<TaskAnswerRow> answers_of_task(Session& db, std::int64_t task);
[[nodiscard]] std::int64_t count_task_repeats(Session& db, std::int64_t task);

struct TaskFileRow {
    std::int64_t number = 0;
    std::int64_t task = 0;
    rules::Instant at{};
    std::string person;
    std::string name;
    std::string media;
    std::int64_t bytes = 0;
    std::string sha256;
};
// Its number; of the same bytes of one task the one there is.
std::int64_t store_task_file(Session& db, const TaskFileRow& row, std::string_view content);
[[nodiscard]] std::vector<TaskFileRow> files_of_task(Session& db, std::int64_t task);
[[nodiscard]] std::int64_t count_task_files(Session& db, std::int64_t task);
[[nodiscard]] std::optional<std::string> content_of_task_file(Session& db, std::int64_t task,
                                                              std::int64_t file);

// ---- Tasks that a ladder's step has made ----

void tie_task_to_matter(Session& db, std::int64_t task, std::int64_t matter);
// The matter is closed: the tasks that no other matter holds open, which are to be lifted.
[[nodiscard]] std::vector<std::int64_t> release_matter(Session& db, std::int64_t matter);

}  // namespace qk::daemon
