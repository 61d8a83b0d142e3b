#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "daemon/store/audit.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/cause_rows.hpp"
#include "daemon/warnings/causes.hpp"
#include "daemon/warnings/consultation_rows.hpp"
#include "daemon/warnings/desk.hpp"
#include "daemon/warnings/exercise_rows.hpp"
#include "daemon/warnings/order_on_record.hpp"
#include "plans/decision/decision_check.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::ChangeKind;
using rules::Refusal;
using rules::Refused;

// The 36-hour rule binds our own lifts and lowerings, not those ordered from above, and no
// exercise.
plans::DecisionCheck check_for(Session& db, const DeskView& view, const rules::Warning& warning,
                               const rules::Change& change) {
    if (warning.exercise) return plans::AssessCheck{};
    const auto order = order_on_record(db, change, *view.pack, view.now);
    if (order && order->binds) return plans::AssessCheck{};
    if (change.kind == ChangeKind::kLift) return plans::LiftCheck{};
    if (change.kind == ChangeKind::kLower) return plans::LowerCheck{change.colour};
    return plans::AssessCheck{};
}

struct CheckAnswer {
    Checked checked;
    json::value found;
    std::optional<Refused> refused;
};

CheckAnswer check_now(const plans::DecisionInputs& inputs, const plans::DecisionCheck& check) {
    const plans::CheckFinding finding = plans::run_check(inputs, check);
    CheckAnswer answer;
    answer.found = plans::to_json(finding, inputs);
    answer.checked = checked_on(inputs, check, answer.found);
    if (const rules::ClearanceAnswer* found = plans::forbidding(finding)) {
        answer.refused =
            Refused{Refusal::kNotClear, found->reason,
                    "解除或降级须优于预警条件且预报将持续" +
                        std::to_string(inputs.rules.lift.outlook.count()) + "小时以上"};
    }
    return answer;
}

// Says also why the order that the change refers to does not help.
Refused not_clear(Refused refused, Session& db, const DeskView& view, const rules::Change& change) {
    const auto order = order_on_record(db, change, *view.pack, view.now);
    if (order) refused.what += "；" + order->why;
    return refused;
}

Refused nobody_named(const plans::RegionPack& pack, ChangeKind kind, rules::Colour colour) {
    return {Refusal::kRoleMayNotPropose,
            "规则包" + pack.id + "未指定" + std::string(rules::to_chinese(kind)) +
                std::string(rules::to_chinese(colour)) + "由谁签批",
            {}};
}

std::optional<Refused> may_not_start(Session& db, bool exercise) {
    const auto real = open_warning(db, false);
    if (real) {
        return Refused{Refusal::kChangePending,
                       "预警" + real->state.id + "（" +
                           std::string(rules::to_chinese(real->state.standing)) +
                           "）正在处理，请在其上变更",
                       {}};
    }
    const auto open_exercise = open_warning(db, true);
    if (exercise && open_exercise) {
        return Refused{Refusal::kChangePending, "演练" + open_exercise->state.id + "尚未结束", {}};
    }
    return std::nullopt;
}

// Nobody is named who is neither an enterprise, nor an addressee, nor a county of them: an
// exercise of a misspelt name would reach nobody.
std::optional<Refused> who_cannot_take_part(const DeskView& view,
                                            const std::vector<std::string>& participants) {
    if (participants.empty()) return std::nullopt;
    std::set<std::string, std::less<>> known;
    for (const plans::Enterprise& one : view.inventory->enterprises) {
        known.emplace(std::string_view(one.id));
        known.emplace(std::string_view(one.region));
    }
    if (view.addressees) {
        for (const plans::Addressee& one :
             plans::all_addressees(*view.addressees, *view.inventory)) {
            known.insert(one.id);
            known.insert(one.region);
        }
    }
    for (const std::string& participant : participants) {
        if (known.contains(participant)) continue;
        return Refused{
            Refusal::kNobody,
            "演练参加单位'" + participant + "'不是清单中的企业、责任对象编号或其所在县区代码",
            {}};
    }
    return std::nullopt;
}

// What people stated about the days of a change that is advice: what it is about, Chinese.
std::string stated_about(const plans::DecisionInputs& inputs, const rules::Change& change) {
    if (change.mandatory && change.kind != ChangeKind::kSuspend) return {};
    const rules::CivilDay first = rules::day_of(change.from, inputs.zone);
    const rules::CivilDay last =
        rules::day_of(change.expected_to.value_or(change.from), inputs.zone);
    std::vector<rules::EpisodeCause> causes;
    for (const plans::StatedCause& one : inputs.causes) {
        const bool is_about = one.from <= last && one.to >= first && rules::is_advisory(one.cause);
        if (is_about && std::ranges::count(causes, one.cause) == 0) causes.push_back(one.cause);
    }
    std::string text;
    for (const rules::EpisodeCause cause : causes) {
        if (!text.empty()) text += "、";
        text += rules::to_chinese(cause);
    }
    return text;
}

