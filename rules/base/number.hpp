// Numbers from outside: text or a double that came from somewhere -> a number that can be counted
// with.
//
// One place for what every format must refuse: infinity, NaN, hexadecimal, thousands marks, and a
// double that no whole number of ours can hold (converting such a one is undefined in C++).
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

namespace qk::rules {

// All of the text is one finite decimal number; "+3" and "1.5E-05" are.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);
// All of the text is decimal digits (after a '-' where `least` allows one), from least to most.
[[nodiscard]] std::optional<std::int64_t> parse_whole(std::string_view text, std::int64_t least,
                                                      std::int64_t most);

// Doubles count whole numbers exactly up to here.
inline constexpr std::int64_t kWholeMost = 9'007'199'254'740'991;

// The whole number that `value` is, if it is one from least to most; both within ±kWholeMost.
[[nodiscard]] inline std::optional<std::int64_t> whole_of(double value, std::int64_t least,
                                                          std::int64_t most) {
    const bool is_within =
        value >= static_cast<double>(least) && value <= static_cast<double>(most);  // never NaN
    if (!is_within || value != std::floor(value)) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

}  // namespace qk::rules
