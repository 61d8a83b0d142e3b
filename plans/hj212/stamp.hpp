// Times as HJ 212 writes them: digits without an offset, of Beijing time.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::plans::hj212 {

using Millis = std::chrono::sys_time<std::chrono::milliseconds>;

// YYYYMMDDhhmmss and YYYYMMDDhhmmsszzz; empty: not so many digits, or no such time.
[[nodiscard]] std::optional<rules::Instant> parse_stamp(std::string_view fourteen);
[[nodiscard]] std::optional<Millis> parse_long_stamp(std::string_view seventeen);
// Milliseconds since 1970, as some devices write QN.
[[nodiscard]] std::optional<Millis> parse_epoch(std::string_view thirteen);

[[nodiscard]] bool is_digits(std::string_view text);

}  // namespace qk::plans::hj212
