// A TOML document from outside, within stated bounds: the one place where all of ours are parsed.
//
// TOML knows inf and nan, and its library nests tables as deep as a dotted key is long and takes
// them down again by recursion. Neither is of use to anybody here: both are refused with their
// place.
#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kTomlBytesMax = std::size_t{4} << 20;
inline constexpr std::size_t kTomlKeyPartsMax = 16;  // of "a.b.c"

// Parses a whole document; every fault names line and column. Over `bytes_max` is a fault.
[[nodiscard]] rules::Result<toml::table> parse_toml(std::string_view text, const std::string& file,
                                                    std::size_t bytes_max = kTomlBytesMax);

}  // namespace qk::plans
