// What is usual of a plant's meters as JSON, for what is stored with a verdict: by then the days
// that it was learned from may be gone.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/usual.hpp"

namespace qk::plans {

[[nodiscard]] boost::json::value to_json(const rules::Usual& usual);
// Of editions that knew none: null, and nothing is usual.
[[nodiscard]] rules::Usual usual_from_json(const boost::json::value& value, const std::string& name,
                                           rules::Faults& faults);

}  // namespace qk::plans
