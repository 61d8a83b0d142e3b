#include "plans/text/toml_table.hpp"

#include <algorithm>
#include <sstream>

#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

std::string_view kind_of(const toml::node& node) {
    if (node.is_string()) return "a text";
    if (node.is_integer() || node.is_floating_point()) return "a number";
    if (node.is_boolean()) return "true or false";
    if (node.is_array()) return "a list";
    if (node.is_table()) return "a table";
    return "a date or time";
}

std::string shown(const toml::node& node) {
    std::ostringstream out;
    if (const auto* text = node.as_string()) return "the text '" + text->get() + "'";
    if (const auto* whole = node.as_integer())
        out << "the number " << whole->get();
    else if (const auto* number = node.as_floating_point())
        out << "the number " << number->get();
    else
        return std::string(kind_of(node));
    return out.str();
}

// Empty: nothing is wrong.
std::string fault_of(std::string_view text) {
    if (text.size() > kTomlTextBytesMax) {
        return "is " + std::to_string(text.size()) + " bytes long, more than " +
               std::to_string(kTomlTextBytesMax);
    }
    const auto unseen = find_unseen(text);
    return unseen ? to_text(*unseen) : "";
}

std::string cure_of(std::string_view text) {
    return text.size() > kTomlTextBytesMax ? "a shorter text" : std::string(kUnseenCure);
}

std::string shown(double value) {
    std::ostringstream out;
    out << value;
    return out.str();
}

}  // namespace

const toml::node* TomlTable::find(std::string_view key) {
    asked_.emplace(key);
    return table_->get(key);
}

std::string TomlTable::path_of(std::string_view key) const {
    if (path_.empty()) return std::string(key);
    return key.empty() ? path_ : path_ + "." + std::string(key);
}

rules::Place TomlTable::place(std::string_view key) const {
    const toml::node* node = key.empty() ? nullptr : table_->get(key);
    toml::source_position at = (node != nullptr ? node->source() : table_->source()).begin;
    if (!at && path_.empty()) at = {1, 1};
    return {*file_, static_cast<int>(at.line), static_cast<int>(at.column)};
}

void TomlTable::wrong(std::string_view key, std::string what, std::string cure,
                      rules::Severity severity) {
    const std::string path = path_of(key);
    faults_->push_back({place(key), path.empty() ? std::move(what) : path + ": " + what,
                        std::move(cure), severity});
}

void TomlTable::wrong_type(std::string_view key, const toml::node& node, std::string_view wanted) {
    wrong(key, "is " + shown(node), std::string(wanted));
}

std::optional<std::string> TomlTable::text(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* found = node->as_string()) {
        const std::string fault = fault_of(found->get());
        if (fault.empty()) return found->get();
        wrong(key, fault, cure_of(found->get()));
        return std::nullopt;
    }
    wrong_type(key, *node, "a text in quotes");
    return std::nullopt;
}

std::string TomlTable::required_text(std::string_view key, std::string_view example) {
    if (find(key) == nullptr) {
        wrong(key, "is missing", std::string(example));
        return {};
    }
    std::optional<std::string> found = text(key);
    if (found && found->empty()) wrong(key, "is empty", std::string(example));
    return found.value_or("");
}

std::string TomlTable::required_name(std::string_view key, std::string_view example) {
    const std::string found = required_text(key, example);
    const auto unseen = find_unseen_in_name(found);
    if (unseen) wrong(key, to_text(*unseen), std::string(kUnseenCure));
    return found;
}

std::optional<std::int64_t> TomlTable::whole(std::string_view key, std::int64_t least,
                                             std::int64_t most) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const std::string wanted =
        "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    const auto* found = node->as_integer();
    if (found == nullptr) {
        wrong_type(key, *node, wanted);
    } else if (found->get() < least || found->get() > most) {
        wrong(key, "is " + std::to_string(found->get()), wanted);
    } else {
        return found->get();
    }
    return std::nullopt;
}

std::optional<double> TomlTable::number(std::string_view key, double least, double most) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    const std::string wanted = "a number from " + shown(least) + " to " + shown(most);
    const std::optional<double> found =
        node->is_integer() || node->is_floating_point() ? node->value<double>() : std::nullopt;
    if (!found) {
        wrong_type(key, *node, wanted);
    } else if (!(*found >= least && *found <= most)) {
        wrong(key, "is " + shown(*found), wanted);
    } else {
        return found;
    }
    return std::nullopt;
}

