// Reading JSON within bounds, for parse_json() and for small documents that come by the thousand
// and are let go as a whole.
//
// Refused beside what is no JSON: a number that no double can hold ("1e400"; nobody downstream
// meets infinity), the same name twice in one object (it would mean one thing to us and another to
// the next reader), and more than the limits below, while it is read.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kJsonNumberBytesMax = 1000;
// Values and names of one document: some 200 MB at the worst while it is read.
inline constexpr std::size_t kJsonValuesMax = 4'000'000;

// As parse_json(); what is read lives in `memory` and no longer.
[[nodiscard]] rules::Result<boost::json::value> parse_json_in(
    boost::json::storage_ptr memory, std::string_view text, const std::string& file,
    std::size_t values_max = kJsonValuesMax);

}  // namespace qk::plans
