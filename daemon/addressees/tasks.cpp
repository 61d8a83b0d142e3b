#include "daemon/addressees/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "daemon/access/caller_proof.hpp"
#include "daemon/addressees/task_sending_rows.hpp"
#include "daemon/orders/channel.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "plans/response/response_plan.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::TaskState;

// What changed, for one event and one audit entry.
class TaskTeller {
 public:
    void note(const TaskRow& row) {
        ++count_;
        lifted_ += row.is_lifted ? 1U : 0U;
        json::value& in_region = by_region_[row.region];
        in_region = in_region.is_int64() ? in_region.get_int64() + 1 : 1;
    }
    void tell(Session& db, const TaskCause& cause) const {
        if (count_ == 0) return;
        const json::object data{{"about", plans::word(to_text(cause.about))},
                                {"subject", cause.subject},
                                {"exercise", cause.exercise},
                                {"count", count_},
                                {"lifted", lifted_},
                                {"by_region", by_region_}};
        append_event(db, cause.now, "task.issued", data);
        append_audit(db,
                     {cause.now, cause.person, cause.remote, "task.issued", cause.subject, data});
    }

 private:
    std::size_t count_ = 0;
    std::size_t lifted_ = 0;
    json::object by_region_;
};

plans::TaskDocument document_of(const TaskRow& row, const TaskCause& cause,
                                const std::vector<plans::TaskItem>& items) {
    plans::TaskDocument document;
    document.number = row.number;
    document.revision = row.revision;
    document.addressee = row.addressee;
    document.kind =
        plans::parse_addressee_kind(row.kind).value_or(plans::AddresseeKind::kDepartment);
    document.name = row.name;
    document.region = row.region;
    document.about = cause.about;
    document.subject = cause.subject;
    document.exercise = cause.exercise;
    document.issuer = cause.issuer;
    document.legal_basis = cause.legal_basis;
    document.issued_at = cause.now;
    document.deadline = row.deadline;
    document.wanted = row.wanted == TaskState::kReceived ? "" : plans::to_text(row.wanted);
    document.items = items;
    return document;
}

TaskState wanted_of(const plans::DraftedTask& task, const TaskCause& cause) {
    // A pre-notice orders nothing.
    if (cause.about == plans::TaskSubject::kPreNotice) return TaskState::kReceived;
    return plans::reports_done(task.addressee.kind) ? TaskState::kDone : TaskState::kExecuting;
}

TaskRow row_of(const plans::DraftedTask& task, const TaskCause& cause) {
    TaskRow row;
    const plans::Addressee& one = task.addressee;
    row.addressee = one.id;
    row.kind = plans::to_text(one.kind);
    row.name = one.name;
    row.region = one.region;
    row.contact = one.contact;
    row.phone = phone_digits(one.phone);
    row.account = one.account;
    row.about = plans::to_text(cause.about);
    row.subject = cause.subject;
    row.exercise = cause.exercise;
    row.issued_at = cause.now;
    row.deadline = task.deadline;
    row.wanted = wanted_of(task, cause);
    return row;
}

// False: it is what the addressee has already.
bool put_task(Session& db, const plans::DraftedTask& task, const TaskCause& cause, PutTasks& put,
              TaskTeller& teller) {
    TaskRow row = row_of(task, cause);
    const auto present = task_of(db, row.addressee, row.about, row.subject);
    const std::string digest =
        plans::content_digest(document_of(row, cause, task.items), cause.zone);
    if (present && present->digest == digest) {
        ++put.unchanged;
        return false;
    }
    row.number = present ? present->number : insert_task(db, row);
    row.revision = (present ? present->revision : 0) + 1;
    row.digest = digest;
    row.document = plans::canonical_text(to_json(document_of(row, cause, task.items), cause.zone));
    store_task_revision(db, row);
    send_task(db, row.number, row.revision, task.addressee.channels, cause.now);
    put.changed.push_back(row.number);
    teller.note(row);
    return true;
}

