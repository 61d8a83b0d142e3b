// The document that tells an addressee of a task: signed JSON, the same on every channel, and the
// sentence of 70 characters that goes out by SMS.
//
// A task is desired state like an order: whoever holds the latest revision knows all that is asked
// under this subject. A lifted one is a new revision without items. The signature is Ed25519 over
// "qingkong task 1\n" and the RFC 8785 form of the document without its `signature` member.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/addressees/task_plan.hpp"
#include "plans/response/signing.hpp"

namespace qk::plans {

// What a task is about. The subject's name is the warning's id, the prompt's number, and so on.
enum class TaskSubject {
    kWarning,    // measures at a level
    kPrompt,     // a county follows a regional prompt
    kCounty,     // the county step of a ladder
    kSiteCheck,  // the site-check step of a ladder
    kPreNotice,  // an uninterruptible plant is told ahead
};
inline constexpr std::size_t kTaskSubjects = 5;
[[nodiscard]] std::string_view to_text(TaskSubject subject);  // "site_check"
[[nodiscard]] std::string_view to_chinese(TaskSubject subject);
[[nodiscard]] std::optional<TaskSubject> parse_task_subject(std::string_view text);

struct TaskDocument {
    std::int64_t number = 0;
    std::int64_t revision = 0;
    std::string addressee;
    AddresseeKind kind = AddresseeKind::kDepartment;
    std::string name;
    std::string region;
    TaskSubject about = TaskSubject::kWarning;
    std::string subject;
    bool exercise = false;
    std::string issuer;
    std::string legal_basis;
    rules::Instant issued_at{};
    std::optional<rules::Instant> deadline;
    std::string wanted;           // "executing" or "done"; empty: only that it was received
    std::vector<TaskItem> items;  // none: lifted
};
[[nodiscard]] boost::json::value to_json(const TaskDocument& task, rules::Zone zone);
// What makes two documents the same: everything but number, revision, and the times that follow
// from when it was asked.
[[nodiscard]] std::string content_digest(TaskDocument task, rules::Zone zone);
// `document` as it was stored.
[[nodiscard]] std::string signed_task_text(const boost::json::value& document,
                                           const SigningKey& key);
// Whether somebody of that key said it.
[[nodiscard]] bool is_signed_task(const boost::json::value& document,
                                  std::string_view public_key_hex);

inline constexpr std::size_t kTaskSmsCharactersMax = 70;  // of one message in UCS-2
[[nodiscard]] std::string task_sms_text(const boost::json::value& document, std::string_view sign);

}  // namespace qk::plans
