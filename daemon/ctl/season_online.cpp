#include "daemon/ctl/season_online.hpp"

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

constexpr const char* kBase = "/api/v1/season";
constexpr int kPagesMax = 10'000;

using Columns = std::vector<std::string>;

std::string cell(const json::value& item, const std::string& key) {
    const json::value* found = plans::find_member(item, key);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->get_string());
    return plans::to_text(*found);
}

// Every page of a list.
rules::Result<json::array> all_pages(const Daemon& daemon, const std::string& path, int& over) {
    json::array all;
    for (int page = 1; page <= kPagesMax; ++page) {
        const auto answer =
            daemon.call("GET", path + "page=" + std::to_string(page) + "&per_page=1000");
        if (!answer || !answer->is_good()) {
            over = explain_failure(answer);
            return rules::refuse("refused");
        }
        const auto value = plans::parse_json(answer->body, "answer");
        if (!value) return value.error();
        const json::value* items = plans::find_member(*value, "items");
        if (items == nullptr || !items->is_array()) break;
        for (const json::value& item : items->get_array()) all.push_back(item);
        if (page >= static_cast<int>(plans::number_or(*value, "pages", 1))) break;
    }
    return all;
}

int show_all(const OnlineSetting& online, const std::string& path, const Columns& columns) {
    int over = kUnreachable;
    auto items = all_pages(online.daemon, path, over);
    if (!items) return over;
    Table table{columns, {}};
    for (const json::value& item : *items) {
        std::vector<std::string> row;
        for (const std::string& column : columns) row.push_back(cell(item, column));
        table.rows.push_back(std::move(row));
    }
    print(std::cout, online.format, json::object{{"items", std::move(*items)}}, table);
    return kHolds;
}

// "?name=value&" for every option that is given.
std::string query_of(const po::variables_map& values,
                     const std::vector<std::pair<const char*, const char*>>& names) {
    std::string query = "?";
    for (const auto& [option, name] : names) {
        const auto text = text_of(values, option);
        if (text) query += std::string(name) + "=" + url_encoded(*text) + "&";
    }
    return query;
}

void add_common(po::options_description& options) {
    Daemon::add_options(options);
    options.add_options()("format", po::value<std::string>(), "json, csv or table");
}

int windows(const Arguments& arguments) {
    po::options_description options("season windows");
    add_common(options);
    options.add_options()("day", po::value<std::string>(), "whom they cover then; default: today");
    const auto values = parse_arguments("season windows", arguments, options);
    if (!values) return values.exit_code();
    const auto online = online_setting(*values);
    if (!online) return kBadUsage;
    return show_all(
        *online, kBase + query_of(*values, {{"day", "day"}}),
        {"id", "kind", "from", "to", "state", "measure_zh", "covers", "source", "certainty"});
}

int ledger(const Arguments& arguments) {
    po::options_description options("season ledger");
    add_common(options);
    options.add_options()("as-of", po::value<std::string>(), "a day; default: today")(
        "window", po::value<std::string>(), "id of one window")("enterprise",
                                                                po::value<std::string>(), "id");
    const auto values = parse_arguments("season ledger", arguments, options);
    if (!values) return values.exit_code();
    const auto online = online_setting(*values);
    if (!online) return kBadUsage;
    const std::string query =
        query_of(*values, {{"as-of", "as_of"}, {"window", "window"}, {"enterprise", "enterprise"}});
    return show_all(*online, std::string(kBase) + "/debts" + query,
                    {"window", "enterprise", "name", "line", "owed_days", "kept_days",
                     "made_up_days", "unknown_days", "debt_days"});
}

int record(const Arguments& arguments) {
    po::options_description options("season record");
    add_common(options);
    const std::vector<std::string> names{"window", "enterprise", "line", "day", "what", "note"};
    for (const std::string& name : names) {
        options.add_options()(name.c_str(), po::value<std::string>(),
                              name == "what" ? "stood, ran, made_up or withdrawn" : "");
    }
    const auto values = parse_arguments("season record", arguments, options);
    if (!values) return values.exit_code();
    const auto online = online_setting(*values);
    if (!online) return kBadUsage;
    json::object entry;
    for (const std::string& name : names) {
        if (const auto text = text_of(*values, name)) entry[name] = *text;
    }
    const json::object body{{"records", json::array{std::move(entry)}}};
    const auto answer =
        online->daemon.call("POST", std::string(kBase) + "/records", plans::to_text(body));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{{"records", "audit"}, {}};
    table.rows.push_back({cell(*value, "records"), cell(*value, "audit")});
    print(std::cout, online->format, *value, table);
    return kHolds;
}

}  // namespace

std::optional<int> season_online(const std::string& verb, const Arguments& arguments) {
    if (verb == "windows") return windows(arguments);
    if (verb == "ledger") return ledger(arguments);
    if (verb == "record") return record(arguments);
    return std::nullopt;
}

}  // namespace qk::ctl
