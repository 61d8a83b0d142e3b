// JSON as text. Boost.JSON parses and holds values; printing is ours, because Boost prints 2.5
// as 2.5E0 and keeps insertion order, and signatures need one exact form.
//
// Numbers are printed as ECMAScript does (RFC 8785 section 3.2.2.3): shortest text that reads back
// to the same double. canonical_text() is RFC 8785 (JCS): sorted by UTF-16 code units, no blanks.
#pragma once

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::plans {

[[nodiscard]] std::string to_text(const boost::json::value& value);         // one line
[[nodiscard]] std::string to_pretty_text(const boost::json::value& value);  // two blanks a level
[[nodiscard]] std::string canonical_text(const boost::json::value& value);
[[nodiscard]] std::string to_json_number(double value);  // "null" when not finite

inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kJsonNumberBytesMax = 1000;
// Values and names of one document: some 200 MB at the worst while it is read.
inline constexpr std::size_t kJsonValuesMax = 4'000'000;

// Parses one whole document; the fault names line and column. `file` names the source in the fault.
//
// Refused beside what is not JSON: a number that no double can hold ("1e400"; nobody downstream
// meets infinity), the same name twice in one object (it would mean one thing to us and another to
// the next reader), and more than the limits above, while it is read.
[[nodiscard]] rules::Result<boost::json::value> parse_json(std::string_view text,
                                                           const std::string& file);
// For small documents that come by the thousand and are let go as a whole: what is read lives in
// `memory` and no longer.
[[nodiscard]] rules::Result<boost::json::value> parse_json_in(
    boost::json::storage_ptr memory, std::string_view text, const std::string& file,
    std::size_t values_max = kJsonValuesMax);

// What keeps a text from being JSON at all; nothing of values that parse_json does not take.
[[nodiscard]] rules::Faults form_faults_of_json(std::string_view text, const std::string& file);

// Typed access for readers that collect faults: each names the path ("obligations[3].ratio") it
// wanted.
[[nodiscard]] const boost::json::value* find_member(const boost::json::value& value,
                                                    std::string_view key);
[[nodiscard]] std::string string_or(const boost::json::value& value, std::string_view key,
                                    std::string_view otherwise = {});
[[nodiscard]] double number_or(const boost::json::value& value, std::string_view key,
                               double otherwise);

}  // namespace qk::plans
