// What the charts of svg.hpp have in common: ink, how wide a text is, how a number is written. For
// svg.cpp and svg_bars.cpp only.
#pragma once

#include <string>
#include <string_view>

namespace qk::plans::svg_parts {

inline constexpr std::string_view kInk = "#1f2937";
inline constexpr std::string_view kPale = "#e5e7eb";
inline constexpr std::string_view kDim = "#4b5563";

// Width of text in px at 12 px: Chinese characters are square, others about half.
[[nodiscard]] double text_width(std::string_view text);
[[nodiscard]] std::string label_of(double value);
// The opening tag, with its title for readers of screens.
[[nodiscard]] std::string open_svg(int width, int height, const std::string& title);

}  // namespace qk::plans::svg_parts
