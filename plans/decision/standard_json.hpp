// A trigger standard as data, whole, so that a later edition of its file changes nothing of what
// was decided by it.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "rules/base/result.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

[[nodiscard]] boost::json::value stored_json(const rules::TriggerStandard& standard);
[[nodiscard]] rules::Result<rules::TriggerStandard> standard_from_json(
    const boost::json::value& value, const std::string& name);

}  // namespace qk::plans
