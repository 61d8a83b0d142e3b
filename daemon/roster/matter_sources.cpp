#include "daemon/roster/matter_sources.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/access/person.hpp"
#include "daemon/addressees/task_rows.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/roster/matter_source_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/context.hpp"
#include "daemon/warnings/desk.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/addressees/task_document.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

using plans::MatterKind;
using rules::Instant;

constexpr const char* kBroker = "broker";
constexpr const char* kForecast = "forecast";
constexpr const char* kObservation = "observation";

const char* waiting_words(plans::TaskState state) {
    if (state == plans::TaskState::kNone) return "未答复";
    if (state == plans::TaskState::kDifficulty) return "反映有困难，待处理";
    return "到期未完成";
}

class Finder {
 public:
    Finder(Session& db, const DutyView& view) : db_(db), view_(view) {}

    void proposals(bool exercise) {
        const auto open = open_warning(db_, exercise);
        if (!open || !open->state.pending) return;
        const rules::Change& change = *open->state.pending;
        FoundMatter matter;
        matter.exercise = exercise;
        matter.deadline = change.lapses_at;
        const bool needs_consultation =
            change.approval.consultation && change.stage == rules::Stage::kProposed;
        const std::string what =
            fmt::format("{}{}{}", open->state.id, rules::to_chinese(change.kind),
                        rules::to_chinese(change.colour));
        if (needs_consultation) {
            matter.since = change.proposed_at;
            matter.awaits = {std::string(to_text(Role::kDutyOfficer))};
            matter.text = what + "等待会商";
            return add(MatterKind::kConsultation, open->state.id, change.number, std::move(matter));
        }
        matter.awaits = change.approval.approvers;
        for (const rules::Signature& signature : change.signatures) {
            matter.answered.insert(signature.person);
        }
        if (change.approval.four_eyes) {
            matter.barred.insert(change.proposer);
            matter.barred.insert(change.consulted_by.begin(), change.consulted_by.end());
        }
        const std::size_t missing =
            static_cast<std::size_t>(std::max(change.approval.persons, 1)) -
            std::min(change.signatures.size(), static_cast<std::size_t>(change.approval.persons));
        matter.text = fmt::format("{}等待签发，尚缺{}人", what, missing);
        add(MatterKind::kSignature, open->state.id, change.number, std::move(matter));
    }

    void prompts() {
        const auto places = places_waiting(db_, view_.now, most());
        note_cut(MatterKind::kPrompt, places.size());
        for (const WaitingPlace& place : places) {
            FoundMatter matter;
            const bool is_own = place.region == view_.pack->region_code;
            matter.region = is_own ? "" : place.region;
            matter.since = place.recorded_at;
            matter.deadline = place.deadline;
            matter.awaits = {
                std::string(to_text(is_own ? Role::kDutyOfficer : Role::kCountyOfficer))};
            matter.text = fmt::format("提示{}：{}尚未落实", place.prompt, place.name);
            found_.all[{MatterKind::kPrompt, place.prompt + "/" + place.region, "1"}] =
                std::move(matter);
        }
    }

    void orders(const std::string& enterprise = {}) {
        const plans::Ladder& ladder = view_.ladders->at(MatterKind::kOrder);
        const auto wait = plans::first_step_after(ladder);
        const auto waiting = unanswered_orders(db_, view_.now - wait, most(), enterprise);
        note_cut(MatterKind::kOrder, waiting.size());
        for (const WaitingOrder& order : waiting) {
            add_order(MatterKind::kOrder, order, "未签收指令");
        }
        if (const auto next = next_unanswered(db_, view_.now - wait)) look_at(*next + wait);
    }

    void refusals(const std::string& enterprise = {}) {
        const auto waiting = refused_by_enterprise(db_, most(), enterprise);
        note_cut(MatterKind::kRefusal, waiting.size());
        for (const WaitingOrder& order : waiting) {
            add_order(MatterKind::kRefusal, order, "拒绝执行指令");
        }
    }

    void cases(std::int64_t number = 0) {
        const auto waiting = cases_without_check(db_, most(), number);
        note_cut(MatterKind::kCase, waiting.size());
        for (const WaitingCase& one : waiting) {
            FoundMatter matter;
            matter.region = one.region;
            matter.since = one.opened_at;
            matter.awaits = {std::string(to_text(Role::kInspector))};
            matter.text = fmt::format("企业{}线索{}尚未派员核查", one.enterprise, one.number);
            add(MatterKind::kCase, std::to_string(one.number), 1, std::move(matter));
        }
    }

