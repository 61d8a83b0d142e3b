// Text that came from outside, as it may be shown: on a terminal, and in a cell that a spreadsheet
// opens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace qk::plans {

// Without what a terminal would obey instead of showing it: control characters (also those of
// ISO 6429 beyond ASCII) and marks of writing direction become '?', a line break or tab a blank.
[[nodiscard]] std::string for_terminal(std::string_view text);

// What a spreadsheet would take for a formula (=, +, -, @ at the front, also in full width, that is
// no number) stands behind an apostrophe, which makes it text.
[[nodiscard]] std::string for_spreadsheet(std::string_view text);

// The columns it takes on a terminal: two for a Chinese character. fmt::format("{:<9}", text) pads
// by the same measure.
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace qk::plans
