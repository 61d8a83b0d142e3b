#include "daemon/ctl/warning_report.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/wire_words.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

std::string percent(const json::value& item, std::string_view member) {
    const json::value* found = plans::find_member(item, member);
    if (found == nullptr || !found->is_number()) return "—";
    return fmt::format("{:.1f}%", found->to_number<double>() * 100);
}

Facts facts_of(const json::value& report) {
    const bool is_over = cell_of(report, "is_over") == "true";
    Facts facts{
        {"预警 warning",
         fmt::format("{}  {}", cell_of(report, "warning"), cell_of(report, "region"))},
        {"编制 made", fmt::format("{}  {}", time_in(report, "made_at"),
                                  is_over ? "" : "进行中，截至此刻 still running, as of now")}};
    if (cell_of(report, "exercise") == "true") facts.emplace_back("演练 exercise", "是 yes");
    for (const json::value& stretch : items_in(report, "colours")) {
        facts.emplace_back("级别 level",
                           fmt::format("{}  {} — {}", in_words(cell_of(stretch, "colour")),
                                       time_in(stretch, "from"), time_in(stretch, "to")));
    }
    facts.emplace_back("企业 enterprises", cell_of(report, "enterprises"));
    if (const json::value* receipts = plans::find_member(report, "receipts")) {
        facts.emplace_back(
            "回执 receipts",
            fmt::format("指令 orders {}  签收 received {}  拒绝 refused {}  未回执 silent {}",
                        cell_of(*receipts, "orders"), cell_of(*receipts, "received"),
                        cell_of(*receipts, "refused"), cell_of(*receipts, "silent")));
    }
    for (const json::value& row : items_in(report, "reductions")) {
        facts.emplace_back(
            "减排 reduction",
            fmt::format("{}  实现 achieved {} kg/d  计划 planned {} kg/d  占比 share {}"
                        "  最低 least {}",
                        cell_of(row, "pollutant"), cell_of(row, "achieved_kg_d"),
                        cell_of(row, "planned_kg_d"), percent(row, "share"),
                        percent(row, "floor")));
    }
    for (const json::value& step : items_in(report, "next_steps")) {
        if (step.is_string()) facts.emplace_back("下一步 next", std::string(step.get_string()));
    }
    return facts;
}

// Of each county, how what was ordered was found to be kept.
Table counties_of(const json::value& report) {
    Table table{{"县区 county", "符合 compliant", "疑似违反 suspected", "违反（疑似）breach",
                 "无法判定 cannot tell", "执行率 kept"},
                {}};
    for (const json::value& county : items_in(report, "by_county")) {
        std::vector<std::string> row =
            row_of(county, {"name", "compliant", "breach_suspected", "breach", "cannot_tell"});
        row.push_back(percent(county, "execution_rate"));
        table.rows.push_back(std::move(row));
    }
    return table;
}

int show(const OnlineSetting& online, const rules::Result<OnlineAnswer>& answer) {
    const auto report = plans::parse_json(answer->body, "answer");
    if (!report) return kUnreachable;
    if (online.format == Format::kTable) {
        print_facts(std::cout, facts_of(*report));
        std::cout << "\n";
        print(std::cout, online.format, *report, counties_of(*report));
        return kHolds;
    }
    const Columns columns{"enterprise",  "name",       "county",     "trade",
                          "line",        "action",     "compliance", "measured_kwh",
                          "allowed_kwh", "normal_kwh", "coverage"};
    Table table{columns, {}};
    for (const json::value& verdict : items_in(*report, "verdicts")) {
        table.rows.push_back(row_of(verdict, columns));
    }
    print(std::cout, online.format, *report, table);
    return kHolds;
}

int run(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto out = call.text("out");
    const std::string path = "/api/v1/warnings/" + url_encoded(*call.text("id")) + "/report";
    const auto answer = online->daemon.call("GET", out ? path + "?format=html" : path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    if (!out) return show(*online, answer);
    if (const auto written = write_file(*out, answer->body); !written) {
        print_faults(written.error());
        return kBadUsage;
    }
    std::cerr << plans::for_terminal(*out) << ": 已写入 written\n";
    return kHolds;
}

}  // namespace

Command warning_report_command() {
    return {
        .name = "report",
        .what = {"评估报告：概要，或写成网页文件", "the evaluation report: a summary, or the page"},
        .options = joined(
            {{place("id", "ID", {"预警编号", "the warning"}).required(),
              option("out", "FILE", {"写成可打印的网页文件", "write the page, to be printed"})},
             online_options()}),
        .examples = {"qingkongctl warning report YJ-411000-2026-1",
                     "qingkongctl warning report YJ-411000-2026-1 --out report.html",
                     "qingkongctl warning report YJ-411000-2026-1 --format csv"},
        .run = run,
    };
}

}  // namespace qk::ctl
