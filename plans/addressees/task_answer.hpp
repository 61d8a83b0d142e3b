// What an addressee answers to a task (回执), and what that makes of it. Pure.
//
//     none -> received -> executing -> done
//          -> difficulty (困难), from any of them, and from there on again
//
// A task only moves forward; difficulty may be said at any time, because it must never be lost. An
// answer to another revision than the present one is refused: it speaks of what is not asked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::plans {

enum class TaskState { kNone, kReceived, kExecuting, kDone, kDifficulty };
inline constexpr std::size_t kTaskStates = 5;
[[nodiscard]] std::string_view to_text(TaskState state);  // "received"
[[nodiscard]] std::string_view to_chinese(TaskState state);
[[nodiscard]] std::optional<TaskState> parse_task_state(std::string_view text);

// As an addressee or somebody in its name says it.
struct TaskAnswer {
    std::int64_t revision = 0;
    TaskState state = TaskState::kReceived;
    std::string by;    // the person's name
    std::string note;  // of a difficulty it is needed
};
// As it stands.
struct TaskStanding {
    std::int64_t revision = 0;
    TaskState state = TaskState::kNone;
    TaskState wanted = TaskState::kReceived;  // kExecuting or kDone; kReceived of a lifted one
    bool is_lifted = false;
};

enum class AnswerEffect {
    kMoves,   // the task is in this state now
    kRepeat,  // it was in it, or further
};
// Refused: another revision, a difficulty without a word, a state that nobody can report.
[[nodiscard]] rules::Result<AnswerEffect> answer_effect(const TaskStanding& task,
                                                        const TaskAnswer& answer);
// Nothing more is waited for.
[[nodiscard]] bool is_answered(const TaskStanding& task);

// A file with an answer (附件). What it is its first bytes say, not its name.
enum class TaskFileKind { kPdf, kJpeg, kPng, kOffice, kText };
[[nodiscard]] std::string_view media_of(TaskFileKind kind);
inline constexpr std::size_t kTaskFileBytesMax = std::size_t{2} << 20;
inline constexpr std::size_t kTaskFileNameBytesMax = 200;
inline constexpr std::int64_t kTaskFilesMax = 20;  // of one task
// Refused: a name that is none, more bytes than that, or something else than PDF, JPEG, PNG, a
// workbook or document of Office (.xlsx, .docx), or plain text.
[[nodiscard]] rules::Result<TaskFileKind> check_task_file(std::string_view name,
                                                          std::string_view bytes);

}  // namespace qk::plans
