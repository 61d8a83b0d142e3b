#include "rules/warning/proposal.hpp"

namespace qk::rules {
namespace {

// Whether what is asked was turned down: a level that nobody wanted to begin with is not asked for
// again as a raise of the milder one that they chose.
bool asks_the_same(const Proposal& turned_down, const Proposal& proposal,
                   std::chrono::hours tolerance) {
    const auto is_upwards = [](ChangeKind kind) {
        return kind == ChangeKind::kStart || kind == ChangeKind::kRaise ||
               kind == ChangeKind::kMerge;
    };
    Proposal other = proposal;
    if (is_upwards(turned_down.kind) && is_upwards(proposal.kind)) other.kind = turned_down.kind;
    return is_same(turned_down, other, tolerance);
}

bool is_near(Instant a, Instant b, std::chrono::hours tolerance) {
    return (a < b ? b - a : a - b) <= tolerance;
}

}  // namespace

std::string_view to_text(AssessmentKind finding) {
    switch (finding) {
        case AssessmentKind::kPropose:
            return "propose";
        case AssessmentKind::kNothing:
            return "nothing";
        case AssessmentKind::kCannotTell:
            break;
    }
    return "cannot_tell";
}

std::string_view to_text(Novelty novelty) {
    switch (novelty) {
        case Novelty::kMake:
            return "make";
        case Novelty::kSupersede:
            return "supersede";
        case Novelty::kKeep:
            return "keep";
        case Novelty::kWithdraw:
            break;
    }
    return "withdraw";
}

bool is_same(const Proposal& a, const Proposal& b, std::chrono::hours tolerance) {
    if (a.kind != b.kind || a.colour != b.colour || a.mandatory != b.mandatory ||
        a.immediate != b.immediate) {
        return false;
    }
    if (a.kind == ChangeKind::kLift || a.kind == ChangeKind::kSuspend) return true;
    return is_near(a.window.to, b.window.to, tolerance) &&
           (a.kind == ChangeKind::kExtend || is_near(a.window.from, b.window.from, tolerance) ||
            a.from == b.from);
}

Novelty compare(const Assessment& assessment, const std::optional<Proposal>& pending,
                const std::vector<RejectedProposal>& rejected, Instant now,
                const ProposalRules& rules) {
    switch (assessment.finding) {
        case AssessmentKind::kCannotTell:
            return Novelty::kKeep;  // lacking data takes nothing back
        case AssessmentKind::kNothing:
            return pending ? Novelty::kWithdraw : Novelty::kKeep;
        case AssessmentKind::kPropose:
            break;
    }
    const Proposal& proposal = *assessment.proposal;
    if (pending && is_same(*pending, proposal, rules.tolerance)) return Novelty::kKeep;
    for (const RejectedProposal& earlier : rejected) {
        if (earlier.at + rules.repeat_after > now &&
            asks_the_same(earlier.proposal, proposal, rules.tolerance)) {
            return pending ? Novelty::kWithdraw : Novelty::kKeep;
        }
    }
    return pending ? Novelty::kSupersede : Novelty::kMake;
}

}  // namespace qk::rules
