#include "plans/text/toml.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "plans/text/encoding.hpp"

namespace qk::plans {
namespace {

// Past the text in quotes that begins at `at`: """…""", '''…''', "…" or '…'.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
    const char quote = text[at];
    const bool is_long = text.substr(at, 3) == std::string(3, quote);
    for (std::size_t i = at + (is_long ? 3 : 1); i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (is_long ? text.substr(i, 3) == std::string(3, quote) : text[i] == quote) {
            return i + (is_long ? 3 : 1);
        } else if (!is_long && text[i] == '\n') {
            return i;
        }
    }
    return text.size();
}

// Where a key has more parts than any of ours; the size of the text where there is none.
std::size_t find_deep_key(std::string_view text) {
    std::size_t dots = 0;
    for (std::size_t i = 0; i < text.size();) {
        switch (text[i]) {
            case '"':
            case '\'':
                i = end_of_quoted(text, i);
                continue;
            case '#':
                i = std::min(text.find('\n', i), text.size());
                continue;
            case '.':
                if (++dots >= kTomlKeyPartsMax) return i;
                break;
            case '\n':
            case '=':
            case ',':
            case '[':
            case ']':
            case '{':
            case '}':
                dots = 0;
                break;
            default:
                break;
        }
        ++i;
    }
    return text.size();
}

rules::Place place_of(std::string_view text, std::size_t at, const std::string& file) {
    const std::string_view before = text.substr(0, at);
    const std::size_t line_start = before.rfind('\n');
    const std::size_t column = line_start == std::string_view::npos ? at + 1 : at - line_start;
    return {file, 1 + static_cast<int>(std::ranges::count(before, '\n')), static_cast<int>(column)};
}

rules::Faults numbers_without_end(const toml::table& document, const std::string& file) {
    rules::Faults faults;
    std::vector<const toml::node*> open{&document};
    while (!open.empty()) {
        const toml::node* node = open.back();
        open.pop_back();
        if (const toml::table* table = node->as_table()) {
            for (const auto& [key, value] : *table) open.push_back(&value);
        } else if (const toml::array* list = node->as_array()) {
            for (const toml::node& value : *list) open.push_back(&value);
        } else if (const auto* number = node->as_floating_point()) {
            if (std::isfinite(number->get())) continue;
            const auto at = node->source().begin;
            faults.push_back({{file, static_cast<int>(at.line), static_cast<int>(at.column)},
                              "inf and nan are no numbers here",
                              "a number with an end, or leave the key out",
                              rules::Severity::kError});
        }
    }
    const auto by_place = [](const rules::Fault& a, const rules::Fault& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    };
    std::ranges::sort(faults, by_place);
    return faults;
}

}  // namespace

rules::Result<toml::table> parse_toml(std::string_view text, const std::string& file,
                                      std::size_t bytes_max) {
    if (text.size() > bytes_max) {
        return rules::Faults{{{file, 0, 0},
                              "has " + std::to_string(text.size()) + " bytes",
                              "at most " + std::to_string(bytes_max)}};
    }
    if (const std::size_t at = find_deep_key(text); at < text.size()) {
        return rules::Faults{{place_of(text, at, file),
                              "a key of more than " + std::to_string(kTomlKeyPartsMax) + " parts",
                              "no key of ours has more than five"}};
    }
    try {
        toml::table document = toml::parse(text);
        rules::Faults faults = numbers_without_end(document, file);
        if (!faults.empty()) return faults;
        return document;
    } catch (const toml::parse_error& error) {
        const auto at = error.source().begin;
        return rules::Faults{{{file, static_cast<int>(at.line), static_cast<int>(at.column)},
                              std::string(error.description()),
                              "TOML 1.0"}};
    }
}

}  // namespace qk::plans
