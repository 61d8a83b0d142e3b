// A cell without the blanks at its ends: also those that only look like one, or like nothing.
#pragma once

#include <string_view>

namespace qk::plans {

// Blanks, tabs, line ends, no-break and ideographic blanks, zero-width characters, marks of
// direction and byte order marks. What stands between two characters that are seen, stays.
[[nodiscard]] std::string_view trimmed_unseen(std::string_view text);

// Most cells need nothing taken off, which their two ends say.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
    const auto is_plain = [](char c) { return c > ' ' && c < '\x7F'; };
    if (text.empty() || (is_plain(text.front()) && is_plain(text.back()))) return text;
    return trimmed_unseen(text);
}

}  // namespace qk::plans
