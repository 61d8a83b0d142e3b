// What documents in JSON hold again and again: times, words and lists of texts.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::plans {

// As ISO 8601 with the zone's offset; null: no time.
[[nodiscard]] boost::json::value iso(rules::Instant at, rules::Zone zone);
[[nodiscard]] boost::json::value iso(const std::optional<rules::Instant>& at, rules::Zone zone);
// Of an enumeration, as to_text() says it.
[[nodiscard]] boost::json::string word(std::string_view text);
[[nodiscard]] boost::json::array texts(const std::vector<std::string>& items);

}  // namespace qk::plans
