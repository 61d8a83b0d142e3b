#include "daemon/ctl/season_online.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/season";

int show_all(const OnlineSetting& online, const std::string& path, const Columns& columns) {
    AllItems all = all_items(online.daemon, path);
    if (all.failure) return explain_failure(*all.failure);
    Table table{columns, {}};
    for (const json::value& item : all.items) table.rows.push_back(row_of(item, columns));
    print(std::cout, online.format, json::object{{"items", std::move(all.items)}}, table);
    return kHolds;
}

int windows(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all(
        *online, kBase + query_of(call, {{"day", "day"}}),
        {"id", "kind", "from", "to", "state", "measure_zh", "covers", "source", "certainty"});
}

int ledger(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string query =
        query_of(call, {{"as-of", "as_of"}, {"window", "window"}, {"enterprise", "enterprise"}});
    return show_all(*online, std::string(kBase) + "/debts" + query,
                    {"window", "enterprise", "name", "line", "owed_days", "kept_days",
                     "made_up_days", "unknown_days", "debt_days"});
}

int record(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object entry;
    for (const char* name : {"window", "enterprise", "line", "day", "what", "note"}) {
        if (const auto text = call.text(name)) entry[name] = *text;
    }
    const json::object body{{"records", json::array{std::move(entry)}}};
    const auto answer =
        online->daemon.call("POST", std::string(kBase) + "/records", plans::to_text(body));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    const Columns columns{"records", "audit"};
    print(std::cout, online->format, *value, {columns, {row_of(*value, columns)}});
    return kHolds;
}

}  // namespace

std::vector<Command> online_season_commands() {
    const auto as_of = option("as-of", "DAY", {"截至日期；默认今天", "a day; default: today"});
    return {
        {.name = "windows",
         .what = {"运行中守护进程的管控时段", "the windows of a running daemon"},
         .options = joined(
             {{option("day", "DAY",
                      {"该日涉及哪些企业；默认今天", "whom they cover then; default: today"})},
              online_options()}),
         .examples = {"qingkongctl season windows --day 2026-01-15"},
         .run = windows},
        {.name = "ledger",
         .what = {"运行中守护进程的补停台账", "what is owed and made up, at a running daemon"},
         .options = joined({{as_of, option("window", "ID", {"只看一个时段", "of one window"}),
                             option("enterprise", "ID", {"只看一家企业", "of one enterprise"})},
                            online_options()}),
         .examples = {"qingkongctl season ledger --as-of 2026-03-31"},
         .run = ledger},
        {.name = "record",
         .what = {"登记某日停产、生产或补停", "enter that a line stood, ran or made up on a day"},
         .options = joined({{option("window", "ID", {"时段编号", "the window"}).required(),
                             option("enterprise", "ID", {"企业编号", "the enterprise"}).required(),
                             option("line", "ID", {"生产线编号", "the line"}),
                             option("day", "DAY", {"日期", "the day"}).required(),
                             option("what", "stood|ran|made_up|withdrawn",
                                    {"停产、生产、补停，或撤销原登记",
                                     "what happened; withdrawn: the entry was wrong"})
                                 .required(),
                             option("note", "TEXT", {"备注", "remark"})},
                            online_options()}),
         .examples = {"qingkongctl season record --window clinker-2026 --enterprise E1 --day "
                      "2026-01-15 --what "
                      "stood --token-file inspector.token"},
         .run = record}};
}

}  // namespace qk::ctl
