// What an exempt class (handbook 3.4) is called on paper: an inventory may write it as the key of
// a pack, and no key stands in a Chinese paper.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plans/measures/region_rules.hpp"

namespace qk::plans {

// The name that the region's own rules give it, else that of a pack shipped with us; what none of
// them knows stays as it was written.
[[nodiscard]] std::string exempt_in_chinese(std::span<const ExemptRule> rules,
                                            std::string_view written);

}  // namespace qk::plans
