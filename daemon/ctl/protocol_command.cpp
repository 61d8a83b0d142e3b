// qingkongctl protocol: the published protocol over MQTT (AsyncAPI 3.0), for vendors.
#include <iostream>

#include "daemon/ctl/commands.hpp"
#include "plans/protocol/protocol.hpp"

namespace qk::ctl {

namespace {

int print_protocol(const Call& call) {
    const bool is_json = call.text_or_default("as") == "json";
    std::cout << (is_json ? plans::protocol_json_text() : plans::protocol_yaml_text());
    return kHolds;
}

}  // namespace

Command protocol_command() {
    return {
        .name = "protocol",
        .what = {"输出消息协议（AsyncAPI 3.0）：主题、模式、条款",
                 "print the protocol over MQTT (AsyncAPI 3.0): topics, schemas, clauses"},
        .options = {option("as", "yaml|json", {"形式", "the form"}).one_of().or_else("yaml")},
        .examples = {"qingkongctl protocol", "qingkongctl protocol --as json"},
        .run = print_protocol,
    };
}

}  // namespace qk::ctl
