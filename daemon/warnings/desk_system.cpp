#include <algorithm>

#include "daemon/base/canary.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/air_now.hpp"
#include "daemon/warnings/cause_rows.hpp"
#include "daemon/warnings/desk.hpp"
#include "daemon/warnings/prompt_rows.hpp"
#include "plans/decision/decision_json.hpp"
#include "plans/decision/situation.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::ChangeKind;
using rules::Instant;
using rules::Novelty;
using rules::WarningStanding;

std::optional<rules::RunningWarning> running_of(const std::optional<StoredWarning>& open,
                                                Instant now) {
    if (!open || !rules::is_running(open->state.standing)) return std::nullopt;
    const rules::Warning& state = open->state;
    const rules::Segment& last = *rules::last_segment(state);
    rules::RunningWarning running;
    running.id = state.id;
    running.colour = last.colour;
    running.mandatory = last.mandatory;
    running.from = state.segments.front().from;
    (last.from <= now ? running.since : running.takes_effect) = last.from;
    const rules::Segment* holds = rules::segment_at(state, now);
    if (holds != nullptr && running.takes_effect && holds->mandatory) {
        running.in_force = holds->colour;
    }
    running.expected_to = state.expected_to;
    if (state.segments.size() > 1 && running.since) {
        const rules::Segment& before = state.segments[state.segments.size() - 2];
        running.came_down = before.mandatory && last.mandatory && before.colour > last.colour;
    }
    return running;
}

// The last lowering, suspension or lift of a real warning, and what had been seen by then.
std::optional<rules::LastLowering> lowered_last(Session& db, const DeskView& view) {
    auto lowered = last_lowering(db, view.now - kLookBack);
    if (!lowered) return std::nullopt;
    const auto air = observed_then(db, *view.pack, lowered->at);
    if (air) lowered->aqi = air->aqi;
    return lowered;
}

rules::Change change_from(const rules::Proposal& proposal, rules::Approval approval,
                          const DeskView& view) {
    rules::Change change;
    change.kind = proposal.kind;
    change.colour = proposal.colour;
    change.mandatory = proposal.mandatory;
    for (const rules::EpisodeCause cause : proposal.causes) {
        if (!change.cause.empty()) change.cause += "、";
        change.cause += rules::to_chinese(cause);
    }
    change.from = proposal.from;
    change.expected_to = proposal.expected_to;
    change.lapses_at = view.now + view.pack->timing.proposal_lives;
    change.approval = std::move(approval);
    return change;
}

std::string reasons_of(const rules::Proposal& proposal) {
    std::string text;
    for (const rules::ProposalReason& reason : proposal.reasons) {
        if (!text.empty()) text += "；";
        text += reason.text;
    }
    return text;
}

std::string clause_of(const rules::Proposal& proposal, const plans::DecisionInputs& inputs) {
    if (proposal.kind == ChangeKind::kLift || proposal.kind == ChangeKind::kLower) {
        return "优于预警条件且预报将持续" + std::to_string(inputs.rules.lift.outlook.count()) +
               "小时以上";
    }
    if (!proposal.clause || *proposal.clause >= inputs.standard.clauses.size()) return {};
    const rules::Clause& clause = inputs.standard.clauses[*proposal.clause];
    return inputs.standard.name + "：" + clause.text;
}

// Proposes in the system's name. A refusal of the machine (for example a floor) leaves things as
// they are.
bool make_proposal(Session& db, const DeskView& view, const plans::DecisionInputs& inputs,
                   AssessOutcome& outcome, std::optional<StoredWarning> open) {
    const rules::Proposal& proposal = *outcome.assessment.proposal;
    const bool is_running = open && rules::is_running(open->state.standing);
    const rules::Colour signs =
        rules::colour_to_sign(is_running ? open->state : rules::Warning{}, proposal.kind,
                              proposal.colour, proposal.from, view.now);
    auto approval = approval_of(*view.pack, proposal.kind, signs);
    if (!approval) {
        outcome.assessment.missing.emplace_back("规则包未指定谁可签批，不能提出建议");
        return false;
    }
    if (!is_running) {
        open = new_warning(db, view.pack->region_code, false, view.now, view.pack->zone);
    }
    const json::value found = plans::to_json(outcome.assessment, inputs.standard, inputs.zone);
    DeskEvent event;
    event.kind = rules::Propose{change_from(proposal, std::move(*approval), view)};
    event.why.reason = reasons_of(proposal);
    event.why.clause = clause_of(proposal, inputs);
    event.checked = checked_on(inputs, plans::AssessCheck{}, found);
    event.detail = found;
    event.proposal = plans::to_text(plans::to_json(proposal, view.pack->zone));
    const DeskAnswer answer =
        take_event(db, view, std::move(*open), system_person(), std::move(event));
    if (const auto* refused = std::get_if<rules::Refused>(&answer)) {
        outcome.assessment.missing.push_back(refused->what);
        return false;
    }
    outcome.warning = std::get<DeskDone>(answer).warning.state.id;
    return true;
}