DeskAnswer propose(Session& db, const DeskView& view, const DeskPerson& person,
                   const StoredWarning& warning, const ChangeRequest& request,
                   rules::Colour colour) {
    const rules::Instant from = request.from.value_or(view.now);
    const rules::Colour signs =
        rules::colour_to_sign(warning.state, request.kind, colour, from, view.now);
    auto approval = approval_of(*view.pack, request.kind, signs);
    if (!approval) return nobody_named(*view.pack, request.kind, signs);
    rules::Change change;
    change.kind = request.kind;
    change.colour = colour;
    change.mandatory = request.mandatory.value_or(true);
    change.from = from;
    change.expected_to = request.expected_to;
    change.lapses_at = request.lapses_at.value_or(view.now + view.pack->timing.proposal_lives);
    change.ordered_by = request.ordered_by;
    change.approval = std::move(*approval);
    const plans::DecisionInputs inputs = gather_inputs(db, view);
    change.cause = stated_about(inputs, change);
    CheckAnswer checked = check_now(inputs, check_for(db, view, warning.state, change));
    if (checked.refused) return not_clear(*checked.refused, db, view, change);
    DeskEvent event;
    event.kind = rules::Propose{std::move(change)};
    event.why = request.why;
    event.generation = request.generation;
    event.checked = std::move(checked.checked);
    event.detail = std::move(checked.found);
    return take_event(db, view, warning, person, std::move(event));
}

void keep_consultation(Session& db, const DeskView& view, const DeskPerson& person,
                       const StoredWarning& before, const ConsultRequest& request,
                       const json::value& amendment, const json::value& effect) {
    json::array corrections;
    for (const plans::Correction& c : request.corrections) {
        corrections.emplace_back(json::object{
            {"source", c.source}, {"day", rules::to_iso(c.day)}, {"aqi", c.aqi}, {"why", c.why}});
    }
    store_consultation(
        db, {0, before.state.id, before.state.pending->number, view.now, person.actor.person,
             plans::to_text(request.participants), request.summary, plans::to_text(corrections),
             plans::to_text(amendment), plans::to_text(effect)});
    for (const plans::StatedCause& stated : request.causes) {
        state_cause(db, view, person, stated, before.state.id);
    }
    for (const CauseWithdrawal& one : request.withdrawn_causes) {
        take_back_cause(db, view, person, one);
    }
}

// What the consultation states and takes back about causes, put into what is looked at; or why not.
std::optional<Refused> take_causes(Session& db, const DeskView& view, const DeskPerson& person,
                                   const StoredWarning& warning, const ConsultRequest& request,
                                   plans::DecisionInputs& inputs) {
    if (request.causes.empty() && request.withdrawn_causes.empty()) return std::nullopt;
    if (warning.state.exercise) {
        return Refused{Refusal::kNotNow, "演练不登记成因，真实研判会用到它", {}};
    }
    if (auto refused = may_not_state(db, view, request.causes)) return refused;
    for (const CauseWithdrawal& one : request.withdrawn_causes) {
        const auto is_it = [&one](const plans::StatedCause& stated) {
            return stated.number == one.number;
        };
        // One of days long past stands, though nothing looks at it any more.
        std::erase_if(inputs.causes, is_it);
        const auto held = load_cause(db, one.number);
        const bool is_twice =
            std::ranges::count(request.withdrawn_causes, one.number, &CauseWithdrawal::number) > 1;
        if (!held || held->withdrawn_at || is_twice) {
            return Refused{Refusal::kNotNow,
                           "成因认定第" + std::to_string(one.number) + "号不存在或已撤销",
                           {}};
        }
    }
    for (plans::StatedCause stated : request.causes) {
        stated.person = person.actor.person;
        inputs.causes.push_back(std::move(stated));
    }
    return std::nullopt;
}

json::array causes_said(const ConsultRequest& request) {
    json::array said;
    for (const plans::StatedCause& one : request.causes) {
        said.emplace_back(json::object{{"from", rules::to_iso(one.from)},
                                       {"to", rules::to_iso(one.to)},
                                       {"source", one.source},
                                       {"cause", json::string(rules::to_text(one.cause))},
                                       {"why", one.why}});
    }
    for (const CauseWithdrawal& one : request.withdrawn_causes) {
        said.emplace_back(json::object{{"withdrawn", one.number}, {"why", one.why}});
    }
    return said;
}

}  // namespace

