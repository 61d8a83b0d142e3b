// Warning colours (预警等级) and the response levels they start (响应级别).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace qk::rules {

// In order of severity, so that > means "stricter than".
enum class Colour : std::uint8_t { kBlue, kYellow, kOrange, kRed };

[[nodiscard]] std::string_view to_text(Colour colour);           // "orange"
[[nodiscard]] std::string_view to_chinese(Colour colour);        // "橙色"
[[nodiscard]] std::string_view level_of(Colour colour);          // "II"; blue has none: "IV"
[[nodiscard]] std::string_view level_in_chinese(Colour colour);  // "Ⅱ级"
// Accepts the English and the Chinese word ("orange", "橙色", "橙") and the level ("II", "Ⅱ级").
[[nodiscard]] std::optional<Colour> parse_colour(std::string_view text);

}  // namespace qk::rules
