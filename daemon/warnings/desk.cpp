#include "daemon/warnings/desk.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/base/canary.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/public_address.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/warnings/air_now.hpp"
#include "daemon/warnings/effects.hpp"
#include "daemon/warnings/notice_draft.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "daemon/warnings/order_on_record.hpp"
#include "daemon/warnings/prompt_rows.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::ChangeKind;
using rules::Instant;

// The change that an event is about: the pending one, the applied one, or the closed one.
const rules::Change* change_of(const rules::Step& step) {
    if (step.applied) return &*step.applied;
    if (step.closed) return &*step.closed;
    return step.next.pending ? &*step.next.pending : nullptr;
}

std::string role_used(const DeskPerson& person, const rules::Change* change,
                      const rules::EventKind& kind) {
    if (person.actor.person == rules::kSystem) return std::string(rules::kSystem);
    if (change != nullptr && std::holds_alternative<rules::Sign>(kind)) {
        for (const rules::Signature& signature : change->signatures) {
            if (signature.person == person.actor.person) return signature.role;
        }
    }
    if (change != nullptr && std::holds_alternative<rules::Propose>(kind)) {
        return change->approval.proposer;
    }
    return person.actor.roles.empty() ? std::string() : person.actor.roles.front();
}

// The name under which the feed and the audit log tell of it: "warning.issued", "warning.signed",
// ...
std::string told_as(const rules::Step& step, const rules::EventKind& kind) {
    if (step.applied) {
        constexpr std::array<std::string_view, rules::kChangeKindCount> kApplied{
            "issued", "raised", "lowered", "extended", "merged", "suspended", "resumed", "lifted"};
        return "warning." + std::string(kApplied[static_cast<std::size_t>(step.applied->kind)]);
    }
    constexpr std::array<std::string_view, std::variant_size_v<rules::EventKind>> kTold{
        "proposed", "consulted", "signed",    "rejected", "withdrawn",
        "lapsed",   "in_force",  "evaluated", "archived"};
    return "warning." + std::string(kTold[kind.index()]);
}

// The change that the event is about, as it would stand after it.
std::optional<rules::Change> change_meant(const rules::Warning& warning,
                                          const rules::EventKind& kind) {
    if (const auto* propose = std::get_if<rules::Propose>(&kind)) return propose->change;
    std::optional<rules::Change> change = warning.pending;
    const auto* consult = std::get_if<rules::Consult>(&kind);
    if (change && consult != nullptr && consult->amendment) {
        change->colour = consult->amendment->colour;
        change->from = consult->amendment->from;
    }
    return change;
}

std::optional<Outcome> outcome_of(const rules::Step& step, const rules::EventKind& kind) {
    if (step.applied) return Outcome::kApplied;
    if (!step.closed) return std::nullopt;
    if (std::holds_alternative<rules::Reject>(kind)) return Outcome::kRejected;
    if (std::holds_alternative<rules::Lapse>(kind)) return Outcome::kLapsed;
    return Outcome::kWithdrawn;
}

StoryEntry story_entry(const rules::Step& step, const DeskPerson& person, const DeskEvent& event,
                       Instant now) {
    StoryEntry entry;
    entry.warning = step.next.id;
    entry.at = now;
    entry.event = std::string(rules::name_of(event.kind));
    if (const rules::Change* change = change_of(step)) {
        entry.change = change->number;
        entry.kind = change->kind;
        entry.colour = change->colour;
    }
    entry.person = person.actor.person;
    entry.role = role_used(person, change_of(step), event.kind);
    entry.why = event.why;
    if (const rules::Change* change = change_of(step)) entry.why = why_for(event.why, *change);
    entry.generation = step.next.generation;
    entry.checked = event.checked;
    entry.detail = event.detail.is_null() ? json::value(json::object{}) : event.detail;
    entry.effects = step.effects;
    return entry;
}

void tell(Session& db, const StoredWarning& warning, const StoryEntry& entry,
          const std::string& name, const DeskPerson& person, rules::Zone zone) {
    const rules::Warning& state = warning.state;
    json::object data{{"warning", state.id},
                      {"exercise", state.exercise},
                      {"standing", json::string(rules::to_text(state.standing))},
                      {"generation", state.generation},
                      {"kind", word_or_empty(entry.kind)},
                      {"colour", word_or_empty(entry.colour)},
                      {"person", entry.person},
                      {"reason", entry.why.reason}};
    append_event(db, entry.at, name, data);
    data["role"] = entry.role;
    data["clause"] = entry.why.clause;
    data["inputs"] = entry.checked ? entry.checked->inputs : std::string();
    data["at"] = rules::to_iso(entry.at, zone);
    append_audit(db, {entry.at, entry.person, person.remote, name, state.id, data});
}

