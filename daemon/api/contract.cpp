#include "daemon/api/contract.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <stdexcept>

#include "plans/text/json.hpp"

namespace qk::embedded {
std::span<const File> openapi_files();
}

namespace qk::daemon {
namespace {

namespace json = boost::json;

rules::Fault fault(std::string_view file, std::string what, std::string cure) {
    return {{std::string(file), 0, 0}, std::move(what), std::move(cure), rules::Severity::kError};
}

// Merged, everything is in one document: "common.json#/components/…" becomes "#/components/…".
void make_local(json::value& value) {
    if (value.is_array()) {
        for (json::value& one : value.get_array()) make_local(one);
    } else if (value.is_object()) {
        for (auto& member : value.get_object()) {
            json::value& inner = member.value();
            if (member.key() == "$ref" && inner.is_string()) {
                const std::string_view whole = inner.get_string();
                const auto at = whole.find('#');
                if (at != std::string_view::npos) inner = json::string(whole.substr(at));
            } else {
                make_local(inner);
            }
        }
    }
}

void check_references(const json::value& value, const json::value& document,
                      rules::Faults& faults) {
    if (value.is_array()) {
        for (const json::value& one : value.get_array()) check_references(one, document, faults);
    } else if (value.is_object()) {
        for (const auto& member : value.get_object()) {
            if (member.key() != "$ref") {
                check_references(member.value(), document, faults);
                continue;
            }
            boost::system::error_code missing;
            const std::string_view pointer = member.value().as_string();
            if (document.find_pointer(pointer.substr(std::min<std::size_t>(1, pointer.size())),
                                      missing) == nullptr) {
                faults.push_back(fault("openapi", std::string(pointer) + " does not exist",
                                       "the name of a component"));
            }
        }
    }
}

// Moves the members of one object into another; those that are there already are faults.
void take_members(json::object& into, json::object& from, std::string_view file,
                  rules::Faults& faults) {
    for (auto& member : from) {
        if (into.contains(member.key())) {
            faults.push_back(
                fault(file, std::string(member.key()) + " is given twice", "one name in one file"));
        } else {
            into[member.key()] = std::move(member.value());
        }
    }
}

void take_file(json::object& document, const embedded::File& file, rules::Faults& faults) {
    auto read = plans::parse_json(file.text, std::string(file.path));
    if (!read) {
        const rules::Faults found = read.error();
        faults.insert(faults.end(), found.begin(), found.end());
        return;
    }
    make_local(*read);
    json::object& given = read->as_object();
    take_members(document["paths"].as_object(), given["paths"].as_object(), file.path, faults);
    json::value* components = given.if_contains("components");
    if (components == nullptr) return;
    json::object& all = document["components"].as_object();
    for (auto& group : components->as_object()) {
        json::value& into = all[group.key()];
        if (!into.is_object()) into.emplace_object();
        take_members(into.as_object(), group.value().as_object(), file.path, faults);
    }
}

std::string upper(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return upper;
}

void take_body(Operation& operation, const json::object& body) {
    const json::value* required = body.if_contains("required");
    const bool is_required = required != nullptr && required->as_bool();
    operation.body = is_required ? BodyNeed::kRequired : BodyNeed::kMayBeEmpty;
    for (const auto& kind : body.at("content").as_object()) {
        operation.media.emplace_back(kind.key());
    }
    operation.body_bytes_max = body.at("x-body-bytes-max").to_number<std::uint64_t>();
}

Operation operation_of(std::string_view pattern, std::string_view method,
                       const json::object& text) {
    Operation operation;
    operation.id = text.at("operationId").as_string();
    operation.method = upper(method);
    operation.pattern = pattern;
    operation.is_open = !text.contains("security");
    operation.changes_nothing = text.contains("x-changes-nothing");
    operation.tells_secret = text.contains("x-secret-answer");
    if (const json::value* body = text.if_contains("requestBody")) {
        take_body(operation, body->as_object());
    }
    return operation;
}

}  // namespace

rules::Result<Contract> Contract::merge(std::span<const embedded::File> files) {
    Contract merged;
    json::object document;
    document["openapi"] = "3.1.0";
    document["info"] = json::object{{"title", "晴空 Qingkong API"}, {"version", "1"}};
    document["paths"] = json::object{};
    document["components"] = json::object{};
    rules::Faults faults;
    for (const embedded::File& file : files) take_file(document, file, faults);
    merged.document_ = std::move(document);
    check_references(merged.document_, merged.document_, faults);
    if (!faults.empty()) return faults;
    for (const auto& path : merged.document_.at("paths").as_object()) {
        for (const auto& method : path.value().as_object()) {
            Operation one = operation_of(path.key(), method.key(), method.value().as_object());
            if (merged.find(one.id) != nullptr) {
                faults.push_back(fault("openapi", one.id + " is given twice", "another id"));
            }
            merged.operations_.push_back(std::move(one));
        }
    }
    if (!faults.empty()) return faults;
    return merged;
}

const Operation* Contract::find(std::string_view id) const {
    const auto found = std::ranges::find(operations_, id, &Operation::id);
    return found == operations_.end() ? nullptr : &*found;
}

const Contract& contract() {
    static const Contract kContract = [] {
        auto merged = Contract::merge(embedded::openapi_files());
        if (!merged) throw std::logic_error(rules::to_text(merged.error().front()));
        return std::move(*merged);
    }();
    return kContract;
}

}  // namespace qk::daemon
