// qingkongctl forecast: forecasts at a running daemon: push one, list and show what was taken in,
// how the scheduled pulls stand, and how good past forecasts were.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;
namespace po = boost::program_options;

constexpr const char* kActions = "list, show NUMBER, push FILE, pulls or skill";
constexpr const char* kBase = "/api/v1/forecasts";

std::string cell(const json::value& value, std::string_view key) {
    const json::value* found = plans::find_member(value, key);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->get_string());
    return plans::to_text(*found);
}

// A share or a bias, short enough for a table; empty where there is none.
std::string short_number(const json::value& value, std::string_view key) {
    const json::value* found = plans::find_member(value, key);
    if (found == nullptr || !found->is_number()) return {};
    return fmt::format("{:.2f}", found->to_number<double>());
}

const json::array& items_in(const json::value& value, std::string_view key) {
    static const json::array kNone;
    const json::value* items = plans::find_member(value, key);
    return items != nullptr && items->is_array() ? items->get_array() : kNone;
}

std::string query_of(const po::variables_map& values, const std::vector<std::string>& names) {
    std::string query;
    for (const std::string& name : names) {
        const auto text = text_of(values, name);
        if (!text) continue;
        std::string key = name == "issued-at" ? "issued_at" : name;
        query += (query.empty() ? "?" : "&") + key + "=" + url_encoded(*text);
    }
    return query;
}

// Prints an answer as rows of one of its lists.
int show_rows(const rules::Result<OnlineAnswer>& answer, Format format, std::string_view list,
              const std::vector<std::string>& columns) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{columns, {}};
    for (const json::value& item : items_in(*value, list)) {
        std::vector<std::string> row;
        for (const std::string& column : columns) row.push_back(cell(item, column));
        table.rows.push_back(std::move(row));
    }
    print(std::cout, format, *value, table);
    return kHolds;
}

// One row a source, lead day and threshold.
int show_skill(const rules::Result<OnlineAnswer>& answer, Format format) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{{"source", "kind", "end", "lead", "pairs", "bias", "error", "above", "hits",
                 "misses", "false_alarms", "detected", "false_share"},
                {}};
    for (const json::value& source : items_in(*value, "sources")) {
        for (const json::value& lead : items_in(source, "leads")) {
            for (const json::value& above : items_in(lead, "above")) {
                table.rows.push_back(
                    {cell(source, "source"), cell(source, "kind"), cell(source, "end"),
                     cell(lead, "lead_days"), cell(lead, "pairs"), short_number(lead, "bias"),
                     short_number(lead, "mean_absolute_error"), cell(above, "aqi_above"),
                     cell(above, "hits"), cell(above, "misses"), cell(above, "false_alarms"),
                     short_number(above, "detected"), short_number(above, "false_alarm_share")});
            }
        }
    }
    print(std::cout, format, *value, table);
    return kHolds;
}

int push(const Daemon& daemon, const po::variables_map& values, Format format,
         const std::string& file) {
    const auto bytes = read_file(file);
    if (!bytes) {
        print_faults(bytes.error());
        return kBadUsage;
    }
    const std::size_t first = bytes->find_first_not_of(" \t\r\n");
    const bool is_json =
        first != std::string::npos && ((*bytes)[first] == '{' || (*bytes)[first] == '[');
    const auto answer = daemon.call(
        "POST", kBase + query_of(values, {"source", "member", "region", "issued-at", "kind"}),
        *bytes, is_json ? "application/json" : "text/csv");
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    for (const json::value& warning : items_in(*value, "warnings")) {
        std::cerr << (warning.is_string() ? std::string(warning.get_string()) : "") << "\n";
    }
    const Table table{{"numbers", "new_revisions"},
                      {{cell(*value, "numbers"), cell(*value, "new_revisions")}}};
    print(std::cout, format, *value, table);
    return kHolds;
}

int run(const Daemon& daemon, const po::variables_map& values, Format format) {
    const std::string action = text_of(values, "action").value_or("list");
    const std::string what = text_of(values, "what").value_or("");
    if (action == "list") {
        const std::string query = query_of(values, {"source"});
        const std::string paging = (query.empty() ? "?" : "&") + std::string("per_page=1000");
        return show_rows(daemon.call("GET", kBase + query + paging), format, "items",
                         {"number", "source", "issued_at", "arrived", "person", "from", "to"});
    }
    if (action == "pulls") {
        return show_rows(daemon.call("GET", std::string(kBase) + "/pulls"), format, "items",
                         {"source", "member", "state", "tried_at", "taken_at", "next_at", "why"});
    }
    if (action == "skill") {
        return show_skill(daemon.call("GET", std::string(kBase) + "/skill" +
                                                 query_of(values, {"days", "source", "above"})),
                          format);
    }
    if (action == "show" && !what.empty()) {
        return show_rows(daemon.call("GET", std::string(kBase) + "/" + url_encoded(what)), format,
                         "forecasts", {"source", "member", "issued_at", "kind"});
    }
    if (action == "push" && !what.empty()) return push(daemon, values, format, what);
    std::cerr << "usage: qingkongctl forecast " << kActions << "\n";
    return kBadUsage;
}

}  // namespace

int forecast_command(const Arguments& arguments) {
    po::options_description options("options");
    Daemon::add_options(options);
    options.add_options()("action", po::value<std::string>(), kActions)(
        "what", po::value<std::string>(), "number, or file; - is standard input")(
        "format", po::value<std::string>(), "json, csv or table")(
        "source", po::value<std::string>(),
        "whose forecast; push: where the document does not say")("member", po::value<std::string>(),
                                                                 "push: member of an ensemble")(
        "region", po::value<std::string>(), "push: region, where the document does not say it")(
        "issued-at", po::value<std::string>(), "push: issue, where the document does not say it")(
        "kind", po::value<std::string>(), "push: 72h, 168h or outlook; else by its length")(
        "days", po::value<std::string>(), "skill: how far back; 90 unless given")(
        "above", po::value<std::string>(), "skill: AQI limits, as 150,200,300; else the pack's");
    const auto values = parse_arguments("forecast", arguments, options, {"action", "what"});
    if (!values) return values.exit_code();
    const auto online = online_setting(*values);
    if (!online) return kBadUsage;
    return run(online->daemon, *values, online->format);
}

}  // namespace qk::ctl
