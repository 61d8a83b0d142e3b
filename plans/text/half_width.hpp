// Characters of an East Asian keyboard as ASCII: "ＰＭ２．５" is "PM2.5" and "１２０" is 120.
#pragma once

#include <string>
#include <string_view>

namespace qk::plans {

// Full-width letters, digits and marks (U+FF01 to U+FF5E), the ideographic blank, and digits set
// below or above the line (SO₂, m³), each as its ASCII character. The rest stays as it is.
[[nodiscard]] std::string half_width(std::string_view text);

}  // namespace qk::plans
