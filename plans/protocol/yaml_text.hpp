// A JSON value as YAML 1.2 in block form. Every text stands in double quotes, in JSON's own
// escapes, which YAML shares; so nothing is ever taken for a number, a date or a "no".
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace qk::plans {

[[nodiscard]] std::string to_yaml_text(const boost::json::value& value);

}  // namespace qk::plans