    // A prompt that a county has not followed is a matter of its own; that it cannot is another.
    void tasks(std::int64_t number = 0) {
        const auto wait = plans::first_step_after(view_.ladders->at(MatterKind::kTask));
        const auto waiting = tasks_waiting(db_, view_.now - wait, most(), number);
        note_cut(MatterKind::kTask, waiting.size());
        for (const TaskRow& task : waiting) {
            const bool is_prompt = task.about == plans::to_text(plans::TaskSubject::kPrompt);
            if (is_prompt && task.state != plans::TaskState::kDifficulty) continue;
            const std::string state(plans::to_text(task.state));
            FoundMatter matter;
            matter.region = task.region == view_.pack->region_code ? "" : task.region;
            matter.exercise = task.exercise;
            matter.since = task.due_at;
            matter.deadline = task.deadline;
            matter.awaits = {std::string(to_text(Role::kDutyOfficer))};
            matter.text = fmt::format("{}任务{}（第{}版）{}", task.name, task.number, task.revision,
                                      waiting_words(task.state));
            found_.all[{MatterKind::kTask, std::to_string(task.number),
                        std::to_string(task.revision) + " " + state}] = std::move(matter);
        }
        if (const auto next = next_task_waiting(db_, view_.now - wait)) look_at(*next + wait);
    }

    void outages() {
        if (!view_.is_broker_up) {
            FoundMatter matter;
            matter.awaits = {std::string(to_text(Role::kAdmin))};
            matter.text = "消息服务器连接中断";
            add(MatterKind::kOutage, kBroker, 1, std::move(matter));
        }
        if (const auto issued = newest_forecast(db_)) {
            stopped(kForecast, *issued, view_.forecast_stale, "空气质量预报中断");
        }
        if (const auto hour = newest_observation(db_, view_.pack->region_code)) {
            stopped(kObservation, *hour + std::chrono::hours{1},
                    view_.pack->timing.observation_fresh, "空气质量监测数据中断");
        }
    }

    // A roster that was never handed in has no gaps: who holds a role is asked.
    void gaps() {
        if (view_.roster->is_empty()) return;
        // Far enough back to know when one began, so that its name does not move with the clock.
        const rules::Span span{view_.now - std::chrono::days{31}, view_.now + view_.gap_span};
        for (const plans::RosterGap& gap : plans::gaps_of(*view_.roster, span)) {
            if (gap.span.to > view_.now) add_gap(gap, span);
        }
        look_at(view_.now + std::chrono::hours{1});
    }

    [[nodiscard]] FoundMatters found() && { return std::move(found_); }

 private:
    [[nodiscard]] std::size_t most() const { return view_.matters_most; }
    void note_cut(MatterKind kind, std::size_t count) {
        if (count >= most()) found_.cut.insert(kind);
    }
    void look_at(Instant when) {
        if (!found_.look_at || when < *found_.look_at) found_.look_at = when;
    }
    void add(MatterKind kind, const std::string& subject, std::int64_t revision,
             FoundMatter matter) {
        found_.all[{kind, subject, std::to_string(revision)}] = std::move(matter);
    }
    void add_order(MatterKind kind, const WaitingOrder& order, const char* what) {
        FoundMatter matter;
        matter.region = order.region;
        matter.exercise = order.exercise;
        matter.since = order.since;
        matter.awaits = {std::string(to_text(Role::kDutyOfficer))};
        matter.text = fmt::format("企业{}{}（第{}版）", enterprise_of(order.enterprise), what,
                                  order.revision);
        add(kind, order.enterprise, order.revision, std::move(matter));
    }
    void add_gap(const plans::RosterGap& gap, const rules::Span& span) {
        const rules::Zone zone = view_.pack->zone;
        std::string revision = "always";
        const auto role = parse_role(gap.role);
        std::string text = (role ? std::string(to_chinese(*role)) : gap.role) + "无人值班";
        if (gap.span.from > span.from) {
            revision = "from " + rules::to_iso(gap.span.from, zone);
            text += "，自" + rules::to_chinese(gap.span.from, zone);
        } else if (gap.span.to < span.to) {
            revision = "to " + rules::to_iso(gap.span.to, zone);
        }
        if (gap.span.to < span.to) text += "，至" + rules::to_chinese(gap.span.to, zone);
        FoundMatter matter;
        matter.deadline = gap.span.from;
        matter.awaits = {std::string(to_text(Role::kAdmin))};
        matter.text = std::move(text);
        found_.all[{MatterKind::kRosterGap, gap.role, revision}] = std::move(matter);
    }
    void stopped(const char* what, Instant last, std::chrono::hours fresh, const char* text) {
        const Instant stale_at = last + fresh;
        if (view_.now <= stale_at) return look_at(stale_at + std::chrono::seconds{1});
        FoundMatter matter;
        matter.since = stale_at;
        matter.awaits = {std::string(to_text(Role::kDutyOfficer))};
        matter.text =
            fmt::format("{}，最近一次为{}", text, rules::to_chinese(last, view_.pack->zone));
        found_.all[{MatterKind::kOutage, what, rules::to_iso(last, rules::kBeijingTime)}] =
            std::move(matter);
    }

