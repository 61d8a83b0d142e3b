// qingkongctl forecast: forecasts at a running daemon: push one, list and show what was taken in,
// how the scheduled pulls stand, and how good past forecasts were.
#include <fmt/format.h>

#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/forecasts";

// A share or a bias, short enough for a table; empty where there is none.
std::string short_number(const json::value& value, std::string_view key) {
    const json::value* found = plans::find_member(value, key);
    if (found == nullptr || !found->is_number()) return {};
    return fmt::format("{:.2f}", found->to_number<double>());
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
                    {cell_of(source, "source"), cell_of(source, "kind"), cell_of(source, "end"),
                     cell_of(lead, "lead_days"), cell_of(lead, "pairs"), short_number(lead, "bias"),
                     short_number(lead, "mean_absolute_error"), cell_of(above, "aqi_above"),
                     cell_of(above, "hits"), cell_of(above, "misses"),
                     cell_of(above, "false_alarms"), short_number(above, "detected"),
                     short_number(above, "false_alarm_share")});
            }
        }
    }
    print(std::cout, format, *value, table);
    return kHolds;
}

// One row per source and lead day: the ensemble beside persistence.
int show_scores(const rules::Result<OnlineAnswer>& answer, Format format) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{{"source", "kind", "lead", "cases", "members", "crps", "reliability", "resolution",
                 "uncertainty", "persistence", "skill", "flip_flop"},
                {}};
    for (const json::value& source : items_in(*value, "ensembles")) {
        const json::value* flips = plans::find_member(source, "flip_flop");
        for (const json::value& lead : items_in(source, "leads")) {
            table.rows.push_back(
                {cell_of(source, "source"), cell_of(source, "kind"), cell_of(lead, "lead_days"),
                 cell_of(lead, "cases"), short_number(lead, "members_mean"),
                 short_number(lead, "crps"), short_number(lead, "reliability"),
                 short_number(lead, "resolution"), short_number(lead, "uncertainty"),
                 short_number(lead, "persistence_crps"), short_number(lead, "skill"),
                 flips == nullptr ? "" : short_number(*flips, "mean")});
        }
    }
    print(std::cout, format, *value, table);
    return kHolds;
}

int push(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string file = *call.text("file");
    const auto bytes = read_file(file);
    if (!bytes) {
        print_faults(bytes.error());
        return kBadUsage;
    }
    const std::size_t first = bytes->find_first_not_of(" \t\r\n");
    const bool is_json =
        first != std::string::npos && ((*bytes)[first] == '{' || (*bytes)[first] == '[');
    const auto answer = online->daemon.call("POST",
                                            kBase + query_of(call, {{"source", "source"},
                                                                    {"member", "member"},
                                                                    {"region", "region"},
                                                                    {"issued-at", "issued_at"},
                                                                    {"kind", "kind"}}),
                                            *bytes, is_json ? "application/json" : "text/csv");
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    for (const json::value& warning : items_in(*value, "warnings")) {
        std::cerr << (warning.is_string() ? std::string(warning.get_string()) : "") << "\n";
    }
    const Table table{{"numbers", "new_revisions"},
                      {{cell_of(*value, "numbers"), cell_of(*value, "new_revisions")}}};
    print(std::cout, online->format, *value, table);
    return kHolds;
}

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, kBase + query_of(call, {{"source", "source"}}),
                         online->format,
                         {"number", "source", "issued_at", "arrived", "person", "from", "to"});
}

int pulls(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, std::string(kBase) + "/pulls?", online->format,
                         {"source", "member", "state", "tried_at", "taken_at", "next_at", "why"});
}

int skill(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path =
        std::string(kBase) + "/skill" +
        query_of(call, {{"days", "days"}, {"source", "source"}, {"above", "above"}});
    const auto answer = online->daemon.call("GET", path);
    if (call.has("scores")) return show_scores(answer, online->format);
    return show_skill(answer, online->format);
}

int show(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = std::string(kBase) + "/" + url_encoded(*call.text("number"));
    return show_rows(online->daemon.call("GET", path), online->format, "forecasts",
                     {"source", "member", "issued_at", "kind"});
}

Command push_command() {
    return {
        .name = "push",
        .what = {"送入一份预报", "hand in a forecast"},
        .options = joined(
            {{place("file", "FILE",
                    {"预报 JSON 或 CSV；- 为标准输入", "JSON or CSV; - is standard input"})
                  .required(),
              option(
                  "source", "NAME",
                  {"来源，文件中未写明时给出", "whose forecast, where the document does not say"}),
              option("member", "NAME", {"集合预报成员", "member of an ensemble"}),
              option("region", "CODE",
                     {"区域，文件中未写明时给出", "region, where the document does not say"}),
              option("issued-at", "TIME",
                     {"起报时间，文件中未写明时给出", "issue, where the document does not say"}),
              option("kind", "72h|168h|outlook",
                     {"预报类型；默认按其时长", "default: by its length"})},
             online_options()}),
        .examples =
            {"qingkongctl forecast push forecast.csv --source city --issued-at 2026-12-01T08:00"},
        .run = push,
    };
}

}  // namespace

Command forecast_command() {
    const Command list_command{
        .name = "list",
        .what = {"列出已收到的预报", "what was taken in"},
        .options = joined({{option("source", "NAME", {"只看这一来源", "of this source alone"})},
                           online_options()}),
        .examples = {"qingkongctl forecast list --source city"},
        .run = list};
    return {
        .name = "forecast",
        .what = {"预报：送入、查看、拉取状况、历史准确率",
                 "push forecasts, see what was taken in and pulled, and how good past ones were"},
        .options = list_command.options,
        .examples = {"qingkongctl forecast"},
        .run = list,
        .commands =
            {list_command,
             {.name = "show",
              .what = {"查看一份预报", "one forecast"},
              .options = joined({{place("number", "NUMBER", {"预报编号", "its number"}).required()},
                                 online_options()}),
              .examples = {"qingkongctl forecast show 12"},
              .run = show},
             push_command(),
             {.name = "pulls",
              .what = {"定时拉取的状况", "how the scheduled pulls stand"},
              .options = online_options(),
              .examples = {"qingkongctl forecast pulls"},
              .run = pulls},
             {.name = "skill",
              .what = {"历史预报准确率", "how good past forecasts were"},
              .options = joined(
                  {{option("days", "NUMBER", {"回看天数；默认 90", "how far back; default: 90"}),
                    option("source", "NAME", {"只看这一来源", "of this source alone"}),
                    option("above", "LIST",
                           {"AQI 界限，如 150,200,300；默认按规则包",
                            "AQI limits, as 150,200,300; default: the pack's"}),
                    flag("scores", {"列出各来源的 CRPS 及其分解、与持续性预报之比、反复指数",
                                    "the CRPS of each source, its parts, its skill against "
                                    "persistence, and how often it changed its mind"})},
                   online_options()}),
              .examples = {"qingkongctl forecast skill --days 30",
                           "qingkongctl forecast skill --scores"},
              .run = skill}},
    };
}

}  // namespace qk::ctl
