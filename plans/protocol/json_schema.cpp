#include "plans/protocol/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <regex>
#include <string_view>

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr int kDepthMax = 64;
// Words that only describe.
constexpr std::array<std::string_view, 4> kOnlyWords{"description", "format", "title", "examples"};

bool is_whole(const json::value& value) {
    return value.is_int64() || value.is_uint64() ||
           (value.is_double() && std::trunc(value.get_double()) == value.get_double());
}

bool is_of_type(const json::value& value, std::string_view type) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "number") return value.is_number();
    return type == "integer" && value.is_number() && is_whole(value);
}

std::size_t characters_in(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

class SchemaCheck {
 public:
    explicit SchemaCheck(const json::value& root) : root_(root) {}

    void check(const json::value& value, const json::value& schema, const std::string& at,
               int depth) {
        if (depth > kDepthMax || !schema.is_object()) return fault(at, "the schema is not one");
        for (const auto& [word, wanted] : schema.get_object()) {
            const std::string_view name(word.data(), word.size());
            if (std::ranges::find(kOnlyWords, name) != kOnlyWords.end()) continue;
            if (!check_whole(name, value, wanted, at, depth) &&
                !check_limit(name, value, wanted, at))
                fault(at, fmt::format("the schema's word '{}' is not known", name));
        }
    }
    [[nodiscard]] std::vector<std::string> faults() && { return std::move(faults_); }

 private:
    void fault(const std::string& at, const std::string& what) {
        if (faults_.size() < kSchemaFaultsMax) {
            faults_.push_back((at.empty() ? "/" : at) + ": " + what);
        }
    }
    [[nodiscard]] bool fits(const json::value& value, const json::value& schema,
                            const std::string& at, int depth) const {
        SchemaCheck one(root_);
        one.check(value, schema, at, depth);
        return one.faults_.empty();
    }

    // False: not one of these words.
    bool check_whole(std::string_view word, const json::value& value, const json::value& wanted,
                     const std::string& at, int depth) {
        if (word == "$ref") {
            check_reference(value, wanted, at, depth);
        } else if (word == "anyOf") {
            const auto& all = wanted.as_array();
            const bool is_any = std::ranges::any_of(
                all, [&](const json::value& one) { return fits(value, one, at, depth + 1); });
            if (!is_any) fault(at, "fits none of what is possible");
        } else if (word == "type") {
            check_type(value, wanted, at);
        } else if (word == "enum") {
            const auto& all = wanted.as_array();
            if (std::find(all.begin(), all.end(), value) == all.end())
                fault(at, "is not one of " + json::serialize(wanted));
        } else if (word == "required") {
            check_required(value, wanted, at);
        } else if (word == "properties") {
            if (!value.is_object()) return true;
            for (const auto& [name, schema] : wanted.as_object()) {
                const json::value* found = value.get_object().if_contains(name);
                if (found != nullptr)
                    check(*found, schema, at + "/" + std::string(name), depth + 1);
            }
        } else if (word == "items") {
            if (!value.is_array()) return true;
            std::size_t place = 0;
            for (const json::value& one : value.get_array()) {
                check(one, wanted, fmt::format("{}/{}", at, place++), depth + 1);
            }
        } else {
            return false;
        }
        return true;
    }
    void check_reference(const json::value& value, const json::value& wanted, const std::string& at,
                         int depth) {
        boost::system::error_code error;
        const std::string_view pointer(wanted.as_string());
        const json::value* found =
            pointer.starts_with('#') ? root_.find_pointer(pointer.substr(1), error) : nullptr;
        if (found == nullptr) return fault(at, fmt::format("'{}' points at nothing", pointer));
        check(value, *found, at, depth + 1);
    }
    void check_type(const json::value& value, const json::value& wanted, const std::string& at) {
        const auto is_it = [&](const json::value& type) {
            return is_of_type(value, std::string_view(type.as_string()));
        };
        const bool fits =
            wanted.is_array() ? std::ranges::any_of(wanted.get_array(), is_it) : is_it(wanted);
        if (!fits) fault(at, "is not of the type " + json::serialize(wanted));
    }
    void check_required(const json::value& value, const json::value& wanted,
                        const std::string& at) {
        if (!value.is_object()) return;
        for (const json::value& name : wanted.as_array()) {
            if (!value.get_object().contains(name.as_string()))
                fault(at, fmt::format("lacks '{}'", std::string_view(name.as_string())));
        }
    }

    bool check_limit(std::string_view word, const json::value& value, const json::value& wanted,
                     const std::string& at) {
        const bool is_text = value.is_string();
        const std::string_view text = is_text ? std::string_view(value.get_string()) : "";
        const auto limit = [&] { return wanted.to_number<double>(); };
        const auto size = [](std::size_t count) { return static_cast<double>(count); };
        bool is_kept = true;
        if (word == "minimum") {
            is_kept = !value.is_number() || value.to_number<double>() >= limit();
        } else if (word == "maximum") {
            is_kept = !value.is_number() || value.to_number<double>() <= limit();
        } else if (word == "minLength") {
            is_kept = !is_text || size(characters_in(text)) >= limit();
        } else if (word == "maxLength") {
            is_kept = !is_text || size(characters_in(text)) <= limit();
        } else if (word == "minItems") {
            is_kept = !value.is_array() || size(value.get_array().size()) >= limit();
        } else if (word == "maxItems") {
            is_kept = !value.is_array() || size(value.get_array().size()) <= limit();
        } else if (word == "pattern") {
            // The longest text that a pattern here is for; std::regex recurses over the length.
            constexpr std::size_t kPatternBytesMax = 512;
            const std::regex pattern(std::string(std::string_view(wanted.as_string())));
            is_kept = !is_text || (text.size() <= kPatternBytesMax &&
                                   std::regex_search(text.begin(), text.end(), pattern));
        } else {
            return false;
        }
        if (!is_kept) fault(at, fmt::format("breaks {} {}", word, json::serialize(wanted)));
        return true;
    }

    const json::value& root_;
    std::vector<std::string> faults_;
};

}  // namespace

std::vector<std::string> schema_faults(const json::value& value, const json::value& schema,
                                       const json::value& root) {
    SchemaCheck check(root);
    check.check(value, schema, "", 0);
    return std::move(check).faults();
}

}  // namespace qk::plans
