// What is checked before a decision, as a typed question with a typed answer: what the situation
// asks for, whether a lift is clear, whether a lowering is. The 36-hour rule hangs on the answer.
//
// The question's word ("assess", "lift", "lower orange") is stored with the decision, so that the
// same question can be asked again of the stored inputs.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "plans/decision/decision_inputs.hpp"
#include "rules/base/result.hpp"
#include "rules/warning/lift.hpp"
#include "rules/warning/proposal.hpp"

namespace qk::plans {

struct AssessCheck {
    friend bool operator==(const AssessCheck&, const AssessCheck&) = default;
};
struct LiftCheck {
    friend bool operator==(const LiftCheck&, const LiftCheck&) = default;
};
struct LowerCheck {
    rules::Colour colour = rules::Colour::kYellow;  // that it is lowered to

    friend bool operator==(const LowerCheck&, const LowerCheck&) = default;
};
using DecisionCheck = std::variant<AssessCheck, LiftCheck, LowerCheck>;

[[nodiscard]] std::string to_text(const DecisionCheck& check);
[[nodiscard]] rules::Result<DecisionCheck> parse_decision_check(std::string_view text);

using CheckFinding = std::variant<rules::Assessment, rules::ClearanceAnswer>;

[[nodiscard]] CheckFinding run_check(const DecisionInputs& inputs, const DecisionCheck& check);

// The answer that forbids a lift or a lowering; null: nothing does. An assessment forbids nothing.
[[nodiscard]] const rules::ClearanceAnswer* forbidding(const CheckFinding& found);

// The inputs are those that the finding was made of.
[[nodiscard]] boost::json::value to_json(const CheckFinding& found, const DecisionInputs& inputs);

}  // namespace qk::plans
