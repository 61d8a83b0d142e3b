#include "daemon/base/toml_section.hpp"

#include <fmt/format.h>

#include <sstream>

#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

std::string shown(const toml::node& node) {
    std::ostringstream text;
    node.visit([&text](const auto& value) { text << value; });
    return text.str();
}

std::string kind_of(const toml::node& node) {
    if (node.is_string()) return "the text";
    if (node.is_integer() || node.is_floating_point()) return "the number";
    if (node.is_boolean()) return "the boolean";
    return "the value";
}

}  // namespace

const toml::node* TomlSection::find(std::string_view key) {
    asked_.insert(std::string(key));
    return table_ == nullptr ? nullptr : table_->get(key);
}

bool TomlSection::has(std::string_view key) const {
    return table_ != nullptr && table_->get(key) != nullptr;
}

rules::Place TomlSection::place_of(const toml::node& node) const {
    const auto begin = node.source().begin;
    return {file_, static_cast<int>(begin.line), static_cast<int>(begin.column)};
}

std::string TomlSection::full_name(std::string_view key) const {
    return name_.empty() ? std::string(key) : fmt::format("{}.{}", name_, key);
}

void TomlSection::read(std::string_view key, std::string& value, std::string_view example) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    if (const auto text = node->value_exact<std::string>()) {
        if (const auto unseen = plans::find_unseen(*text)) {
            return fault(key, plans::to_text(*unseen), std::string(plans::kUnseenCure));
        }
        value = *text;
        return;
    }
    fault(key, fmt::format("must be a text, got {} {}", kind_of(*node), shown(*node)),
          fmt::format("for example \"{}\"", example));
}

void TomlSection::read(std::string_view key, bool& value) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    if (const auto flag = node->value_exact<bool>()) {
        value = *flag;
        return;
    }
    fault(key, fmt::format("must be true or false, got {} {}", kind_of(*node), shown(*node)), "");
}

std::optional<std::int64_t> TomlSection::whole(std::string_view key, std::int64_t lowest,
                                               std::int64_t highest) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto number = node->value_exact<std::int64_t>();
    if (number && *number >= lowest && *number <= highest) return *number;
    fault(key,
          fmt::format("must be a whole number from {} to {}, got {} {}", lowest, highest,
                      kind_of(*node), shown(*node)),
          "");
    return std::nullopt;
}

void TomlSection::read(std::string_view key, std::vector<std::string>& values,
                       std::string_view example) {
    const toml::node* node = find(key);
    if (node == nullptr) return;
    const toml::array* list = node->as_array();
    std::vector<std::string> found;
    bool is_good = list != nullptr;
    for (std::size_t i = 0; is_good && i < list->size(); ++i) {
        const auto text = (*list)[i].value_exact<std::string>();
        is_good = text.has_value();
        if (text) found.push_back(*text);
    }
    if (is_good) {
        values = std::move(found);
    } else {
        fault(key, "must be a list of texts", fmt::format("for example [\"{}\"]", example));
    }
}

std::optional<double> TomlSection::number(std::string_view key, double lowest, double highest) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const auto number = node->value<double>();
    if (number && *number >= lowest && *number <= highest) return *number;
    fault(key,
          fmt::format("must be a number from {} to {}, got {} {}", lowest, highest, kind_of(*node),
                      shown(*node)),
          "");
    return std::nullopt;
}

std::vector<const toml::table*> TomlSection::tables(std::string_view key, std::size_t most) {
    std::vector<const toml::table*> tables;
    const toml::node* node = find(key);
    if (node == nullptr) return tables;
    const toml::array* list = node->as_array();
    bool is_good = list != nullptr && list->size() <= most;
    for (std::size_t i = 0; is_good && i < list->size(); ++i) {
        tables.push_back((*list)[i].as_table());
        is_good = tables.back() != nullptr;
    }
    if (is_good) return tables;
    fault(key, fmt::format("must be a list of tables, {} at most", most),
          fmt::format("[[{}]]", full_name(key)));
    return {};
}

void TomlSection::fault(std::string_view key, std::string what, std::string cure) {
    asked_.insert(std::string(key));
    rules::Place place{file_, 0, 0};
    if (table_ != nullptr) {
        const toml::node* node = table_->get(key);
        place = place_of(node != nullptr ? *node : *table_);
    }
    faults_.push_back({std::move(place), fmt::format("{}: {}", full_name(key), what),
                       std::move(cure), rules::Severity::kError});
}

void TomlSection::refuse_unknown() {
    if (table_ == nullptr) return;
    std::string known;
    for (const std::string& key : asked_) known += (known.empty() ? "" : ", ") + key;
    for (const auto& [key, value] : *table_) {
        if (asked_.contains(key.str())) continue;
        const auto begin = key.source().begin;
        faults_.push_back({{file_, static_cast<int>(begin.line), static_cast<int>(begin.column)},
                           fmt::format("unknown key '{}'", full_name(key.str())),
                           "one of " + known,
                           rules::Severity::kError});
    }
}

}  // namespace qk::daemon
