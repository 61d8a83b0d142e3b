#include "plans/text/trimmed.hpp"

#include <cstddef>

namespace qk::plans {
namespace {

// Length of the blank at the front of UTF-8 text, 0 where there is none.
std::size_t blank_length(std::string_view text) {
    const auto at = [text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const unsigned lead = at(0);
    if (lead == ' ' || lead == '\t' || lead == '\r' || lead == '\n') return 1;
    if (lead == 0xC2) return at(1) == 0xA0 || at(1) == 0xAD ? 2 : 0;  // no-break blank, soft hyphen
    if (lead == 0xE1) {
        const bool is_ogham = at(1) == 0x9A && at(2) == 0x80;
        const bool is_mongolian = at(1) == 0xA0 && at(2) == 0x8E;
        return is_ogham || is_mongolian ? 3 : 0;
    }
    if (lead == 0xE2 && at(1) == 0x80) {
        const bool is_wide_or_mark = at(2) >= 0x80 && at(2) <= 0x8F;  // U+2000 to U+200F
        const bool is_line_or_mark = at(2) >= 0xA8 && at(2) <= 0xAF;  // U+2028 to U+202F
        return is_wide_or_mark || is_line_or_mark ? 3 : 0;
    }
    if (lead == 0xE2 && at(1) == 0x81) return at(2) >= 0x9F && at(2) <= 0xAF ? 3 : 0;
    if (lead == 0xE3) return at(1) == 0x80 && at(2) == 0x80 ? 3 : 0;  // U+3000
    if (lead == 0xEF) return at(1) == 0xBB && at(2) == 0xBF ? 3 : 0;  // U+FEFF
    return 0;
}

}  // namespace

std::string_view trimmed_unseen(std::string_view text) {
    while (const std::size_t length = blank_length(text)) text.remove_prefix(length);
    while (!text.empty()) {
        std::size_t begin = text.size() - 1;
        while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
        const std::string_view last = text.substr(begin);
        if (blank_length(last) != last.size()) break;
        text.remove_suffix(last.size());
    }
    return text;
}

}  // namespace qk::plans
