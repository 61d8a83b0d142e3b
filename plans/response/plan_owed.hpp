// What is kept of every obligation of a response plan beside its id, action and share, so that the
// plan can be held against itself when it is derived again: its times, the reason that decided, and
// a digest of all that it says.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "plans/response/response_plan.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

// The link of the chain that says what is asked, "catalogue: cement/C/orange"; of several the last.
[[nodiscard]] std::string deciding_reason(const rules::Obligation& obligation);

// Sixteen hex digits of what the obligation says beyond its terms: the sentence, what instruments
// must show, how it is verified, every reason.
[[nodiscard]] std::string words_digest(const rules::Obligation& obligation);

// {"times": [[from, to]], "reasons": [text], "owed": {enterprise: [[time, reason, digest]]}}: the
// obligations in the order of to_json(plan), times and reasons by their places.
[[nodiscard]] boost::json::value owed_json(const ResponsePlan& plan);

}  // namespace qk::plans
