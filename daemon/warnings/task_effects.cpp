#include "daemon/warnings/task_effects.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/warnings/exercise_rows.hpp"
#include "daemon/warnings/warning_rows.hpp"

namespace qk::daemon {
namespace {

const plans::AddresseeList& listed_for(const DeskView& view) {
    static const plans::AddresseeList kNobody;
    return view.addressees ? *view.addressees : kNobody;
}

bool is_among(const std::vector<std::string>& participants, const std::string& addressee,
              const std::string& region) {
    if (participants.empty()) return true;
    return std::ranges::find(participants, addressee) != participants.end() ||
           std::ranges::find(participants, region) != participants.end();
}

plans::TaskItem prompt_item(const rules::RegionalPrompt& prompt, bool asks_lift, rules::Zone zone) {
    plans::TaskItem item;
    const std::string what =
        asks_lift ? std::string("解除预警")
                  : fmt::format("启动{}及以上预警", rules::to_chinese(prompt.colour));
    item.text = fmt::format("按区域提示{}：{}起{}，于{}前报送落实情况。", prompt.number,
                            rules::to_chinese(prompt.from, zone), what,
                            rules::to_chinese(prompt.deadline, zone));
    item.reason = "区域预警提示要求县区落实并反馈";
    item.source = prompt.number;
    item.colour = prompt.colour;
    item.from = prompt.from;
    item.to = prompt.to;
    item.deadline = prompt.deadline;
    return item;
}

// Its own end, or that of the day it begins; not before those who follow it had to answer.
rules::Instant end_of(const rules::RegionalPrompt& prompt) {
    const rules::Instant end =
        prompt.to.value_or(prompt.from + std::chrono::seconds{kOpenPromptSeconds});
    return std::max(end, prompt.deadline);
}

}  // namespace

void write_tasks(Session& db, const DeskView& view, const StoredWarning& warning,
                 const std::vector<rules::Segment>& segments) {
    TaskCause cause =
        task_cause(plans::TaskSubject::kWarning, warning.state.id, *view.pack, view.now);
    cause.exercise = warning.state.exercise;
    std::vector<plans::DraftedTask> tasks;
    if (view.addressees) {
        tasks = plans::tasks_at_levels(
            {listed_for(view), *view.pack, *view.inventory, segments, view.now});
    }
    if (warning.state.exercise) {
        const auto participants = participants_of(db, warning.state.id);
        std::erase_if(tasks, [&participants](const plans::DraftedTask& task) {
            return !is_among(participants, task.addressee.id, task.addressee.region);
        });
    }
    (void)put_tasks(db, tasks, cause);
    if (warning.state.exercise || segments.empty()) return;
    // What was told ahead has come: the order says now what is owed.
    lift_other_tasks(db, task_cause(plans::TaskSubject::kPreNotice, "", *view.pack, view.now));
}

void write_prompt_tasks(Session& db, const DeskView& view, const PromptRow& row,
                        const std::string& person) {
    TaskCause cause =
        task_cause(plans::TaskSubject::kPrompt, row.prompt.number, *view.pack, view.now);
    cause.person = person;
    std::vector<plans::DraftedTask> tasks;
    for (const plans::Addressee& one : listed_for(view).addressees) {
        if (one.kind != plans::AddresseeKind::kCounty) continue;
        plans::DraftedTask task;
        task.addressee = one;
        task.items = {prompt_item(row.prompt, row.asks == "lift", view.pack->zone)};
        task.deadline = row.prompt.deadline;
        tasks.push_back(std::move(task));
    }
    (void)put_tasks(db, tasks, cause);
}

bool lift_tasks_of_past_prompts(Session& db, const DeskView& view) {
    const std::string about(plans::to_text(plans::TaskSubject::kPrompt));
    bool is_any = false;
    for (const TaskRow& task : open_tasks_about(db, about, "")) {
        const auto row = load_prompt(db, task.subject);
        if (row && end_of(row->prompt) > view.now) continue;
        is_any = true;
        (void)lift_task(
            db, task.number,
            task_cause(plans::TaskSubject::kPrompt, task.subject, *view.pack, view.now));
    }
    return is_any;
}

bool takes_part(Session& db, const std::string& addressee, const std::string& region) {
    const auto open = open_warning(db, true);
    return !open || is_among(participants_of(db, open->state.id), addressee, region);
}

void note_county_done(Session& db, const TaskRow& task, const TaskOrigin& origin,
                      const plans::TaskAnswer& answer) {
    const bool is_follow_up = task.about == plans::to_text(plans::TaskSubject::kPrompt);
    if (!is_follow_up || answer.state != plans::TaskState::kDone) return;
    const std::string note = answer.note.empty() ? answer.by : answer.by + "：" + answer.note;
    if (!update_follow_up(
            db, {task.subject, task.region, "", "followed", origin.arrived, origin.person, note})) {
        return;
    }
    const boost::json::object data{
        {"number", task.subject}, {"region", task.region}, {"state", "followed"}, {"note", note}};
    append_event(db, origin.arrived, "prompt.followed", data);
    append_audit(
        db, {origin.arrived, origin.person, origin.remote, "prompt.followed", task.subject, data});
}

void note_prompt_followed(Session& db, const FollowUpRow& row, const std::string& remote) {
    if (row.state == "waiting") return;
    const TaskOrigin origin{row.by, "desk", remote, row.at.value_or(rules::Instant{})};
    OtherAnswer said;
    said.region = row.region;
    said.note = row.note;
    if (row.state == "refused") {  // which is not done: the duty officer is asked
        said.state = plans::TaskState::kDifficulty;
        said.note = row.note.empty() ? "拒绝落实" : "拒绝落实：" + row.note;
    }
    note_task_answered(db, row.prompt, origin, said);
}

}  // namespace qk::daemon