DeskAnswer propose_start(Session& db, const DeskView& view, const DeskPerson& person,
                         const ChangeRequest& request) {
    if (auto why_not = may_not_start(db, request.exercise)) return *why_not;
    if (auto why_not = who_cannot_take_part(view, request.participants)) return *why_not;
    const StoredWarning warning =
        new_warning(db, view.pack->region_code, request.exercise, view.now, view.pack->zone);
    DeskAnswer answer = propose(db, view, person, warning, request, *request.colour);
    if (const auto* done = std::get_if<DeskDone>(&answer); done && !request.participants.empty()) {
        store_participants(db, done->warning.state.id, request.participants);
        append_audit(db, {view.now, person.actor.person, person.remote, "warning.participants",
                          done->warning.state.id,
                          json::object{{"participants", plans::texts(request.participants)}}});
    }
    return answer;
}

DeskAnswer propose_change(Session& db, const DeskView& view, const DeskPerson& person,
                          const StoredWarning& warning, const ChangeRequest& request) {
    const rules::Segment* last = rules::last_segment(warning.state);
    if (last == nullptr) {
        return Refused{Refusal::kNotNow, "预警尚未发布，不能变更", {}};
    }
    const rules::Colour colour =
        rules::colour_of_change(warning.state, request.kind, request.colour.value_or(last->colour));
    return propose(db, view, person, warning, request, colour);
}

ConsultAnswer consult(Session& db, const DeskView& view, const DeskPerson& person,
                      const StoredWarning& warning, const ConsultRequest& request) {
    ConsultAnswer answer{Refused{Refusal::kNothingPending, "没有待会商的变更", {}}, nullptr};
    if (!warning.state.pending) return answer;
    const rules::Change& pending = *warning.state.pending;
    plans::DecisionInputs inputs = gather_inputs(db, view);
    const json::value before =
        plans::to_json(plans::run_check(inputs, plans::AssessCheck{}), inputs);
    inputs.corrections.insert(inputs.corrections.end(), request.corrections.begin(),
                              request.corrections.end());
    if (auto refused = take_causes(db, view, person, warning, request, inputs)) {
        answer.answer = *refused;
        return answer;
    }
    CheckAnswer checked = check_now(inputs, plans::AssessCheck{});
    answer.effect = json::object{{"before", before}, {"after", checked.found}};
    rules::Consult event_kind;
    json::value amendment = nullptr;
    if (request.amends) {
        rules::Amendment amended;
        amended.colour = rules::colour_of_change(warning.state, pending.kind,
                                                 request.colour.value_or(pending.colour));
        amended.from = request.from.value_or(pending.from);
        amended.expected_to = request.expected_to ? request.expected_to : pending.expected_to;
        const rules::Colour signs = rules::colour_to_sign(warning.state, pending.kind,
                                                          amended.colour, amended.from, view.now);
        auto approval = approval_of(*view.pack, pending.kind, signs);
        if (!approval) {
            answer.answer = nobody_named(*view.pack, pending.kind, signs);
            return answer;
        }
        amended.approval = std::move(*approval);
        amendment = json::object{{"colour", json::string(rules::to_text(amended.colour))},
                                 {"from", rules::to_iso(amended.from, view.pack->zone)}};
        if (amended.expected_to) {
            amendment.as_object()["expected_to"] =
                rules::to_iso(*amended.expected_to, view.pack->zone);
        }
        event_kind.amendment = std::move(amended);
    }
    DeskEvent event;
    event.kind = std::move(event_kind);
    event.why = request.why;
    event.generation = request.generation;
    event.checked = std::move(checked.checked);
    event.detail = json::object{{"participants", request.participants},
                                {"summary", request.summary},
                                {"amendment", amendment},
                                {"effect", answer.effect}};
    if (json::array said = causes_said(request); !said.empty()) {
        event.detail.as_object()["causes"] = std::move(said);
    }
    answer.answer = take_event(db, view, warning, person, std::move(event));
    if (std::holds_alternative<DeskDone>(answer.answer)) {
        keep_consultation(db, view, person, warning, request, amendment, answer.effect);
    }
    return answer;
}

DeskAnswer sign(Session& db, const DeskView& view, const DeskPerson& person,
                const StoredWarning& warning, const SimpleRequest& request) {
    DeskEvent event;
    event.kind = rules::Sign{};
    event.why = request.why;
    event.generation = request.generation;
    if (warning.state.pending) {
        const rules::Change& pending = *warning.state.pending;
        CheckAnswer checked =
            check_now(gather_inputs(db, view), check_for(db, view, warning.state, pending));
        // The forecast may have turned since it was proposed: it must hold when it is signed.
        if (checked.refused) return not_clear(*checked.refused, db, view, pending);
        event.checked = std::move(checked.checked);
        event.detail = std::move(checked.found);
    }
    return take_event(db, view, warning, person, std::move(event));
}

}  // namespace qk::daemon
