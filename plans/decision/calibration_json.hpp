// A calibrated baseline as JSON, for what is stored with a verdict: whoever computes it again takes
// the limits of then, not those that later days would give.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "rules/base/result.hpp"
#include "rules/compliance/baseline.hpp"

namespace qk::plans {

// {"calibration", "last_day", "special_days"}, or null where the baseline is not calibrated.
[[nodiscard]] boost::json::value calibration_json(const rules::MeterBaseline& baseline);
// Sets them; null sets nothing.
void set_calibration(rules::MeterBaseline& baseline, const boost::json::value& value,
                     const std::string& name, rules::Faults& faults);

}  // namespace qk::plans