std::optional<bool> TomlTable::yes_no(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* found = node->as_boolean()) return found->get();
    wrong_type(key, *node, "true or false");
    return std::nullopt;
}

std::optional<rules::CivilDay> TomlTable::day(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    std::optional<rules::CivilDay> found;
    if (const auto* date = node->as_date()) {
        const toml::date d = date->get();
        std::ostringstream text;
        text << d;
        found = rules::parse_day(text.str());
    } else if (const auto* text = node->as_string()) {
        found = rules::parse_day(text->get());
    }
    if (!found) wrong_type(key, *node, "a day such as \"2026-03-01\"");
    return found;
}

std::vector<std::string> TomlTable::texts(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return {};
    std::vector<std::string> out;
    const auto* list = node->as_array();
    if (list == nullptr) {
        wrong_type(key, *node, "a list of texts");
        return out;
    }
    for (const toml::node& item : *list) {
        if (const auto* found = item.as_string()) {
            const std::string fault = fault_of(found->get());
            if (!fault.empty()) wrong(key, fault, cure_of(found->get()));
            out.push_back(found->get());
        } else {
            wrong_type(key, item, "a list of texts");
        }
    }
    return out;
}

std::vector<int> TomlTable::wholes(std::string_view key, int least, int most) {
    const toml::node* node = find(key);
    if (node == nullptr) return {};
    std::vector<int> out;
    const std::string wanted =
        "a list of whole numbers from " + std::to_string(least) + " to " + std::to_string(most);
    const auto* list = node->as_array();
    if (list == nullptr) {
        wrong_type(key, *node, wanted);
        return out;
    }
    for (const toml::node& item : *list) {
        const auto* found = item.as_integer();
        if (found != nullptr && found->get() >= least && found->get() <= most) {
            out.push_back(static_cast<int>(found->get()));
        } else {
            wrong_type(key, item, wanted);
        }
    }
    return out;
}

void TomlTable::read(std::string_view key, std::string& value, std::string_view example) {
    const toml::node* node = find(key);
    if (node != nullptr && !node->is_string()) {
        return wrong_type(key, *node, "a text, for example \"" + std::string(example) + "\"");
    }
    if (auto found = text(key)) value = std::move(*found);
}

void TomlTable::read(std::string_view key, bool& value) { value = yes_no(key).value_or(value); }

void TomlTable::read(std::string_view key, std::vector<std::string>& values) {
    if (find(key) != nullptr) values = texts(key);
}

std::optional<TomlTable> TomlTable::table(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::nullopt;
    if (const auto* found = node->as_table()) {
        return TomlTable(*found, path_of(key), *file_, *faults_);
    }
    wrong_type(key, *node, "a table [" + path_of(key) + "]");
    return std::nullopt;
}

std::vector<TomlTable> TomlTable::tables(std::string_view key, std::size_t most) {
    const toml::node* node = find(key);
    if (node == nullptr) return {};
    std::vector<TomlTable> out;
    const auto* list = node->as_array();
    if (list == nullptr) {
        wrong_type(key, *node, "tables [[" + path_of(key) + "]]");
        return out;
    }
    if (list->size() > most) {
        wrong(key, "has " + std::to_string(list->size()) + " entries",
              "at most " + std::to_string(most));
        return out;
    }
    std::size_t number = 0;
    for (const toml::node& item : *list) {
        ++number;
        const std::string path = path_of(key) + "[" + std::to_string(number) + "]";
        if (const auto* found = item.as_table()) {
            out.emplace_back(*found, path, *file_, *faults_);
        } else {
            wrong_type(key, item, "tables");
        }
    }
    return out;
}

std::vector<std::string> TomlTable::keys() const {
    std::vector<std::string> out;
    for (const auto& [key, node] : *table_) out.emplace_back(key.str());
    return out;
}

void TomlTable::finish() {
    for (const auto& [key, node] : *table_) {
        if (asked_.count(key.str()) != 0) continue;
        std::string known;
        for (const std::string& name : asked_) known += (known.empty() ? "" : ", ") + name;
        faults_->push_back({{*file_, static_cast<int>(key.source().begin.line),
                             static_cast<int>(key.source().begin.column)},
                            path_of(key.str()) + ": is not known here",
                            "one of " + known});
    }
}

}  // namespace qk::plans
