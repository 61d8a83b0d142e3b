// The published protocol over MQTT, as the AsyncAPI document that vendors are given: topics, the
// schema of each payload, and clauses whose ids stay.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace qk::plans {

struct Clause {
    std::string id;  // "ORD-1"
    std::string of;  // "client", "broker" or "bureau"
    bool is_must = true;
    std::string chinese;
    std::string english;
};

[[nodiscard]] const boost::json::value& protocol_document();
[[nodiscard]] std::string protocol_json_text();
[[nodiscard]] std::string protocol_yaml_text();
// Of one side, in order.
[[nodiscard]] std::vector<Clause> clauses_of(std::string_view side);
// "qingkong/1/{region}/{enterprise}/order" and the others.
[[nodiscard]] std::vector<std::string> protocol_topics();
// What does not fit the schema of that name, "receipt"; a text that is not JSON does not fit.
[[nodiscard]] std::vector<std::string> payload_faults(std::string_view schema,
                                                      std::string_view payload);

}  // namespace qk::plans