// Whether the notice that the last signature sends out is whole. Asked at every signature, so that
// nobody signs for a text that cannot go out.
std::optional<rules::Refused> unfilled_notice(Session& db, const DeskView& view,
                                              const rules::Warning& warning,
                                              const rules::LifeEvent& event) {
    rules::Warning last = warning;
    last.pending->approval.persons = static_cast<int>(last.pending->signatures.size()) + 1;
    const rules::StepAnswer answer = rules::step(last, event, colour_floors_now(db, view.now));
    const auto* step = std::get_if<rules::Step>(&answer);
    if (step == nullptr) return std::nullopt;
    const rules::Why why = public_why(event.why, *warning.pending);
    for (const rules::Effect& effect : step->effects) {
        const auto* notice = std::get_if<rules::PublishNotice>(&effect);
        if (notice == nullptr) continue;
        const NoticeOrder order{*view.pack, step->next, *notice,         why,
                                "",         view.now,   view.public_url, view.hooks};
        const auto unfilled = draft_notice(db, order).text.unfilled;
        if (unfilled.empty()) continue;
        return rules::Refused{rules::Refusal::kUnfilled, plans::to_sentence(unfilled), {}};
    }
    return std::nullopt;
}

}  // namespace

DeskView desk_view(const Context& context) {
    DeskView view{context.clock.now(),
                  context.pack,
                  context.inventories.current(),
                  context.signing_key,
                  public_address(*context.config),
                  context.config->hooks,
                  context.inventories.season(),
                  context.catalogue};
    view.grade_names = context.inventories.grade_names();
    view.addressees = context.addressees;
    return view;
}

DeskPerson system_person() { return {{std::string(rules::kSystem), {}}, ""}; }

DeskPerson desk_person(const Person& person, const std::string& remote,
                       const plans::RegionPack& pack) {
    DeskPerson desk{{person.id, {}}, remote, person.region};
    const auto add = [&desk](const std::string& role) {
        auto& roles = desk.actor.roles;
        if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
    };
    for (const std::string& position : person.positions) add(position);
    if (!person.positions.empty()) return desk;
    for (const plans::ApprovalRule& rule : pack.approval.rules) {
        if (person.roles.contains(Role::kDutyOfficer)) add(rule.proposer);
        if (!person.roles.contains(Role::kApprover)) continue;
        for (const std::string& role : rule.approvers) add(role);
    }
    return desk;
}

std::optional<rules::Approval> approval_of(const plans::RegionPack& pack, ChangeKind kind,
                                           rules::Colour colour) {
    const auto rule = plans::approval_for(pack, rules::decision_of(kind), colour);
    if (!rule) return std::nullopt;
    return rules::Approval{rule->proposer, rule->approvers, rule->persons, rule->consultation,
                           pack.approval.four_eyes};
}

DeskAnswer take_event(Session& db, const DeskView& view, StoredWarning warning,
                      const DeskPerson& person, DeskEvent event) {
    rules::LifeEvent life{event.kind,      person.actor,
                          event.why,       view.now,
                          view.pack->zone, event.generation.value_or(warning.state.generation)};
    if (event.checked) life.why.data = event.checked->inputs;
    if (const auto change = change_meant(warning.state, event.kind)) {
        life.order = order_on_record(db, *change, *view.pack, view.now);
    }
    const rules::StepAnswer answer =
        rules::step(warning.state, life, colour_floors_now(db, view.now));
    if (const auto* refused = std::get_if<rules::Refused>(&answer)) return *refused;
    const auto& step = std::get<rules::Step>(answer);
    if (std::holds_alternative<rules::Sign>(event.kind)) {
        if (auto refused = unfilled_notice(db, view, warning.state, life)) return *refused;
    }
    const rules::Zone zone = view.pack->zone;
    warning.state = step.next;
    warning.updated_at = view.now;
    save_warning(db, warning);
    if (event.checked && !planted(Canary::kInputsNotKept)) {
        store_inputs(db, *event.checked, view.now);
    }
    if (std::holds_alternative<rules::Propose>(event.kind)) {
        open_change(db, warning.state.id, *step.next.pending, event.proposal);
    }
    if (const auto outcome = outcome_of(step, event.kind)) {
        close_change(db, warning.state.id, change_of(step)->number, *outcome, person.actor.person,
                     view.now);
    }
    const StoryEntry entry = story_entry(step, person, event, view.now);
    append_story(db, entry);
    const rules::Change* changed = change_of(step);
    write_effects(db, view, warning, step.effects,
                  changed == nullptr ? entry.why : public_why(event.why, *changed));
    save_warning(db, warning);  // with the plan's generation
    tell(db, warning, entry, told_as(step, event.kind), person, zone);
    return DeskDone{std::move(warning), step.effects};
}

}  // namespace qk::daemon
