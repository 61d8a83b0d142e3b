#include "plans/protocol/protocol.hpp"

#include "plans/protocol/json_schema.hpp"
#include "plans/protocol/yaml_text.hpp"
#include "plans/text/embedded.hpp"
#include "plans/text/json.hpp"

namespace qk::embedded {
std::span<const File> asyncapi_files();
}  // namespace qk::embedded

namespace qk::plans {

namespace json = boost::json;

const json::value& protocol_document() {
    static const json::value document =
        parse_json(embedded::asyncapi_files().front().text, "asyncapi.json").value();
    return document;
}

std::string protocol_json_text() { return to_pretty_text(protocol_document()) + "\n"; }

std::string protocol_yaml_text() { return to_yaml_text(protocol_document()); }

std::vector<Clause> clauses_of(std::string_view side) {
    std::vector<Clause> clauses;
    for (const json::value& item : protocol_document().at("x-clauses").as_array()) {
        if (string_or(item, "of") != side) continue;
        clauses.push_back({string_or(item, "id"), string_or(item, "of"),
                           string_or(item, "level") == "MUST", string_or(item, "zh"),
                           string_or(item, "en")});
    }
    return clauses;
}

std::vector<std::string> protocol_topics() {
    std::vector<std::string> topics;
    for (const auto& [name, channel] : protocol_document().at("channels").as_object()) {
        topics.push_back(string_or(channel, "address"));
    }
    return topics;
}

std::vector<std::string> payload_faults(std::string_view schema, std::string_view payload) {
    const json::value& document = protocol_document();
    const json::value* found = find_member(document.at("components").at("schemas"), schema);
    if (found == nullptr) return {"no schema '" + std::string(schema) + "'"};
    if (schema == "status") return schema_faults(json::value(payload), *found, document);
    const auto value = parse_json(payload, std::string(schema));
    if (!value) return {rules::to_text(value.error().front())};
    return schema_faults(*value, *found, document);
}

}  // namespace qk::plans
