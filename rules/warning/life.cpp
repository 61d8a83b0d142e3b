#include "rules/warning/life.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace qk::rules {
namespace {

Refused refused(Refusal name, std::string what, std::string clause = {}) {
    return {name, std::move(what), std::move(clause)};
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

Refused not_now(const Warning& warning, const LifeEvent& event) {
    std::string state(to_text(warning.standing));
    if (warning.pending) {
        state += " with a " + std::string(to_text(warning.pending->kind)) + " " +
                 std::string(to_text(warning.pending->stage));
    }
    return refused(Refusal::kNotNow, std::string(name_of(event.kind)) +
                                         " means nothing while the warning is " + state);
}

bool holds_role(const Actor& actor, const std::string& role) {
    return std::find(actor.roles.begin(), actor.roles.end(), role) != actor.roles.end();
}

// The role in which the actor may sign; empty: none.
std::string signing_role(const Actor& actor, const Approval& approval) {
    for (const std::string& role : approval.approvers) {
        if (holds_role(actor, role)) return role;
    }
    return {};
}

bool may_be_proposed(ChangeKind kind, WarningStanding standing) {
    switch (standing) {
        case WarningStanding::kNone:
            return kind == ChangeKind::kStart;
        case WarningStanding::kIssued:
        case WarningStanding::kInForce:
            return kind != ChangeKind::kStart && kind != ChangeKind::kResume;
        case WarningStanding::kAdvisory:
            return kind != ChangeKind::kStart && kind != ChangeKind::kSuspend;
        case WarningStanding::kDraft:
        case WarningStanding::kLifted:
        case WarningStanding::kEvaluated:
        case WarningStanding::kArchived:
        case WarningStanding::kDropped:
            return false;
    }
    return false;
}

// What the warning would be from the change's effect on: its colour, or none where nothing
// mandatory would be left.
std::optional<Colour> colour_after(const Warning& warning, const Change& change) {
    switch (change.kind) {
        case ChangeKind::kLift:
        case ChangeKind::kSuspend:
            return std::nullopt;
        case ChangeKind::kStart:
            return change.mandatory ? std::optional(change.colour) : std::nullopt;
        case ChangeKind::kResume:
            return change.colour;
        case ChangeKind::kRaise:
        case ChangeKind::kLower:
        case ChangeKind::kExtend:
        case ChangeKind::kMerge:
            break;
    }
    const Segment* last = last_segment(warning);
    return last != nullptr && last->mandatory ? std::optional(change.colour) : std::nullopt;
}

// Floors that bind whatever the change refers to: an order from above frees of older ones.
std::vector<ColourFloor> binding(std::vector<ColourFloor> floors, const LifeEvent& event) {
    const bool is_ordered = event.order && event.order->binds;
    if (!is_ordered) return floors;
    std::erase_if(floors, [&event](const ColourFloor& floor) {
        return floor.recorded_at <= event.order->recorded_at;
    });
    return floors;
}

std::optional<Refused> below_floor(const Warning& warning, const Change& change,
                                   const LifeEvent& event, const std::vector<ColourFloor>& floors) {
    const bool may_sink = change.kind != ChangeKind::kRaise && change.kind != ChangeKind::kExtend &&
                          change.kind != ChangeKind::kMerge;
    if (!may_sink || warning.exercise) return std::nullopt;
    const Instant effect =
        change.kind == ChangeKind::kLift ? event.at : std::max(event.at, change.from);
    const std::vector<ColourFloor> left = binding(floors, event);
    const ColourFloor* floor = forbidding_floor(left, effect, colour_after(warning, change));
    if (floor == nullptr) return std::nullopt;
    return refused(Refusal::kBelowFloor,
                   std::string(to_text(change.kind)) + " would go below " +
                       std::string(to_text(floor->colour)) + ", which " + quoted(floor->document) +
                       " asks for from " + to_iso(floor->span.from, event.zone) + " to " +
                       to_iso(floor->span.to, event.zone),
                   floor->clause);
}

// Whether the change makes sense beside what was decided last.
std::optional<Refused> why_inconsistent(const Warning& warning, const Change& change, Zone zone) {
    if (change.expected_to && *change.expected_to <= change.from) {
        return refused(Refusal::kWrongSpan, "the expected end is not after the start");
    }
    if (change.kind == ChangeKind::kStart) return std::nullopt;
    const Segment* last = last_segment(warning);
    if (last == nullptr) return refused(Refusal::kNotNow, "nothing has been issued yet");
    const std::string now = "the warning is " + std::string(to_text(last->colour));
    switch (change.kind) {
        case ChangeKind::kRaise:
            if (change.colour <= last->colour) return refused(Refusal::kNotStricter, now);
            break;
        case ChangeKind::kLower:
            if (change.colour >= last->colour) return refused(Refusal::kNotMilder, now);
            break;
        case ChangeKind::kMerge:
            if (change.colour < last->colour) return refused(Refusal::kNotStricter, now);
            [[fallthrough]];
        case ChangeKind::kExtend:
            if (!warning.expected_to ||
                (change.expected_to && *change.expected_to <= *warning.expected_to)) {
                return refused(Refusal::kNotLater, warning.expected_to
                                                       ? "the expected end is already " +
                                                             to_iso(*warning.expected_to, zone)
                                                       : "the warning has no expected end");
            }
            break;
        case ChangeKind::kStart:
        case ChangeKind::kSuspend:
        case ChangeKind::kResume:
        case ChangeKind::kLift:
            break;
    }
    return std::nullopt;
}

WarningStanding standing_of(const Warning& warning, Instant at) {
    const Segment* segment = segment_at(warning, at);
    if (segment == nullptr) return WarningStanding::kIssued;
    return segment->mandatory ? WarningStanding::kInForce : WarningStanding::kAdvisory;
}

void put_segment(Warning& warning, Segment segment) {
    auto& all = warning.segments;
    while (!all.empty() && all.back().from >= segment.from) all.pop_back();
    if (!all.empty() && (!all.back().to || *all.back().to > segment.from)) {
        all.back().to = segment.from;
    }
    all.push_back(std::move(segment));
    // In order of time, and none reaches into the next.
    const auto before = all.size() < 2 ? nullptr : &all[all.size() - 2];
    assert(before == nullptr || (before->to && *before->to <= all.back().from));
}

// Orders follow the timeline: the stretches still owed, or a lift where none is.
Effect orders_for(const Warning& warning, Instant at) {
    DeriveOrders orders;
    for (const Segment& segment : warning.segments) {
        if (segment.mandatory && (!segment.to || *segment.to > at))
            orders.segments.push_back(segment);
    }
    if (orders.segments.empty()) return LiftOrders{at};
    return orders;
}

std::string text_kind_of(const Warning& warning, const Change& change) {
    if (warning.exercise && change.kind == ChangeKind::kStart) return "drill";
    switch (change.kind) {
        case ChangeKind::kStart:
            return change.mandatory ? "issue" : "advisory";
        case ChangeKind::kSuspend:
            return "advisory";
        case ChangeKind::kResume:
            return "issue";
        case ChangeKind::kMerge:
            return "extend";
        case ChangeKind::kRaise:
        case ChangeKind::kLower:
        case ChangeKind::kExtend:
        case ChangeKind::kLift:
            break;
    }
    return std::string(to_text(change.kind));
}

void ask(Step& answer) {
    const Change& change = *answer.next.pending;
    AskOperator question;
    question.change = change.number;
    question.roles = change.approval.approvers;
    question.persons_missing = change.approval.persons - static_cast<int>(change.signatures.size());
    question.consultation_missing =
        change.approval.consultation && change.stage == Stage::kProposed;
    answer.effects.emplace_back(question);
}

void apply_lift(Step& answer, Instant at) {
    Warning& warning = answer.next;
    auto& all = warning.segments;
    while (all.size() > 1 && all.back().from >= at) all.pop_back();
    if (all.back().from < at) all.back().to = at;
    if (all.back().from >= at) all.back().to = all.back().from;
    warning.lifted_at = at;
    warning.standing = WarningStanding::kLifted;
    answer.effects.emplace_back(LiftOrders{at});
    answer.effects.emplace_back(StartEvaluation{});
}

void apply_timeline(Step& answer, const Change& change, Instant from, Instant at) {
    Warning& warning = answer.next;
    const Segment* last = last_segment(warning);
    const bool was_mandatory = last != nullptr && last->mandatory;
    const bool same_colour = last != nullptr && last->colour == change.colour;
    bool mandatory = was_mandatory;
    if (change.kind == ChangeKind::kStart) mandatory = change.mandatory;
    if (change.kind == ChangeKind::kSuspend) mandatory = false;
    if (change.kind == ChangeKind::kResume) mandatory = true;
    const bool only_longer =
        change.kind == ChangeKind::kExtend || (change.kind == ChangeKind::kMerge && same_colour);
    if (!only_longer) {
        Segment segment{change.colour, mandatory, from, std::nullopt, {}};
        if (!mandatory) segment.cause = change.cause;
        put_segment(warning, std::move(segment));
        if (mandatory || was_mandatory) answer.effects.push_back(orders_for(warning, at));
        if (from > at) answer.effects.emplace_back(WakeAt{from});
    }
    if (change.kind == ChangeKind::kStart || only_longer || change.expected_to) {
        warning.expected_to = change.expected_to;
    }
    if (!warning.issued_at) warning.issued_at = at;
    warning.standing = standing_of(warning, at);
}

// The last signature: the change becomes fact.
void apply(Step& answer, Instant at) {
    Warning& warning = answer.next;
    Change change = *std::exchange(warning.pending, std::nullopt);
    const Segment* last = last_segment(warning);
    PublishNotice notice;
    notice.kind = change.kind == ChangeKind::kStart  ? NoticeKind::kAlert
                  : change.kind == ChangeKind::kLift ? NoticeKind::kCancel
                                                     : NoticeKind::kUpdate;
    notice.text_kind = text_kind_of(warning, change);
    notice.colour = change.colour;
    if (last != nullptr && last->mandatory) notice.from_colour = last->colour;
    notice.cause = change.cause;
    if (notice.cause.empty() && last != nullptr) notice.cause = last->cause;
    notice.from = change.kind == ChangeKind::kLift ? at : std::max(at, change.from);
    if (change.kind == ChangeKind::kLift) {
        apply_lift(answer, at);
    } else {
        apply_timeline(answer, change, notice.from, at);
    }
    answer.effects.emplace_back(notice);
    answer.applied = std::move(change);
}

// ---- One function an event; step() has checked generation, person and reason. ----

StepAnswer on(const Propose& propose, const Warning& warning, const LifeEvent& event,
              const std::vector<ColourFloor>& floors) {
    if (warning.pending) {
        return refused(Refusal::kChangePending,
                       "a " + std::string(to_text(warning.pending->kind)) + " is pending");
    }
    if (!may_be_proposed(propose.change.kind, warning.standing)) {
        return refused(Refusal::kNotNow, std::string(to_text(propose.change.kind)) +
                                             " cannot be proposed while the warning is " +
                                             std::string(to_text(warning.standing)));
    }
    Change change = propose.change;
    const Approval& approval = change.approval;
    if (!approval.proposer.empty() && event.by.person != kSystem &&
        !holds_role(event.by, approval.proposer)) {
        return refused(
            Refusal::kRoleMayNotPropose,
            quoted(event.by.person) + " does not hold the role " + quoted(approval.proposer));
    }
    if (change.lapses_at <= event.at) {
        return refused(Refusal::kLapsed, "the proposal would lapse before it is made");
    }
    change.colour = colour_of_change(warning, change.kind, change.colour);
    if (auto why_not = why_inconsistent(warning, change, event.zone)) return *why_not;
    if (auto why_not = below_floor(warning, change, event, floors)) return *why_not;
    Step answer{warning, {}, {}, {}};
    change.number = ++answer.next.changes;
    change.proposer = event.by.person;
    change.proposed_at = event.at;
    change.why = event.why;
    change.stage = Stage::kProposed;
    change.order = event.order;
    change.consulted_by.clear();
    change.signatures.clear();
    answer.next.pending = std::move(change);
    if (warning.standing == WarningStanding::kNone) answer.next.standing = WarningStanding::kDraft;
    ask(answer);
    return answer;
}

StepAnswer on(const Consult& consult, const Warning& warning, const LifeEvent& event,
              const std::vector<ColourFloor>& floors) {
    if (event.at >= warning.pending->lapses_at) {
        return refused(Refusal::kLapsed, "the proposal has lapsed and can only be made again");
    }
    Step answer{warning, {}, {}, {}};
    Change& change = *answer.next.pending;
    if (consult.amendment) {
        change.colour = colour_of_change(warning, change.kind, consult.amendment->colour);
        change.from = consult.amendment->from;
        change.expected_to = consult.amendment->expected_to;
        change.approval = consult.amendment->approval;
        change.signatures.clear();  // they were for something else
        if (auto why_not = why_inconsistent(warning, change, event.zone)) return *why_not;
        if (auto why_not = below_floor(warning, change, event, floors)) return *why_not;
    }
    change.order = event.order;
    // Values corrected here decide what may be signed, so its recorder is an author of the change.
    auto& authors = change.consulted_by;
    if (std::find(authors.begin(), authors.end(), event.by.person) == authors.end()) {
        authors.push_back(event.by.person);
    }
    // Nor does whoever has signed before stay among those who signed.
    if (change.approval.four_eyes) {
        std::erase_if(change.signatures, [&event](const Signature& signature) {
            return signature.person == event.by.person;
        });
    }
    change.stage = change.signatures.empty() ? Stage::kConsulted : Stage::kSigning;
    ask(answer);
    return answer;
}

// Four eyes: a change is never signed by who made it what it is.
std::optional<Refused> is_author(const Change& change, const std::string& person) {
    const bool four_eyes = change.approval.four_eyes;
    if ((four_eyes || change.approval.persons > 1) && person == change.proposer) {
        return refused(Refusal::kProposerMayNotSign,
                       quoted(person) + " proposed it; other persons must sign");
    }
    const auto& authors = change.consulted_by;
    if (four_eyes && std::find(authors.begin(), authors.end(), person) != authors.end()) {
        return refused(
            Refusal::kProposerMayNotSign,
            quoted(person) + " recorded its consultation or amended it; other persons must sign");
    }
    return std::nullopt;
}

std::optional<Refused> may_not_sign(const Change& change, const LifeEvent& event) {
    if (event.at >= change.lapses_at) {
        return refused(Refusal::kLapsed,
                       "the proposal lapsed at " + to_iso(change.lapses_at, event.zone));
    }
    if (change.approval.consultation && change.stage == Stage::kProposed) {
        return refused(Refusal::kConsultationMissing, "a consultation must be on record first");
    }
    if (signing_role(event.by, change.approval).empty()) {
        return refused(Refusal::kRoleMayNotSign,
                       quoted(event.by.person) + " holds no role that may sign this");
    }
    if (auto why_not = is_author(change, event.by.person)) return *why_not;
    for (const Signature& signature : change.signatures) {
        if (signature.person == event.by.person) {
            return refused(Refusal::kSignedAlready,
                           quoted(event.by.person) + " has signed already");
        }
    }
    return std::nullopt;
}

StepAnswer on(const Sign&, const Warning& warning, const LifeEvent& event,
              const std::vector<ColourFloor>& floors) {
    const Change& change = *warning.pending;
    if (auto why_not = may_not_sign(change, event)) return *why_not;
    if (auto why_not = below_floor(warning, change, event, floors)) return *why_not;
    Step answer{warning, {}, {}, {}};
    Change& pending = *answer.next.pending;
    pending.order = event.order;
    pending.signatures.push_back(
        {event.by.person, signing_role(event.by, change.approval), event.at});
    pending.stage = Stage::kSigning;
    if (static_cast<int>(pending.signatures.size()) < change.approval.persons) {
        ask(answer);
    } else {
        apply(answer, event.at);
    }
    return answer;
}

StepAnswer close(const Warning& warning) {
    Step answer{warning, {}, {}, {}};
    answer.closed = std::exchange(answer.next.pending, std::nullopt);
    if (warning.standing == WarningStanding::kDraft)
        answer.next.standing = WarningStanding::kDropped;
    return answer;
}

StepAnswer on(const Reject&, const Warning& warning, const LifeEvent& event) {
    if (signing_role(event.by, warning.pending->approval).empty()) {
        return refused(Refusal::kRoleMayNotSign,
                       quoted(event.by.person) + " holds no role that may decide this");
    }
    return close(warning);
}

StepAnswer on(const Withdraw&, const Warning& warning, const LifeEvent& event) {
    if (event.by.person != warning.pending->proposer) {
        return refused(Refusal::kNotTheProposer,
                       quoted(warning.pending->proposer) + " proposed it");
    }
    return close(warning);
}

StepAnswer on(const Lapse&, const Warning& warning, const LifeEvent& event) {
    if (event.at < warning.pending->lapses_at) {
        return refused(Refusal::kNotLapsedYet,
                       "it can be signed until " + to_iso(warning.pending->lapses_at, event.zone));
    }
    return close(warning);
}

StepAnswer on(const TakeEffect&, const Warning& warning, const LifeEvent& event) {
    if (!is_running(warning.standing)) return not_now(warning, event);
    const WarningStanding due = standing_of(warning, event.at);
    if (due == warning.standing) {
        return refused(Refusal::kNothingDue,
                       "nothing takes effect by " + to_iso(event.at, event.zone));
    }
    Step answer{warning, {}, {}, {}};
    answer.next.standing = due;
    return answer;
}

StepAnswer move_on(const Warning& warning, const LifeEvent& event, WarningStanding from,
                   WarningStanding to) {
    if (warning.standing != from) return not_now(warning, event);
    Step answer{warning, {}, {}, {}};
    answer.next.standing = to;
    return answer;
}

struct Visitor {
    const Warning& warning;
    const LifeEvent& event;
    const std::vector<ColourFloor>& floors;

    StepAnswer operator()(const Propose& e) const { return on(e, warning, event, floors); }
    StepAnswer operator()(const Consult& e) const { return on(e, warning, event, floors); }
    StepAnswer operator()(const Sign& e) const { return on(e, warning, event, floors); }
    StepAnswer operator()(const Reject& e) const { return on(e, warning, event); }
    StepAnswer operator()(const Withdraw& e) const { return on(e, warning, event); }
    StepAnswer operator()(const Lapse& e) const { return on(e, warning, event); }
    StepAnswer operator()(const TakeEffect& e) const { return on(e, warning, event); }
    StepAnswer operator()(const Evaluate&) const {
        return move_on(warning, event, WarningStanding::kLifted, WarningStanding::kEvaluated);
    }
    StepAnswer operator()(const Archive&) const {
        return move_on(warning, event, WarningStanding::kEvaluated, WarningStanding::kArchived);
    }
};

bool wants_pending(const EventKind& kind) {
    return std::holds_alternative<Consult>(kind) || std::holds_alternative<Sign>(kind) ||
           std::holds_alternative<Reject>(kind) || std::holds_alternative<Withdraw>(kind) ||
           std::holds_alternative<Lapse>(kind);
}

// A signature carries the reasons of what it signs; everything else must give its own.
bool wants_reason(const EventKind& kind) {
    return std::holds_alternative<Propose>(kind) || std::holds_alternative<Consult>(kind) ||
           std::holds_alternative<Reject>(kind) || std::holds_alternative<Withdraw>(kind) ||
           std::holds_alternative<Evaluate>(kind) || std::holds_alternative<Archive>(kind);
}

}  // namespace

bool is_running(WarningStanding standing) {
    return standing == WarningStanding::kIssued || standing == WarningStanding::kInForce ||
           standing == WarningStanding::kAdvisory;
}

const Segment* segment_at(const Warning& warning, Instant at) {
    const Segment* found = nullptr;
    for (const Segment& segment : warning.segments) {
        if (segment.from <= at && (!segment.to || at < *segment.to)) found = &segment;
    }
    return found;
}

const Segment* last_segment(const Warning& warning) {
    return warning.segments.empty() ? nullptr : &warning.segments.back();
}

Colour colour_of_change(const Warning& warning, ChangeKind kind, Colour named) {
    const bool keeps_colour =
        kind == ChangeKind::kLift || kind == ChangeKind::kExtend || kind == ChangeKind::kSuspend;
    const Segment* last = last_segment(warning);
    return keeps_colour && last != nullptr ? last->colour : named;
}

Colour colour_to_sign(const Warning& warning, ChangeKind kind, Colour named, Instant from,
                      Instant now) {
    Colour colour = colour_of_change(warning, kind, named);
    // A longer end is asked for that stretch alone which was decided last.
    if (kind == ChangeKind::kExtend) return colour;
    const Instant effect = kind == ChangeKind::kLift ? now : std::max(from, now);
    for (const Segment& segment : warning.segments) {
        // What is decided last is open; what was decided before may still rule for a while.
        const bool is_over = segment.to && (*segment.to <= effect || *segment.to <= segment.from);
        if (!is_over) colour = std::max(colour, segment.colour);
    }
    return colour;
}

const ColourFloor* forbidding_floor(const std::vector<ColourFloor>& floors, Instant at,
                                    std::optional<Colour> colour) {
    for (const ColourFloor& floor : floors) {
        if (floor.span.holds(at) && (!colour || *colour < floor.colour)) return &floor;
    }
    return nullptr;
}

StepAnswer step(const Warning& warning, const LifeEvent& event,
                const std::vector<ColourFloor>& floors) {
    if (event.generation != warning.generation) {
        return refused(Refusal::kStale, "the warning is at generation " +
                                            std::to_string(warning.generation) +
                                            ", the decision was made on generation " +
                                            std::to_string(event.generation));
    }
    if (event.by.person.empty()) return refused(Refusal::kNobody, "a person must be named");
    if (wants_reason(event.kind) && event.why.reason.empty()) {
        return refused(Refusal::kNoReason, "a reason must be given");
    }
    if (wants_pending(event.kind) && !warning.pending) {
        return refused(Refusal::kNothingPending, "no change is pending");
    }
    StepAnswer answer = std::visit(Visitor{warning, event, floors}, event.kind);
    if (Step* taken = std::get_if<Step>(&answer)) ++taken->next.generation;
    return answer;
}

}  // namespace qk::rules
