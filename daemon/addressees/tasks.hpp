// Tasks as desired state: what every addressee is asked under a subject (a warning, a prompt, a
// step of a ladder, a pre-notice), with a revision that only rises.
//
// put_tasks() is called inside the transaction of what causes it; wake the EventFeed after the
// commit, which also wakes the TaskSender. A task whose content is what the addressee already has
// is not a new revision. Each change leaves an audit entry and an event.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/addressees/task_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/addressees/task_document.hpp"
#include "plans/addressees/task_plan.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::daemon {

struct TaskCause {
    plans::TaskSubject about = plans::TaskSubject::kWarning;
    std::string subject;
    bool exercise = false;
    std::string issuer;
    std::string legal_basis;
    rules::Instant now{};
    rules::Zone zone = rules::kBeijingTime;
    std::string person = "system";
    std::string remote{};
};
// As of the region's pack.
[[nodiscard]] TaskCause task_cause(plans::TaskSubject about, std::string subject,
                                   const plans::RegionPack& pack, rules::Instant now);

struct PutTasks {
    std::vector<std::int64_t> changed;  // numbers of tasks with a new revision
    std::size_t unchanged = 0;
};
// Those of the subject that are not named are lifted.
PutTasks put_tasks(Session& db, const std::vector<plans::DraftedTask>& tasks,
                   const TaskCause& cause);
// One more under the subject; the others stay as they are.
PutTasks add_tasks(Session& db, const std::vector<plans::DraftedTask>& tasks,
                   const TaskCause& cause);
// What caused it is over: a new revision without items. False: it is lifted already.
bool lift_task(Session& db, std::int64_t number, const TaskCause& cause);

// Those about the same in every other subject, which this one takes the place of.
void lift_other_tasks(Session& db, const TaskCause& cause);

// The same revision goes out again.
void ask_task_again(Session& db, std::int64_t number, rules::Instant now);

// Who answers, and from where.
struct TaskOrigin {
    std::string person;   // the account; empty: none
    std::string channel;  // "http", "sms" or "desk"
    std::string remote;
    rules::Instant arrived{};
};
struct TaskFile {
    std::string name;
    std::string bytes;
};
struct TakenAnswer {
    plans::AnswerEffect effect = plans::AnswerEffect::kMoves;
    TaskRow task;  // as it stands now
};
// Stored with its file and effect; one receipt closes what waits to be sent on every channel.
// Refused, and nothing is stored: by answer_effect(), a file that is not taken, or one too many.
[[nodiscard]] rules::Result<TakenAnswer> take_task_answer(Session& db, const TaskRow& task,
                                                          const plans::TaskAnswer& answer,
                                                          const TaskOrigin& origin,
                                                          const std::optional<TaskFile>& file);
// Told in the transaction of an answer that moved a task.
using TaskAnswered = std::function<void(Session& db, const TaskRow& task, const TaskOrigin& origin,
                                        const plans::TaskAnswer& answer)>;

struct OtherAnswer {
    plans::TaskSubject about = plans::TaskSubject::kPrompt;
    std::string region;
    plans::TaskState state = plans::TaskState::kDone;
    std::string note;
};
// It is answered elsewhere: a county's follow-up that the bureau has recorded, or its refusal.
void note_task_answered(Session& db, const std::string& subject, const TaskOrigin& origin,
                        const OtherAnswer& said);

}  // namespace qk::daemon
