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

// One of the reports upwards: the paper as text, the province's form as CSV, or JSON.
std::string upward_path(const Call& call, const std::string& kind, Format format, bool to_file) {
    std::string path = "/api/v1/warnings/" + url_encoded(*call.text("id")) + "/reports/" + kind;
    char mark = '?';
    const auto put = [&](const std::string& name, const std::string& value) {
        path += mark + name + "=" + url_encoded(value);
        mark = '&';
    };
    const bool is_json = format == Format::kJson && !to_file;
    if (!is_json) put("format", kind == "province" ? "csv" : "text");
    for (const char* name : {"at", "day"}) {
        if (const auto value = call.text(name)) put(name, *value);
    }
    return path;
}

int run(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto out = call.text("out");
    const std::string kind = call.text("kind").value_or("evaluation");
    const bool is_evaluation = kind == "evaluation";
    if (is_evaluation && (call.text("at") || call.text("day"))) {
        std::cerr
            << "qingkongctl warning report: --at, --day: 评估报告没有截至时间，请用 --kind "
               "situation、day、summary 或 province / the evaluation has none: name a --kind\n";
        return kBadUsage;
    }
    const std::string evaluation = "/api/v1/warnings/" + url_encoded(*call.text("id")) + "/report";
    const std::string page = out ? evaluation + "?format=html" : evaluation;
    const std::string path =
        is_evaluation ? page : upward_path(call, kind, online->format, out.has_value());
    const auto answer = online->daemon.call("GET", path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    if (!out && !is_evaluation) {
        std::cout << answer->body;
        if (!answer->body.ends_with('\n')) std::cout << '\n';
        return kHolds;
    }
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
        .what = {"评估报告，以及向上报送的情况报告、日报、总结和填报表",
                 "the evaluation report, and the reports upwards"},
        .options = joined(
            {{place("id", "ID", {"预警编号", "the warning"}).required(),
              option(
                  "kind", "evaluation|situation|day|summary|province",
                  {"哪一种：评估（缺省）、情况报告、日报、总结、省级表",
                   "which: the evaluation (default), the situation report, the day's, the summary, "
                   "the province's form"})
                  .one_of(),
              option("at", "TIME", {"截至何时；缺省为此刻", "as of when; default: now"}),
              option("day", "DAY", {"哪一日的日报", "of which day, for --kind day"}),
              option("out", "FILE",
                     {"写成文件：评估报告为可打印的网页",
                      "write a file; of the evaluation the page"})},
             online_options()}),
        .examples =
            {"qingkongctl warning report YJ-411000-2026-1",
             "qingkongctl warning report YJ-411000-2026-1 --out report.html",
             "qingkongctl warning report YJ-411000-2026-1 --format csv",
             "qingkongctl warning report YJ-411000-2026-1 --kind situation "
             "--at 2026-12-02T09:00:00+08:00",
             "qingkongctl warning report YJ-411000-2026-1 --kind province --out province.csv"},
        .run = run,
    };
}

}  // namespace qk::ctl
