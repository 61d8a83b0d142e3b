#include "daemon/roster/follow_up_tasks.hpp"

#include <fmt/format.h>

#include "daemon/addressees/tasks.hpp"
#include "daemon/warnings/task_effects.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

using plans::AddresseeKind;
using plans::LadderAction;
using plans::MatterKind;

// What has only just gone out does not go out again with the first step.
constexpr std::chrono::minutes kAgainAfter{15};

// The task that a matter is about; empty: it is about something else.
std::optional<TaskRow> task_of_matter(Session& db, const MatterRow& row) {
    if (row.key.kind != MatterKind::kTask) return std::nullopt;
    const auto number = rules::parse_whole(row.key.subject, 1, rules::kWholeMost);
    if (!number) return std::nullopt;
    return load_task(db, *number);
}

}  // namespace

bool is_followed_by_others(Session& db, const MatterRow& row) {
    switch (row.key.kind) {
        case MatterKind::kOrder:
        case MatterKind::kRefusal:
        case MatterKind::kCase:
            return true;
        case MatterKind::kTask: {
            const auto task = task_of_matter(db, row);
            return task && task->kind != plans::to_text(AddresseeKind::kCounty) &&
                   task->kind != plans::to_text(AddresseeKind::kInspector);
        }
        case MatterKind::kConsultation:
        case MatterKind::kSignature:
        case MatterKind::kPrompt:
        case MatterKind::kOutage:
        case MatterKind::kRosterGap:
            return false;
    }
    return false;
}

void give_follow_up_tasks(Session& db, const DutyView& view, const FollowUpStep& step,
                          const std::vector<FollowedMatter>& matters) {
    const bool is_county = step.action == LadderAction::kCounty;
    const bool is_check = step.action == LadderAction::kSiteCheck;
    if ((!is_county && !is_check) || matters.empty() || !view.addressees) return;
    if (is_county && step.region.empty()) return;  // of no county
    const std::string& place = step.region.empty() ? view.pack->region_code : step.region;
    const plans::AddresseeList& list = *view.addressees;
    std::vector<std::string> texts;
    for (const FollowedMatter& matter : matters) texts.push_back(matter.text);
    std::vector<plans::DraftedTask> tasks;
    for (plans::Addressee& one : plans::addressees_for(
             list, is_county ? AddresseeKind::kCounty : AddresseeKind::kInspector, place)) {
        if (step.exercise && !takes_part(db, one.id, one.region)) continue;
        plans::DraftedTask& task = tasks.emplace_back();
        task.addressee = std::move(one);
        task.items =
            plans::follow_up_items(texts, is_county ? "督促落实并反馈" : "到现场核查并反馈",
                                   plans::to_chinese(step.action), view.now);
        task.deadline = view.now + (is_county ? list.county_follow_up : list.site_check);
    }
    const std::string subject =
        fmt::format("{}-{}-{}", plans::to_text(step.kind), matters.front().number, step.step + 1);
    TaskCause cause =
        task_cause(is_county ? plans::TaskSubject::kCounty : plans::TaskSubject::kSiteCheck,
                   subject, *view.pack, view.now);
    cause.exercise = step.exercise;
    const PutTasks put = add_tasks(db, tasks, cause);
    for (const std::int64_t number : put.changed) {
        for (const FollowedMatter& matter : matters) tie_task_to_matter(db, number, matter.number);
    }
}

void lift_follow_up_tasks(Session& db, const DutyView& view, std::int64_t matter) {
    for (const std::int64_t task : release_matter(db, matter)) {
        (void)lift_task(db, task,
                        task_cause(plans::TaskSubject::kCounty, "", *view.pack, view.now));
    }
}

void act_on_task(Session& db, const MatterRow& row, LadderAction action, rules::Instant now) {
    const auto task = task_of_matter(db, row);
    if (!task) return;
    if (action == LadderAction::kRepeat) ask_task_again(db, task->number, now);
    if (action == LadderAction::kPhoneList) list_task_call(db, task->number, now);
}

void ask_county_again(Session& db, const MatterRow& row, rules::Instant now) {
    const std::string prompt = row.key.subject.substr(0, row.key.subject.rfind('/'));
    for (const TaskRow& task :
         tasks_of_subject(db, std::string(plans::to_text(plans::TaskSubject::kPrompt)), prompt)) {
        const bool is_of_place = task.region == row.region;
        if (is_of_place && now >= task.issued_at + kAgainAfter)
            ask_task_again(db, task.number, now);
    }
}

}  // namespace qk::daemon
