// Whose clock the times of a paper are: said once on each.
#pragma once

#include <string>

#include "rules/base/time.hpp"

namespace qk::plans {

[[nodiscard]] std::string zone_in_chinese(rules::Zone zone);  // "北京时间", "UTC+06:00"
[[nodiscard]] std::string zone_in_english(rules::Zone zone);  // "Beijing time, UTC+08:00"

}  // namespace qk::plans
