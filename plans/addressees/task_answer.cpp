#include "plans/addressees/task_answer.hpp"

#include <fmt/format.h>

#include "plans/text/unseen.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

constexpr rules::EnumWords<TaskState, kTaskStates> kTaskStateWords{{
    {TaskState::kNone, {"none", "未答复"}},
    {TaskState::kReceived, {"received", "收到"}},
    {TaskState::kExecuting, {"executing", "执行"}},
    {TaskState::kDone, {"done", "完成"}},
    {TaskState::kDifficulty, {"difficulty", "有困难"}},
}};

bool is_plain_text(std::string_view bytes) {
    return !bytes.empty() && !find_unseen(bytes) && !is_blank(bytes);
}

std::optional<TaskFileKind> kind_of_bytes(std::string_view name, std::string_view bytes) {
    if (bytes.starts_with("%PDF-")) return TaskFileKind::kPdf;
    if (bytes.starts_with("\xFF\xD8\xFF")) return TaskFileKind::kJpeg;
    if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return TaskFileKind::kPng;
    const bool is_office = name.ends_with(".xlsx") || name.ends_with(".docx");
    if (is_office && bytes.starts_with("PK\x03\x04")) return TaskFileKind::kOffice;
    const bool is_text = name.ends_with(".txt") || name.ends_with(".csv");
    if (is_text && is_plain_text(bytes)) return TaskFileKind::kText;
    return std::nullopt;
}

}  // namespace

std::string_view to_text(TaskState state) { return kTaskStateWords.english(state); }
std::string_view to_chinese(TaskState state) { return kTaskStateWords.chinese(state); }
std::optional<TaskState> parse_task_state(std::string_view text) {
    return kTaskStateWords.parse(text);
}

rules::Result<AnswerEffect> answer_effect(const TaskStanding& task, const TaskAnswer& answer) {
    if (answer.state == TaskState::kNone) {
        return rules::refuse("state 'none' 不能报送 / cannot be reported",
                             "received, executing, done or difficulty");
    }
    if (answer.revision != task.revision) {
        return rules::refuse(
            fmt::format("任务现为第{}版，答复的是第{}版 / the task is at revision {}, and this "
                        "answers {}",
                        task.revision, answer.revision, task.revision, answer.revision),
            "阅读现行版本后再答复 / read the present one, and answer that");
    }
    const bool is_difficulty = answer.state == TaskState::kDifficulty;
    if (is_difficulty && is_blank(answer.note)) {
        return rules::refuse("有困难须说明 / a difficulty needs a word",
                             "note: 什么困难 / which difficulty");
    }
    if (is_difficulty) {
        return task.state == TaskState::kDifficulty ? AnswerEffect::kRepeat : AnswerEffect::kMoves;
    }
    // From a difficulty everything leads on.
    const bool moves = task.state == TaskState::kDifficulty || answer.state > task.state;
    return moves ? AnswerEffect::kMoves : AnswerEffect::kRepeat;
}

bool is_answered(const TaskStanding& task) {
    if (task.is_lifted) return true;  // nobody is followed up for what is not asked any more
    if (task.state == TaskState::kDifficulty) return false;
    return task.state >= task.wanted;
}

std::string_view media_of(TaskFileKind kind) {
    switch (kind) {
        case TaskFileKind::kPdf:
            return "application/pdf";
        case TaskFileKind::kJpeg:
            return "image/jpeg";
        case TaskFileKind::kPng:
            return "image/png";
        case TaskFileKind::kOffice:
            return "application/octet-stream";
        case TaskFileKind::kText:
            return "text/plain; charset=utf-8";
    }
    return "application/octet-stream";
}

rules::Result<TaskFileKind> check_task_file(std::string_view name, std::string_view bytes) {
    const bool is_name = !is_blank(name) && name.size() <= kTaskFileNameBytesMax &&
                         name.find_first_of("/\\\"\r\n") == name.npos && !find_unseen_in_name(name);
    if (!is_name) {
        return rules::refuse("附件名称有误 / the file's name is wrong",
                             "至多200字节，不含斜杠、引号 / 200 bytes at most, no slash or quote");
    }
    if (bytes.size() > kTaskFileBytesMax) {
        return rules::refuse(
            fmt::format("附件{}字节，过大 / {} bytes are too many", bytes.size(), bytes.size()),
            "至多2 MiB / 2 MiB at most");
    }
    if (const auto kind = kind_of_bytes(name, bytes)) return *kind;
    return rules::refuse("附件类型不受理 / a file of this kind is not taken",
                         "PDF, JPEG, PNG, .xlsx, .docx, .txt or .csv");
}

}  // namespace qk::plans
