// The unified social credit code (统一社会信用代码, GB 32100-2015) and the county code (GB/T 2260),
// as far as a check needs them: is the check character right, can the code exist. Nothing is looked
// up.
#pragma once

#include <optional>
#include <string_view>

namespace qk::plans {

// 18 digits and capital letters: meant as a credit code and not as a local id.
[[nodiscard]] bool looks_like_credit_code(std::string_view id);
// The check character that the first 17 want; empty when one of them is not of the code's alphabet
// (I, O, S, V and Z are not).
[[nodiscard]] std::optional<char> credit_code_check_character(std::string_view id);

// Six digits whose first two name a province.
[[nodiscard]] bool is_region_code(std::string_view code);
// Whether `area` holds `county`: the same code, its prefecture (ends in 00) or its province (0000).
[[nodiscard]] bool region_holds(std::string_view area, std::string_view county);

}  // namespace qk::plans
