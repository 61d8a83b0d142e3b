#include "daemon/api/body_fields.hpp"

#include "daemon/base/said.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

namespace json = boost::json;

rules::Result<json::value> parse_body(const std::string& body) {
    return plans::parse_json(body.empty() ? std::string("{}") : body, kBodyName);
}

rules::Result<json::value> parse_said_body(const std::string& body,
                                           std::initializer_list<std::string_view> apart) {
    auto parsed = parse_body(body);
    if (!parsed) return parsed.error();
    json::value said = *parsed;
    for (const std::string_view key : apart) {
        if (said.is_object()) said.get_object().erase(key);
    }
    const rules::Faults faults = faults_of_said(said);
    if (!faults.empty()) return faults;
    return parsed;
}

rules::Result<ListText> read_list_text(const Call& call) {
    const auto fill = [](plans::JsonFields& fields, ListText& list) {
        list = {"toml", fields.maybe_text("toml")};
        const std::string csv = fields.maybe_text("csv");
        if (list.text.empty() == csv.empty()) {
            fields.fault("toml", "one of toml and csv is wanted", "the list as text");
        }
        if (!csv.empty()) list = {"csv", csv};
    };
    return read_body<ListText>(call, fill);
}

}  // namespace qk::daemon