    Session& db_;
    const DutyView& view_;
    FoundMatters found_;
};

// Asks only what one matter needs.
void find_one(Finder& finder, const MatterKey& key) {
    switch (key.kind) {
        case MatterKind::kConsultation:
        case MatterKind::kSignature:
            finder.proposals(false);
            return finder.proposals(true);
        case MatterKind::kPrompt:
            return finder.prompts();
        case MatterKind::kOrder:
            return finder.orders(key.subject);
        case MatterKind::kRefusal:
            return finder.refusals(key.subject);
        case MatterKind::kCase:
            return finder.cases(rules::parse_whole(key.subject, 1, rules::kWholeMost).value_or(-1));
        case MatterKind::kTask:
            return finder.tasks(rules::parse_whole(key.subject, 1, rules::kWholeMost).value_or(-1));
        case MatterKind::kOutage:
            return finder.outages();
        case MatterKind::kRosterGap:
            return finder.gaps();
    }
}

}  // namespace

std::vector<plans::DutyPerson> duty_people(const Context& context) {
    std::vector<plans::DutyPerson> people;
    for (const Person& person : context.config->people) {
        if (admission_of(person, context.clock.now()) != Admission::kGood) continue;
        plans::DutyPerson one{person.id, person.name, person.positions, person.region};
        for (const Role role : person.roles) one.roles.insert(std::string(to_text(role)));
        const DeskPerson desk = desk_person(person, "", *context.pack);
        one.roles.insert(desk.actor.roles.begin(), desk.actor.roles.end());
        people.push_back(std::move(one));
    }
    return people;
}

DutyView duty_view(const Context& context, std::shared_ptr<const plans::Roster> roster) {
    const Config& config = *context.config;
    DutyView view;
    view.now = agreed_now(context);
    view.pack = context.pack;
    view.ladders = config.duty.ladders
                       ? config.duty.ladders
                       : std::make_shared<const plans::Ladders>(plans::shipped_ladders());
    view.roster = roster ? std::move(roster) : std::make_shared<const plans::Roster>();
    view.people = duty_people(context);
    view.is_broker_up = context.health.is_broker_up;
    view.forecast_stale = config.forecast_stale.value_or(view.pack->timing.forecast_stale_after);
    view.gap_span = std::chrono::hours{24} * config.duty.gap_days;
    view.matters_most = static_cast<std::size_t>(config.duty.matters_most);
    view.hooks = config.duty.hooks;
    view.addressees = context.addressees;
    return view;
}

FoundMatters find_matters(Session& db, const DutyView& view) {
    Finder finder(db, view);
    finder.proposals(false);
    finder.proposals(true);
    finder.prompts();
    finder.orders();
    finder.refusals();
    finder.cases();
    finder.tasks();
    finder.outages();
    finder.gaps();
    return std::move(finder).found();
}

std::optional<FoundMatter> find_matter(Session& db, const DutyView& view, const MatterKey& key) {
    Finder finder(db, view);
    find_one(finder, key);
    FoundMatters found = std::move(finder).found();
    const auto one = found.all.find(key);
    if (one == found.all.end()) return std::nullopt;
    return std::move(one->second);
}

}  // namespace qk::daemon
