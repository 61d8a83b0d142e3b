#include "plans/text/unseen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace qk::plans {
namespace {

struct Range {
    std::uint32_t first;
    std::uint32_t last;
};

constexpr std::array<Range, 24> kUnseen{{
    {0x00, 0x08},     {0x0B, 0x0C},       {0x0E, 0x1F},       {0x7F, 0x9F},       {0xAD, 0xAD},
    {0x034F, 0x034F}, {0x061C, 0x061C},   {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180E, 0x180E},
    {0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F},   {0x2800, 0x2800},   {0x3164, 0x3164},
    {0xFDD0, 0xFDEF}, {0xFE00, 0xFE0D},   {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFC},
    {0xFFFE, 0xFFFF}, {0x13430, 0x1343F}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
}};

bool is_unseen(std::uint32_t code) {
    const bool is_common = (code >= 0x20 && code < 0x7F) || (code > 0x3164 && code < 0xFDD0);
    if (is_common) return false;
    if ((code & 0xFFFE) == 0xFFFE) return true;  // the last two of every plane
    const auto after = std::ranges::upper_bound(kUnseen, code, {}, &Range::first);
    return after != kUnseen.begin() && code <= std::prev(after)->last;
}

// Blanks of every width, and selectors, which show nothing where no character stands before them.
bool is_seen_as_blank(std::uint32_t code) {
    return code == ' ' || (code >= 0x09 && code <= 0x0D) || code == 0xA0 || code == 0x1680 ||
           (code >= 0x180B && code <= 0x180F) || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x202F || code == 0x205F || code == 0x3000 || code == 0xFE0E || code == 0xFE0F;
}

// The character at `at` and the bytes it takes; no bytes where they are not UTF-8 (RFC 3629: no
// surrogates, nothing longer than need be, nothing beyond U+10FFFF).
struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 0;
};

Character character_at(std::string_view text, std::size_t at) {
    const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const std::uint32_t lead = byte(at);
    if (lead < 0x80) return {lead, 1};
    const std::size_t bytes = lead < 0xC2   ? 0
                              : lead < 0xE0 ? 2
                              : lead < 0xF0 ? 3
                              : lead < 0xF5 ? 4
                                            : 0;
    if (bytes == 0 || at + bytes > text.size()) return {};
    std::uint32_t code = lead & (0x7FU >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        if ((byte(at + i) & 0xC0U) != 0x80U) return {};
        code = code << 6 | (byte(at + i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < kLeast[bytes] || is_surrogate || code > 0x10FFFF) return {};
    return {code, bytes};
}

}  // namespace

std::optional<Unseen> find_unseen(std::string_view text) {
    std::size_t position = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character one = character_at(text, at);
        ++position;
        if (one.bytes == 0) return Unseen{std::nullopt, position};
        if (is_unseen(one.code)) return Unseen{one.code, position};
        at += one.bytes;
    }
    return std::nullopt;
}

std::optional<Unseen> find_unseen_in_name(std::string_view text) {
    const std::size_t at = text.find_first_of("\t\n\r");
    if (at == std::string_view::npos) return find_unseen(text);
    const std::string_view before = text.substr(0, at);
    if (const auto earlier = find_unseen(before)) return earlier;
    const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
    const auto characters = static_cast<std::size_t>(std::ranges::count_if(before, begins));
    return Unseen{static_cast<std::uint32_t>(text[at]), characters + 1};
}

std::string with_unseen_shown(std::string_view text) {
    if (!find_unseen(text)) return std::string(text);
    std::string shown;
    shown.reserve(text.size() + 16);
    for (std::size_t at = 0; at < text.size();) {
        const Character one = character_at(text, at);
        const std::size_t bytes = std::max<std::size_t>(one.bytes, 1);
        if (one.bytes == 0) {
            shown += "<?>";
        } else if (is_unseen(one.code)) {
            shown += fmt::format("<U+{:04X}>", one.code);
        } else {
            shown += text.substr(at, bytes);
        }
        at += bytes;
    }
    return shown;
}

bool is_blank(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Character one = character_at(text, at);
        if (one.bytes == 0 || !(is_unseen(one.code) || is_seen_as_blank(one.code))) return false;
        at += one.bytes;
    }
    return true;
}

std::string to_text(const Unseen& unseen) {
    if (!unseen.code) {
        return fmt::format("第{0}个字符不是UTF-8 / character {0} is not UTF-8", unseen.position);
    }
    return fmt::format("第{0}个字符看不见（U+{1:04X}） / character {0} cannot be seen (U+{1:04X})",
                       unseen.position, *unseen.code);
}

}  // namespace qk::plans
