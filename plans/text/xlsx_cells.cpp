#include "plans/text/xlsx_cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "plans/text/json.hpp"
#include "rules/base/number.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kColumnsOfFormat = 16384;
constexpr int kRowsOfFormat = 1'048'576;

void append_utf8(std::string& out, std::uint32_t code) {
    if (code < 0x80)
        out += static_cast<char>(code);
    else if (code < 0x800) {
        out += static_cast<char>(0xC0 | (code >> 6));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xE0 | (code >> 12));
        out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

}  // namespace

std::optional<CellReference> parse_reference(std::string_view text) {
    CellReference reference;
    std::size_t i = 0;
    for (; i < text.size() && text[i] >= 'A' && text[i] <= 'Z'; ++i) {
        reference.column = reference.column * 26 + static_cast<std::size_t>(text[i] - 'A') + 1;
        if (reference.column > kColumnsOfFormat) return std::nullopt;
    }
    const auto [end, error] =
        std::from_chars(text.data() + i, text.data() + text.size(), reference.row);
    if (i == 0 || error != std::errc() || end != text.data() + text.size() || reference.row < 1 ||
        reference.row > kRowsOfFormat) {
        return std::nullopt;
    }
    return reference;
}

std::string reference_text(std::size_t column, int row) {
    std::string letters;
    for (; column > 0; column = (column - 1) / 26) {
        letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    }
    return letters + std::to_string(row);
}

std::string number_text(double value) {
    const std::string shown = fmt::format("{:.15g}", value);
    return to_json_number(rules::parse_number(shown).value_or(value));
}

bool is_date_format_id(int id) {
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

bool is_date_format_code(std::string_view code) {
    for (std::size_t i = 0; i < code.size(); ++i) {
        const char c = code[i];
        if (c == ';') return false;  // further sections are for negative numbers and text
        if (c == '"') {
            i = std::min(code.find('"', i + 1), code.size());
        } else if (c == '\\' || c == '_' || c == '*') {
            ++i;
        } else if (c == '[') {
            const std::size_t end = std::min(code.find(']', i), code.size());
            const std::string_view inside = code.substr(i + 1, end - i - 1);
            // [h], [mm], [ss]: elapsed time. [Red], [$-804], [>100]: not.
            if (!inside.empty() && inside.find_first_not_of("hHmMsS") == std::string_view::npos) {
                return true;
            }
            i = end;
        } else if (std::string_view("yYmMdDhHsS").find(c) != std::string_view::npos) {
            return true;
        }
    }
    return false;
}

std::optional<std::string> date_text(double serial, bool base_1904) {
    constexpr double kSerialMax = 2'958'465;  // 9999-12-31
    constexpr std::int64_t kSecondsPerDay = 86400;
    if (!(serial >= 0) || serial > kSerialMax + 1) return std::nullopt;
    const auto seconds = static_cast<std::int64_t>(std::llround(serial * kSecondsPerDay));
    std::int64_t days = seconds / kSecondsPerDay;
    const std::int64_t of_day = seconds % kSecondsPerDay;
    const std::string clock =
        fmt::format("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60);
    if (days == 0 && !base_1904) return clock;
    using std::chrono::local_days;
    local_days base = local_days(std::chrono::year(1904) / 1 / 1);
    if (!base_1904) {
        base = local_days(std::chrono::year(1899) / 12 / 31);
        if (days >= 60) --days;  // the format counts a 29 February 1900 that never was
    }
    const std::string day = rules::to_iso(base + std::chrono::days(days));
    return of_day == 0 ? day : day + "T" + clock;
}

std::string without_escapes(std::string_view text) {
    constexpr std::size_t kEscapeLength = 7;  // _xHHHH_
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::string_view rest = text.substr(i);
        std::uint32_t code = 0;
        const bool shaped =
            rest.size() >= kEscapeLength && rest.starts_with("_x") && rest[6] == '_';
        const bool is_escape =
            shaped &&
            std::from_chars(rest.data() + 2, rest.data() + 6, code, 16).ptr == rest.data() + 6;
        const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (is_escape && !is_surrogate && code != 0) {
            append_utf8(out, code);
            i += kEscapeLength - 1;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace qk::plans
