#include "plans/text/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "plans/text/csv.hpp"
#include "plans/text/encoding.hpp"

namespace qk::plans {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Not seen on a screen, or seen as a blank: control characters, blanks of every width, joiners,
// marks of direction, fillers, variation selectors, what Unicode calls no character.
constexpr std::array<Range, 22> kUnseen{{
    {0x00, 0x1F},       {0x7F, 0xA0},       {0xAD, 0xAD},     {0x034F, 0x034F}, {0x061C, 0x061C},
    {0x115F, 0x1160},   {0x1680, 0x1680},   {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2000, 0x200F},
    {0x2028, 0x202F},   {0x205F, 0x206F},   {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164},
    {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFF},
    {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
}};

bool is_unseen(char32_t code) {
    if ((code & 0xFFFE) == 0xFFFE) return true;  // the last two of every plane
    return std::ranges::any_of(
        kUnseen, [code](const Range& r) { return code >= r.first && code <= r.last; });
}

// Of text that is UTF-8; moves `at` behind the character.
char32_t next_character(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = byte(at);
    const std::size_t more = lead < 0x80 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    char32_t code = more == 0 ? lead : lead & (0x3FU >> more);
    for (std::size_t i = 1; i <= more; ++i) code = code << 6 | (byte(at + i) & 0x3FU);
    at += more + 1;
    return code;
}

// "_x000D_", as spreadsheets write a character that XML cannot hold.
bool holds_escape(std::string_view id) {
    const auto is_hex = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    for (std::size_t i = id.find("_x"); i != std::string_view::npos; i = id.find("_x", i + 1)) {
        if (id.size() >= i + 7 && id[i + 6] == '_' &&
            std::ranges::all_of(id.substr(i + 2, 4), is_hex)) {
            return true;
        }
    }
    return false;
}

struct Forbidden {
    char mark;
    std::string_view why;
};

constexpr std::array<Forbidden, 12> kForbidden{{
    {'/', "it parts a topic, an address and a path"},
    {'\\', "it parts a path"},
    {'"', "it ends a text"},
    // Of topics, files and obligations.
    {'@', "it parts an obligation's id"},
    {'+', "no topic of MQTT can carry it"},
    {'#', "no topic of MQTT can carry it"},
    {':', "no file's name can hold it"},
    {'*', "no file's name can hold it"},
    {'?', "no file's name can hold it"},
    {'<', "no file's name can hold it"},
    {'>', "no file's name can hold it"},
    {'|', "no file's name can hold it"},
}};

std::span<const Forbidden> forbidden_in(IdUse use) {
    constexpr std::size_t kOfNames = 3, kOfParts = 4;
    const std::size_t count = use == IdUse::kName   ? kOfNames
                              : use == IdUse::kPart ? kOfParts
                                                    : kForbidden.size();
    return {kForbidden.data(), count};
}

constexpr std::string_view kCure = "letters, digits, '-', '_' and '.'; write 1号 for 1#";

std::optional<IdFault> character_fault(std::string_view id, IdUse use) {
    for (std::size_t at = 0; at < id.size();) {
        const char32_t code = next_character(id, at);
        if (is_unseen(code)) {
            return IdFault{fmt::format("{} holds a character that cannot be seen (U+{:04X})",
                                       quoted_cell(id), static_cast<std::uint32_t>(code)),
                           "enter it again by hand"};
        }
        for (const Forbidden& one : forbidden_in(use)) {
            if (code != static_cast<unsigned char>(one.mark)) continue;
            return IdFault{fmt::format("{} holds '{}': {}", quoted_cell(id), one.mark, one.why),
                           std::string(kCure)};
        }
    }
    return std::nullopt;
}

// The length of the blank at the front of UTF-8 text; 0 where there is none.
std::size_t blank_at_front(std::string_view text) {
    if (text.empty()) return 0;
    std::size_t at = 0;
    const char32_t code = next_character(text, at);
    return code == ' ' || is_unseen(code) ? at : 0;
}

std::size_t blank_at_back(std::string_view text) {
    if (text.empty()) return 0;
    std::size_t begin = text.size() - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    return blank_at_front(text.substr(begin)) == 0 ? 0 : text.size() - begin;
}

}  // namespace

std::optional<IdFault> id_fault(std::string_view id, IdUse use) {
    // Nearly every id is letters and digits alone.
    const auto is_plain = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    };
    const bool has_length = !id.empty() && id.size() <= kIdBytesMax;
    if (has_length && std::ranges::all_of(id, is_plain)) return std::nullopt;
    if (id.empty()) return IdFault{"the id is empty", "an id, the same wherever it is named"};
    if (id.size() > kIdBytesMax) {
        return IdFault{quoted_cell(id) + " is longer than an id can be",
                       fmt::format("at most {} bytes", kIdBytesMax)};
    }
    if (!is_utf8(id)) return IdFault{"the id is not UTF-8", "UTF-8"};
    if (std::string_view("=+-@'.$~").find(id.front()) != std::string_view::npos) {
        return IdFault{fmt::format("{} begins with '{}': a spreadsheet, a shell or a broker takes "
                                   "it for something else",
                                   quoted_cell(id), id.front()),
                       "begin with a letter or a digit"};
    }
    if (blank_at_front(id) > 0 || blank_at_back(id) > 0) {
        return IdFault{quoted_cell(id) + " has a blank at an end", "the id without it"};
    }
    if (use == IdUse::kTopic && id.back() == '.') {
        return IdFault{quoted_cell(id) + " ends with '.': no file's name can", std::string(kCure)};
    }
    if (holds_escape(id)) {
        return IdFault{quoted_cell(id) +
                           " holds what a spreadsheet wrote for a character that "
                           "cannot be seen",
                       "enter it again by hand"};
    }
    return character_fault(id, use);
}

}  // namespace qk::plans
