// A warning, its changes and what its steps cause, as JSON: the state that is stored, and the
// history.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

[[nodiscard]] boost::json::value to_json(const rules::Warning& warning, rules::Zone zone);
[[nodiscard]] rules::Result<rules::Warning> warning_from_json(const boost::json::value& value,
                                                              const std::string& name,
                                                              rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const rules::Change& change, rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const std::optional<rules::OrderAnswer>& order);

// Effects by their names ("effect": "publish_notice"), each with its members.
[[nodiscard]] boost::json::value to_json(const std::vector<rules::Effect>& effects,
                                         rules::Zone zone);
[[nodiscard]] rules::Result<std::vector<rules::Effect>> effects_from_json(
    const boost::json::value& value, const std::string& name, rules::Zone zone);

}  // namespace qk::plans
