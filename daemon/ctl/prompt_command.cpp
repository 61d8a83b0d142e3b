// qingkongctl prompt: regional prompts (区域预警提示) of higher tiers, and which places have followed.
// followed.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;
namespace po = boost::program_options;

constexpr const char* kActions = "list, show, add or follow";
constexpr const char* kBase = "/api/v1/prompts";

std::string cell(const json::value& value, std::string_view key) {
    const json::value* found = plans::find_member(value, key);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->get_string());
    return plans::to_text(*found);
}

// One row for each place that must follow.
void add_rows(Table& table, const json::value& prompt) {
    const json::value* places = plans::find_member(prompt, "follow_up");
    if (places == nullptr || !places->is_array()) return;
    for (const json::value& place : places->get_array()) {
        table.rows.push_back({cell(prompt, "number"), cell(prompt, "zone"), cell(prompt, "colour"),
                              cell(prompt, "deadline"), cell(place, "region"), cell(place, "name"),
                              cell(place, "state"), cell(place, "at"), cell(place, "late")});
    }
}

int show(const rules::Result<OnlineAnswer>& answer, Format format) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{{"number", "zone", "colour", "deadline", "region", "name", "state", "at", "late"},
                {}};
    const json::value* items = plans::find_member(*value, "items");
    if (items != nullptr && items->is_array()) {
        for (const json::value& prompt : items->get_array()) add_rows(table, prompt);
    } else {
        add_rows(table, *value);
    }
    print(std::cout, format, *value, table);
    return kHolds;
}

int run(const Daemon& daemon, const po::variables_map& values, Format format) {
    const std::string action = text_of(values, "action").value_or("list");
    const std::string number = text_of(values, "number").value_or("");
    if (action == "list") return show(daemon.call("GET", kBase), format);
    if (number.empty()) {
        std::cerr << "usage: qingkongctl prompt " << kActions << " NUMBER\n";
        return kBadUsage;
    }
    const std::string path = std::string(kBase) + "/" + url_encoded(number);
    if (action == "show") return show(daemon.call("GET", path), format);
    json::object body;
    const auto put = [&](const char* name) {
        if (const auto text = text_of(values, name)) body[name] = *text;
    };
    put("note");
    if (action == "add") {
        body["number"] = number;
        for (const char* name : {"zone", "colour", "from", "to", "deadline"}) put(name);
        return show(daemon.call("POST", kBase, plans::to_text(body)), format);
    }
    if (action == "follow") {
        put("region");
        body["state"] = text_of(values, "state").value_or("followed");
        return show(daemon.call("POST", path + "/follow", plans::to_text(body)), format);
    }
    std::cerr << "prompt: '" << action << "': " << kActions << "\n";
    return kBadUsage;
}

}  // namespace

int prompt_command(const Arguments& arguments) {
    po::options_description options("options");
    Daemon::add_options(options);
    options.add_options()("action", po::value<std::string>(), kActions)(
        "number", po::value<std::string>(), "document number")("format", po::value<std::string>(),
                                                               "json, csv or table")(
        "zone", po::value<std::string>(), "add: zone")("colour", po::value<std::string>(),
                                                       "add: colour asked for")(
        "from", po::value<std::string>(), "add: from when")(
        "to", po::value<std::string>(), "add: until when")("deadline", po::value<std::string>(),
                                                           "add: by when to have followed")(
        "region", po::value<std::string>(), "follow: city or county code")(
        "state", po::value<std::string>(), "follow: followed, refused or waiting")(
        "note", po::value<std::string>(), "remark");
    const auto values = parse_arguments("prompt", arguments, options, {"action", "number"});
    if (!values) return values.exit_code();
    const auto online = online_setting(*values);
    if (!online) return kBadUsage;
    return run(online->daemon, *values, online->format);
}

}  // namespace qk::ctl