// Under the channels that the present revision went out on.
void lift_row(Session& db, TaskRow row, const TaskCause& cause) {
    std::vector<std::string> channels;
    for (const TaskSendingRow& sending : sendings_of_task(db, row.number, row.revision)) {
        channels.push_back(sending.channel);
    }
    ++row.revision;
    row.is_lifted = true;
    row.wanted = TaskState::kReceived;
    row.issued_at = cause.now;
    row.deadline.reset();
    row.state = TaskState::kNone;
    row.state_at.reset();
    row.state_by.clear();
    const plans::TaskDocument document = document_of(row, cause, {});
    row.digest = plans::content_digest(document, cause.zone);
    row.document = plans::canonical_text(to_json(document, cause.zone));
    store_task_revision(db, row);
    send_task(db, row.number, row.revision, channels, cause.now);
}

json::object answered_json(const TaskRow& task, const plans::TaskAnswer& answer,
                           const std::string& file_sha256) {
    return {{"task", task.number},
            {"revision", answer.revision},
            {"addressee", task.addressee},
            {"region", task.region},
            {"exercise", task.exercise},
            {"state", plans::word(plans::to_text(answer.state))},
            {"by", answer.by},
            {"file_sha256", file_sha256}};
}

struct KeptFile {
    std::optional<std::int64_t> number;
    std::string sha256;
    bool is_new = false;  // the task did not have these bytes yet
};
rules::Result<KeptFile> keep_file(Session& db, const TaskRow& task, const TaskOrigin& origin,
                                  const std::optional<TaskFile>& file) {
    if (!file) return KeptFile{};
    const auto kind = plans::check_task_file(file->name, file->bytes);
    if (!kind) return kind.error();
    const std::string sha256 = plans::sha256_hex(file->bytes);
    const std::vector<TaskFileRow> files = files_of_task(db, task.number);
    const auto same = std::ranges::find(files, sha256, &TaskFileRow::sha256);
    if (same != files.end()) return KeptFile{same->number, sha256, false};
    if (count_task_files(db, task.number) >= plans::kTaskFilesMax) {
        return rules::refuse(fmt::format("该任务已有{}个附件 / the task has {} files",
                                         plans::kTaskFilesMax, plans::kTaskFilesMax),
                             "合并后再报送 / put them into one");
    }
    TaskFileRow row;
    row.task = task.number;
    row.at = origin.arrived;
    row.person = origin.person;
    row.name = file->name;
    row.media = plans::media_of(*kind);
    row.bytes = static_cast<std::int64_t>(file->bytes.size());
    row.sha256 = sha256;
    const std::int64_t number = store_task_file(db, row, file->bytes);
    return KeptFile{number, sha256, true};
}

void store_answer(Session& db, const TaskRow& task, const plans::TaskAnswer& answer,
                  const TaskOrigin& origin, plans::AnswerEffect effect, const KeptFile& file) {
    const bool is_repeat = effect == plans::AnswerEffect::kRepeat;
    // Who goes on saying the same costs no more than these.
    if (is_repeat && !file.is_new && count_task_repeats(db, task.number) >= kRepeatsKept) return;
    (void)store_task_answer(
        db, {0, task.number, answer.revision, std::string(plans::to_text(answer.state)),
             origin.arrived, answer.by, answer.note, origin.person, origin.channel,
             std::string(address_in(origin.remote)), is_repeat ? "repeat" : "moves", file.number});
}

}  // namespace

TaskCause task_cause(plans::TaskSubject about, std::string subject, const plans::RegionPack& pack,
                     rules::Instant now) {
    TaskCause cause;
    cause.about = about;
    cause.subject = std::move(subject);
    cause.issuer = pack.publication.issuer;
    cause.legal_basis = plans::legal_basis_text(pack, now);
    cause.now = now;
    cause.zone = pack.zone;
    return cause;
}

