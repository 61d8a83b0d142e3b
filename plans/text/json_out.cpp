#include "plans/text/json_out.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace qk::plans {
namespace {

bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Whether one of eight characters has to be escaped; sometimes true where none has.
bool may_be_escaped(std::uint64_t eight) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kTops = kOnes * 0x80U;
    const auto has_zero = [](std::uint64_t word) { return (word - kOnes) & ~word; };
    const std::uint64_t control = (eight - kOnes * 0x20U) & ~eight;
    const std::uint64_t quote = has_zero(eight ^ (kOnes * static_cast<unsigned char>('"')));
    const std::uint64_t stroke = has_zero(eight ^ (kOnes * static_cast<unsigned char>('\\')));
    return ((control | quote | stroke) & kTops) != 0;
}

// How many characters of the front need no escape.
std::size_t plain_size(std::string_view text) {
    std::size_t at = 0;
    std::uint64_t eight = 0;
    for (; at + sizeof eight <= text.size(); at += sizeof eight) {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        if (may_be_escaped(eight)) break;
    }
    if (at + sizeof eight > text.size() && text.size() >= sizeof eight) {
        // The last ones, some of which were looked at.
        std::memcpy(&eight, text.data() + text.size() - sizeof eight, sizeof eight);
        if (!may_be_escaped(eight)) return text.size();
    }
    while (at < text.size() && !is_escaped(text[at])) ++at;
    return at;
}

void append_escape(std::string& out, char c) {
    static constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\b':
            out += "\\b";
            break;
        case '\f':
            out += "\\f";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            out += "\\u00";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
    }
}

// Shortest digits that read back to the same double, d.ddde±xx, laid out by ECMA-262's rule.
void append_shortest(std::string& out, double value) {
    std::array<char, 64> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::fabs(value),
                                   std::chars_format::scientific);
    const std::string_view shortest(buffer.data(),
                                    static_cast<std::size_t>(end.ptr - buffer.data()));
    const std::size_t e = shortest.find('e');
    std::string digits(shortest.substr(0, 1));
    if (e > 2) digits += shortest.substr(2, e - 2);
    int exponent = 0;
    const std::size_t sign = e + 1;
    std::from_chars(shortest.data() + sign + 1, end.ptr, exponent);
    if (shortest[sign] == '-') exponent = -exponent;
    if (value < 0) out += '-';
    const int size = static_cast<int>(digits.size());
    const int point = exponent + 1;  // digits before the decimal point
    if (size <= point && point <= 21) {
        out += digits;
        out.append(static_cast<std::size_t>(point - size), '0');
    } else if (0 < point && point <= 21) {
        out += digits.insert(static_cast<std::size_t>(point), ".");
    } else if (-6 < point && point <= 0) {
        out += "0.";
        out.append(static_cast<std::size_t>(-point), '0');
        out += digits;
    } else {
        if (size > 1) digits.insert(1, ".");
        out += digits;
        out += exponent < 0 ? "e-" : "e+";
        append_json_whole(out, std::abs(exponent));
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    constexpr std::size_t kShort = 126;
    if (text.size() <= kShort && plain_size(text) == text.size()) {
        std::array<char, kShort + 2> piece;
        piece[0] = '"';
        if (!text.empty()) std::memcpy(piece.data() + 1, text.data(), text.size());
        piece[text.size() + 1] = '"';
        out.append(piece.data(), text.size() + 2);
        return;
    }
    out += '"';
    while (!text.empty()) {
        const std::size_t plain = plain_size(text);
        out.append(text.substr(0, plain));
        text.remove_prefix(plain);
        if (text.empty()) break;
        append_escape(out, text.front());
        text.remove_prefix(1);
    }
    out += '"';
}

void append_json_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out += "null";  // as ECMAScript prints it
        return;
    }
    constexpr double kWholeMax = 9007199254740992.0;  // 2^53: digits of an integer are the shortest
    if (std::fabs(value) < kWholeMax && value == std::floor(value)) {
        append_json_whole(out, static_cast<std::int64_t>(value));  // 0 for -0, as ECMAScript has it
        return;
    }
    append_shortest(out, value);
}

void append_json_whole(std::string& out, std::int64_t value) {
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
}

void JsonOut::texts_member(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    begin_array();
    for (const std::string& value : values) text(value);
    end_array();
}

void JsonText::part() {
    if (!is_first_) out_ += ',';
    is_first_ = false;
}

void JsonText::open(char bracket) {
    part();
    out_ += bracket;
    is_first_ = true;
}

void JsonText::close(char bracket) {
    out_ += bracket;
    is_first_ = false;
}

void JsonText::key(std::string_view name) {
    // In one piece, as a third of what is printed are names.
    constexpr std::size_t kShort = 60;
    if (name.size() <= kShort && plain_size(name) == name.size()) {
        std::array<char, kShort + 4> piece;
        std::size_t at = 0;
        if (!is_first_) piece[at++] = ',';
        piece[at++] = '"';
        at += name.copy(piece.data() + at, name.size());
        piece[at++] = '"';
        piece[at++] = ':';
        out_.append(piece.data(), at);
        is_first_ = true;
        return;
    }
    part();
    append_json_string(out_, name);
    out_ += ':';
    is_first_ = true;
}

void JsonText::text(std::string_view value) {
    part();
    append_json_string(out_, value);
}

void JsonText::number(double value) {
    part();
    append_json_number(out_, value);
}

void JsonText::whole(std::int64_t value) {
    part();
    append_json_whole(out_, value);
}

void JsonText::flag(bool value) {
    part();
    out_ += value ? "true" : "false";
}

void JsonText::null() {
    part();
    out_ += "null";
}

void JsonText::raw(std::string_view value) {
    part();
    out_ += value;
}

void JsonTree::count() {
    if (!counts_.empty()) ++counts_.back();
}

void JsonTree::end_object() {
    stack_.push_object(counts_.back());
    counts_.pop_back();
    count();
}

void JsonTree::end_array() {
    stack_.push_array(counts_.back());
    counts_.pop_back();
    count();
}

void JsonTree::text(std::string_view value) {
    stack_.push_string(value);
    count();
}

void JsonTree::number(double value) {
    stack_.push_double(value);
    count();
}

void JsonTree::whole(std::int64_t value) {
    stack_.push_int64(value);
    count();
}

void JsonTree::flag(bool value) {
    stack_.push_bool(value);
    count();
}

void JsonTree::null() {
    stack_.push_null();
    count();
}

}  // namespace qk::plans
