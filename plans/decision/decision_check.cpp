#include "plans/decision/decision_check.hpp"

#include "plans/decision/decision_json.hpp"
#include "plans/decision/situation.hpp"

namespace qk::plans {
namespace {

constexpr std::string_view kAssess = "assess";
constexpr std::string_view kLift = "lift";
constexpr std::string_view kLower = "lower ";  // and the colour

struct CheckWords {
    std::string operator()(const AssessCheck&) const { return std::string(kAssess); }
    std::string operator()(const LiftCheck&) const { return std::string(kLift); }
    std::string operator()(const LowerCheck& check) const {
        return std::string(kLower) + std::string(rules::to_text(check.colour));
    }
};

struct CheckRun {
    const DecisionInputs& inputs;
    const rules::Situation& situation;

    CheckFinding operator()(const AssessCheck&) const { return rules::assess(situation); }
    CheckFinding operator()(const LiftCheck&) const {
        const bool has_begun = !inputs.running || inputs.running->from <= inputs.now;
        return rules::check_lift(situation.outlooks, inputs.now, inputs.rules.lift, inputs.zone,
                                 has_begun);
    }
    CheckFinding operator()(const LowerCheck& check) const {
        return rules::check_lower(situation.outlooks, inputs.now, check.colour, inputs.rules.lift,
                                  inputs.zone);
    }
};

struct FindingWriter {
    const DecisionInputs& inputs;

    boost::json::value operator()(const rules::Assessment& found) const {
        return to_json(found, inputs.standard, inputs.zone);
    }
    boost::json::value operator()(const rules::ClearanceAnswer& found) const {
        return to_json(found, inputs.zone);
    }
};

}  // namespace

std::string to_text(const DecisionCheck& check) { return std::visit(CheckWords{}, check); }

rules::Result<DecisionCheck> parse_decision_check(std::string_view text) {
    if (text == kAssess) return DecisionCheck{AssessCheck{}};
    if (text == kLift) return DecisionCheck{LiftCheck{}};
    if (text.starts_with(kLower)) {
        if (const auto colour = rules::parse_colour(text.substr(kLower.size()))) {
            return DecisionCheck{LowerCheck{*colour}};
        }
    }
    return rules::refuse("'" + std::string(text) + "' is not a check",
                         "assess, lift or lower COLOUR");
}

CheckFinding run_check(const DecisionInputs& inputs, const DecisionCheck& check) {
    const rules::Situation situation = situation_of(inputs);
    return std::visit(CheckRun{inputs, situation}, check);
}

const rules::ClearanceAnswer* forbidding(const CheckFinding& found) {
    const auto* answer = std::get_if<rules::ClearanceAnswer>(&found);
    const bool forbids = answer != nullptr && answer->clearance != rules::Clearance::kClear;
    return forbids ? answer : nullptr;
}

boost::json::value to_json(const CheckFinding& found, const DecisionInputs& inputs) {
    return std::visit(FindingWriter{inputs}, found);
}

}  // namespace qk::plans
