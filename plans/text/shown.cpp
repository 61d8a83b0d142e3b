#include "plans/text/shown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

// Two bytes C2 80 to C2 9F are U+0080 to U+009F.
bool is_high_control(std::string_view text) {
    return text.size() >= 2 && text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

bool is_direction_mark(std::string_view text) {
    constexpr std::array<std::string_view, 3> kAlone{"\xE2\x80\x8E", "\xE2\x80\x8F", "\xD8\x9C"};
    const auto begins = [text](std::string_view mark) { return text.starts_with(mark); };
    if (std::ranges::any_of(kAlone, begins)) return true;
    if (text.size() < 3 || text[0] != '\xE2') return false;
    const auto last = static_cast<unsigned char>(text[2]);
    const bool is_embedding = text[1] == '\x80' && last >= 0xAA && last <= 0xAE;  // U+202A to 202E
    const bool is_isolate = text[1] == '\x81' && last >= 0xA6 && last <= 0xA9;    // U+2066 to 2069
    return is_embedding || is_isolate;
}

}  // namespace

std::string for_terminal(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::string_view rest = text.substr(i);
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte == '\n' || byte == '\r' || byte == '\t') {
            out += ' ';
            ++i;
        } else if (byte < 0x20 || byte == 0x7F) {
            out += '?';
            ++i;
        } else if (is_high_control(rest)) {
            out += '?';
            i += 2;
        } else if (is_direction_mark(rest)) {
            out += '?';
            i += byte == 0xE2 ? 3 : 2;
        } else {
            out += text[i++];
        }
    }
    return out;
}

std::string for_spreadsheet(std::string_view text) {
    constexpr std::array<std::string_view, 8> kSigns{"=", "+", "-", "@", "＝", "＋", "－", "＠"};
    std::string_view seen = text;
    while (!seen.empty() && static_cast<unsigned char>(seen.front()) <= ' ') seen.remove_prefix(1);
    const auto begins = [seen](std::string_view sign) { return seen.starts_with(sign); };
    const bool is_formula = std::ranges::any_of(kSigns, begins) && !rules::parse_number(text);
    return is_formula ? "'" + std::string(text) : std::string(text);
}

std::size_t display_width(std::string_view text) {
    // No character takes more columns than it has bytes, so blanks fill up to their number.
    const std::size_t blanks = fmt::format("{:<{}}", text, text.size()).size() - text.size();
    return text.size() - blanks;
}

}  // namespace qk::plans
