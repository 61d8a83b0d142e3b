#include "daemon/roster/duty_desk.hpp"

#include <algorithm>

#include "daemon/access/region_scope.hpp"
#include "daemon/roster/duty_pass.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::Instant;

std::string name_of(const DutyView& view, const std::string& person) {
    const auto found = std::ranges::find(view.people, person, &plans::DutyPerson::id);
    return found == view.people.end() ? person : found->name;
}

const char* word_of(DutyAct::Kind kind) {
    switch (kind) {
        case DutyAct::Kind::kAcknowledge:
            return "acknowledge";
        case DutyAct::Kind::kSnooze:
            return "snooze";
        case DutyAct::Kind::kEscalate:
            return "escalate";
    }
    return "";
}

rules::Result<void> may_take(const DutyView& view, const plans::MatterState& state,
                             const plans::Ladder& ladder, const plans::MatterHistory& history,
                             const std::string& person, const DutyAct& act) {
    switch (act.kind) {
        case DutyAct::Kind::kAcknowledge:
            return plans::may_acknowledge(state, history, person);
        case DutyAct::Kind::kSnooze:
            return plans::may_snooze(state, ladder, history, act.until.value_or(Instant{}),
                                     view.now, view.pack->zone);
        case DutyAct::Kind::kEscalate:
            return plans::may_choose(state, ladder, history, act.step);
    }
    return {};
}

json::array ladder_view(const plans::Ladder& ladder) {
    json::array steps;
    for (const plans::LadderStep& step : ladder.steps) {
        steps.emplace_back(json::object{{"step", steps.size() + 1},
                                        {"action", plans::word(to_text(step.action))},
                                        {"action_zh", plans::word(to_chinese(step.action))},
                                        {"minutes", step.minutes.count()},
                                        {"before_deadline", step.is_before_deadline},
                                        {"ask", plans::texts(step.ask)}});
    }
    return steps;
}

}  // namespace

DutyActAnswer take_duty_act(Session& db, const DutyView& view, const DutyActor& actor,
                            std::int64_t number, const DutyAct& act) {
    using Outcome = DutyActAnswer::Outcome;
    auto row = load_matter(db, number);
    if (!row) return {Outcome::kNoSuchMatter};
    const std::string& place = row->region.empty() ? view.pack->region_code : row->region;
    if (!covers(actor.region, place)) return {Outcome::kOfAnotherRegion};
    const plans::Ladder& ladder = view.ladders->at(row->key.kind);
    const auto found = row->closed_at ? std::nullopt : find_matter(db, view, row->key);
    plans::MatterState state = state_of(*row, found.value_or(FoundMatter{}));
    state.is_open = found.has_value();
    const plans::MatterHistory history = history_of(db, number);
    const auto may = may_take(view, state, ladder, history, actor.person, act);
    if (!may) return {Outcome::kRefused, may.error()};
    ActRow stored{number, view.now, actor.person, word_of(act.kind), {}, {}, act.note};
    json::object data{{"matter", number},       {"kind", plans::word(to_text(row->key.kind))},
                      {"region", row->region},  {"act", stored.act},
                      {"person", actor.person}, {"note", act.note}};
    if (act.kind == DutyAct::Kind::kSnooze) {
        stored.until = act.until;
        data["until"] = plans::iso(act.until, view.pack->zone);
    }
    if (act.kind == DutyAct::Kind::kEscalate) {
        stored.step = static_cast<std::int64_t>(act.step);
        data["step"] = act.step + 1;
    }
    store_act(db, stored);
    set_look_at(db, number, view.now);
    append_event(db, view.now, "duty.act", data);
    append_audit(db, {view.now, actor.person, actor.remote, std::string("duty.") + stored.act,
                      std::to_string(number), data});
    row->look_at = view.now;
    return {Outcome::kDone, {}, matter_view(db, view, *row)};
}

json::object matter_head(const MatterRow& row, rules::Zone zone) {
    return {{"number", row.number},
            {"kind", plans::word(to_text(row.key.kind))},
            {"kind_zh", plans::word(to_chinese(row.key.kind))},
            {"subject", row.key.subject},
            {"revision", row.key.revision},
            {"region", row.region},
            {"exercise", row.exercise},
            {"text", row.text},
            {"opened_at", plans::iso(row.opened_at, zone)},
            {"deadline", plans::iso(row.deadline, zone)},
            {"look_at", plans::iso(row.look_at, zone)},
            {"closed_at", plans::iso(row.closed_at, zone)}};
}

json::object matter_view(Session& db, const DutyView& view, const MatterRow& row) {
    const rules::Zone zone = view.pack->zone;
    json::object object = matter_head(row, zone);
    json::array steps;
    for (const StepRow& step : steps_of(db, row.number)) {
        steps.emplace_back(json::object{{"step", step.step + 1},
                                        {"action", step.action},
                                        {"at", plans::iso(step.at, zone)},
                                        {"asked", plans::texts(step.asked)}});
    }
    json::array acts;
    json::value owner = nullptr;
    for (const ActRow& act : acts_of(db, row.number)) {
        json::object one{{"act", act.act},       {"at", plans::iso(act.at, zone)},
                         {"person", act.person}, {"until", plans::iso(act.until, zone)},
                         {"step", nullptr},      {"note", act.note}};
        if (act.step) one["step"] = *act.step + 1;
        if (act.act == "acknowledge") owner = json::string(act.person);
        acts.emplace_back(std::move(one));
    }
    object["owner"] = std::move(owner);
    object["steps"] = std::move(steps);
    object["acts"] = std::move(acts);
    object["ladder"] = ladder_view(view.ladders->at(row.key.kind));
    return object;
}

json::array on_duty_view(const DutyView& view, Instant at) {
    json::array items;
    for (const plans::OnDuty& one : plans::on_duty_at(*view.roster, at)) {
        items.emplace_back(
            json::object{{"role", one.role},
                         {"person", one.person},
                         {"name", name_of(view, one.person)},
                         {"phone", one.phone},
                         {"deputy", one.deputy},
                         {"deputy_name", one.deputy.empty() ? "" : name_of(view, one.deputy)},
                         {"deputy_phone", one.deputy_phone},
                         {"stands_in", one.stands_in},
                         {"until", plans::iso(one.until, view.pack->zone)}});
    }
    return items;
}

json::array gaps_view(const DutyView& view) {
    json::array items;
    if (view.roster->is_empty()) return items;
    for (const plans::RosterGap& gap :
         plans::gaps_of(*view.roster, {view.now, view.now + view.gap_span})) {
        items.emplace_back(json::object{{"role", gap.role},
                                        {"from", plans::iso(gap.span.from, view.pack->zone)},
                                        {"to", plans::iso(gap.span.to, view.pack->zone)}});
    }
    return items;
}

}  // namespace qk::daemon
