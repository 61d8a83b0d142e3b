// Verdicts as JSON, with their evidence: `qingkongctl verify`, the API and the report print the
// same.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "rules/base/result.hpp"
#include "rules/compliance/parameters.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::plans {

[[nodiscard]] boost::json::value to_json(const rules::Verdict& verdict, rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const rules::Finding& finding, rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const rules::Span& span, rules::Zone zone);
// Every parameter with its value, unit, meaning, and where all of them were set.
[[nodiscard]] boost::json::value to_json(const rules::JudgingParameters& parameters);

// For stored verdicts. A document that to_json() did not write is refused with every fault.
[[nodiscard]] rules::Result<rules::Verdict> verdict_from_json(const boost::json::value& value,
                                                              const std::string& file,
                                                              rules::Zone zone);

}  // namespace qk::plans
