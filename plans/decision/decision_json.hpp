// What a decision saw and what was found, as JSON: stored with the decision, shown to people, and
// compared with what is found when it is computed again. Texts that were stored before a member
// existed still read.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "plans/decision/decision_inputs.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

[[nodiscard]] boost::json::value to_json(const DecisionInputs& inputs);
[[nodiscard]] rules::Result<DecisionInputs> decision_inputs_from_json(
    const boost::json::value& value, const std::string& name);

[[nodiscard]] boost::json::value to_json(const rules::Assessment& assessment,
                                         const rules::TriggerStandard& standard, rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const rules::ClearanceAnswer& answer, rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const rules::Proposal& proposal, rules::Zone zone);
// What compare() needs of a stored proposal.
[[nodiscard]] rules::Result<rules::Proposal> proposal_from_json(const boost::json::value& value,
                                                                const std::string& name,
                                                                rules::Zone zone);

}  // namespace qk::plans