PutTasks add_tasks(Session& db, const std::vector<plans::DraftedTask>& tasks,
                   const TaskCause& cause) {
    PutTasks put;
    TaskTeller teller;
    for (const plans::DraftedTask& task : tasks) (void)put_task(db, task, cause, put, teller);
    teller.tell(db, cause);
    return put;
}

PutTasks put_tasks(Session& db, const std::vector<plans::DraftedTask>& tasks,
                   const TaskCause& cause) {
    PutTasks put;
    TaskTeller teller;
    std::set<std::string> named;
    for (const plans::DraftedTask& task : tasks) {
        named.insert(task.addressee.id);
        (void)put_task(db, task, cause, put, teller);
    }
    for (TaskRow& row :
         tasks_of_subject(db, std::string(plans::to_text(cause.about)), cause.subject)) {
        if (named.contains(row.addressee)) continue;
        TaskCause lifted = cause;
        lifted.exercise = row.exercise;
        put.changed.push_back(row.number);
        lift_row(db, row, lifted);
        row.is_lifted = true;
        teller.note(row);
    }
    teller.tell(db, cause);
    return put;
}

bool lift_task(Session& db, std::int64_t number, const TaskCause& cause) {
    auto row = load_task(db, number);
    if (!row || row->is_lifted) return false;
    TaskCause own = cause;
    own.about = plans::parse_task_subject(row->about).value_or(cause.about);
    own.subject = row->subject;
    own.exercise = row->exercise;
    lift_row(db, *row, own);
    row->is_lifted = true;
    TaskTeller teller;
    teller.note(*row);
    teller.tell(db, own);
    return true;
}

void lift_other_tasks(Session& db, const TaskCause& cause) {
    const std::string about(plans::to_text(cause.about));
    for (const TaskRow& row : open_tasks_about(db, about, cause.subject)) {
        (void)lift_task(db, row.number, cause);
    }
}

void ask_task_again(Session& db, std::int64_t number, rules::Instant now) {
    const auto row = load_task(db, number);
    if (row && row->due_at) send_task_again(db, number, row->revision, now);
}

rules::Result<TakenAnswer> take_task_answer(Session& db, const TaskRow& task,
                                            const plans::TaskAnswer& answer,
                                            const TaskOrigin& origin,
                                            const std::optional<TaskFile>& file) {
    const auto effect = plans::answer_effect(standing_of(task), answer);
    if (!effect) return effect.error();
    const auto kept = keep_file(db, task, origin, file);
    if (!kept) return kept.error();
    store_answer(db, task, answer, origin, *effect, *kept);
    TakenAnswer taken{*effect, task};
    if (*effect == plans::AnswerEffect::kMoves) {
        taken.task.state = answer.state;
        taken.task.state_at = origin.arrived;
        taken.task.state_by = answer.by;
        store_task_state(db, taken.task);
        close_task_sendings(db, task.number, "answered");
    }
    if (*effect == plans::AnswerEffect::kMoves || kept->is_new) {
        const json::object data = answered_json(task, answer, kept->sha256);
        append_event(db, origin.arrived, "task.answered", data);
        append_audit(db, {origin.arrived, origin.person.empty() ? answer.by : origin.person,
                          origin.remote, "task.answered", std::to_string(task.number), data});
    }
    taken.task.due_at = due_since(taken.task);
    return taken;
}

void note_task_answered(Session& db, const std::string& subject, const TaskOrigin& origin,
                        const OtherAnswer& said) {
    const std::string about(plans::to_text(said.about));
    for (const TaskRow& row : tasks_of_subject(db, about, subject)) {
        if (row.region != said.region || row.state == said.state) continue;
        const plans::TaskAnswer answer{row.revision, said.state, origin.person, said.note};
        (void)take_task_answer(db, row, answer, origin, std::nullopt);
    }
}

}  // namespace qk::daemon