void withdraw_pending(Session& db, const DeskView& view, const StoredWarning& open,
                      std::string reason) {
    DeskEvent event;
    event.kind = rules::Withdraw{};
    event.why.reason = std::move(reason);
    (void)take_event(db, view, open, system_person(), std::move(event));
}

}  // namespace

plans::DecisionInputs gather_inputs(Session& db, const DeskView& view) {
    plans::DecisionInputs inputs{.zone = view.pack->zone};
    inputs.now = view.now;
    inputs.standard = view.pack->trigger.standard;
    inputs.rules = plans::proposal_rules_of(*view.pack);
    AirNow air = read_air(db, *view.pack, view.now, inputs.rules.lift.confirmations);
    inputs.series = std::move(air.series);
    inputs.observed = air.observed;
    inputs.unreadable = std::move(air.unreadable);
    const auto open = open_warning(db, false);
    inputs.running = running_of(open, view.now);
    inputs.lowered = lowered_last(db, view);
    inputs.corrections = corrections_since(db, view.now - kLookBack);
    inputs.causes = causes_now(db, rules::day_of(view.now - kLookBack, view.pack->zone));
    inputs.floors = colour_floors_now(db, view.now);
    inputs.prompts = prompts_now(db, view.now);
    return inputs;
}

bool run_due_events(Session& db, const DeskView& view) {
    const std::vector<std::string> due = due_warnings(db, view.now);
    if (planted(Canary::kDueForgotten)) return false;
    for (const std::string& id : due) {
        auto warning = load_warning(db, id);
        if (warning->state.pending && warning->state.pending->lapses_at <= view.now) {
            DeskEvent lapse;
            lapse.kind = rules::Lapse{};
            lapse.why.reason = "超过有效期未签发";
            auto answer = take_event(db, view, *warning, system_person(), std::move(lapse));
            if (auto* done = std::get_if<DeskDone>(&answer)) warning = done->warning;
        }
        DeskEvent effect;
        effect.kind = rules::TakeEffect{};
        effect.why.reason = "到达生效时间";
        const auto answer = take_event(db, view, *warning, system_person(), std::move(effect));
        if (std::holds_alternative<rules::Refused>(answer)) {
            // A stretch began that changes nothing but the colour: only the alarm is wound again.
            warning->updated_at = view.now;
            save_warning(db, *warning);
        }
    }
    return !due.empty();
}

AssessOutcome assess_and_propose(Session& db, const DeskView& view) {
    AssessOutcome outcome;
    const plans::DecisionInputs inputs = gather_inputs(db, view);
    outcome.assessment = rules::assess(plans::situation_of(inputs));
    const auto open = open_warning(db, false);
    std::optional<rules::Proposal> pending;
    if (open && open->state.pending) {
        // What people proposed, or have consulted on, is not the system's to take back.
        if (open->state.pending->proposer != rules::kSystem ||
            open->state.pending->stage != rules::Stage::kProposed) {
            return outcome;
        }
        const auto text = proposal_of_change(db, open->state.id, open->state.pending->number);
        if (text) {
            auto value = plans::parse_json(*text, "proposal");
            auto proposal = plans::proposal_from_json(*value, "proposal", view.pack->zone);
            if (proposal) pending = std::move(*proposal);
        }
    }
    const auto rejected = rejected_since(db, view.now - inputs.rules.repeat_after, view.pack->zone);
    outcome.novelty = rules::compare(outcome.assessment, pending, rejected, view.now, inputs.rules);
    switch (outcome.novelty) {
        case Novelty::kKeep:
            break;
        case Novelty::kMake:
            if (!make_proposal(db, view, inputs, outcome, open)) outcome.novelty = Novelty::kKeep;
            break;
        case Novelty::kSupersede:
            withdraw_pending(db, view, *open, "预报变化，由新的建议替代");
            make_proposal(db, view, inputs, outcome, open_warning(db, false));
            break;
        case Novelty::kWithdraw:
            withdraw_pending(db, view, *open, "不再需要：" + outcome.assessment.reason);
            outcome.warning = open->state.id;
            break;
    }
    return outcome;
}

}  // namespace qk::daemon
