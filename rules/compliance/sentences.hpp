// Numbers and spans as the Chinese sentences of verdicts print them.
#pragma once

#include <string>

#include "rules/base/time.hpp"

namespace qk::rules {

// "12.5", "1200": at most one decimal below 100, none above; never in exponent form.
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::string percent_text(double share);               // 0.185 -> "18.5%"
[[nodiscard]] std::string hours_text(std::chrono::seconds length);  // "3.5小时", "45分钟"

}  // namespace qk::rules
