#include "plans/protocol/yaml_text.hpp"

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <string_view>

namespace qk::plans {
namespace {

namespace json = boost::json;

// What YAML 1.1 takes for something else than a text.
constexpr std::array<std::string_view, 9> kTakenForValues{"y",   "n",    "yes",   "no",  "on",
                                                          "off", "true", "false", "null"};

bool is_plain_word(std::string_view text) {
    if (text.empty() || text.size() > 40) return false;
    for (const char c : text) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && c != '_') return false;
    }
    return std::ranges::find(kTakenForValues, text) == kTakenForValues.end();
}

std::string key_text(std::string_view key) {
    return is_plain_word(key) ? std::string(key) : json::serialize(json::string(key));
}

bool is_block(const json::value& value) {
    return (value.is_object() && !value.get_object().empty()) ||
           (value.is_array() && !value.get_array().empty());
}

void write(const json::value& value, std::size_t indent, std::string& out);

// After "key:" or "-": on the same line, or below.
void write_after(const json::value& value, std::size_t indent, std::string& out) {
    if (!is_block(value)) {
        out += " " + json::serialize(value) + "\n";
        return;
    }
    out += "\n";
    write(value, indent, out);
}

void write(const json::value& value, std::size_t indent, std::string& out) {
    const std::string blanks(indent, ' ');
    if (value.is_object()) {
        for (const auto& [key, member] : value.get_object()) {
            out += blanks + key_text({key.data(), key.size()}) + ":";
            write_after(member, indent + 2, out);
        }
        return;
    }
    for (const json::value& item : value.get_array()) {
        out += blanks + "-";
        write_after(item, indent + 2, out);
    }
}

}  // namespace

std::string to_yaml_text(const json::value& value) {
    if (!is_block(value)) return json::serialize(value) + "\n";
    std::string out;
    write(value, 0, out);
    return out;
}

}  // namespace qk::plans
