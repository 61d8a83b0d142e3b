// qingkongctl targets: the targets a city sets its counties, and how far each has come.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/accounts/county_targets.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

template <class Value>
using Read = rules::Result<std::vector<Value>> (*)(std::string_view, const std::string&);

// Prints what is wrong; an empty answer means kBadUsage.
template <class Value>
std::optional<std::vector<Value>> read_table(const std::string& path, Read<Value> read) {
    const auto text = read_file(path);
    if (!text) {
        print_faults(text.error());
        return std::nullopt;
    }
    auto values = read(*text, path);
    if (!values) {
        print_faults(values.error());
        return std::nullopt;
    }
    return *std::move(values);
}

Table rows_of(const std::vector<plans::TargetProgress>& all) {
    Table table{{"county", "target", "unit", "from", "to", "ceiling", "days", "days_known",
                 "reached", "allowed", "course"},
                {}};
    for (const plans::TargetProgress& one : all) {
        const bool is_known = one.days_known > 0;
        table.rows.push_back({one.target.county, std::string(plans::to_text(one.target.kind)),
                              std::string(plans::unit_of(one.target.kind)),
                              rules::to_iso(one.target.from), rules::to_iso(one.target.to),
                              fmt::format("{:g}", one.target.ceiling), std::to_string(one.days),
                              std::to_string(one.days_known),
                              is_known ? fmt::format("{:.3f}", one.reached) : "",
                              is_known ? fmt::format("{:.3f}", one.allowed) : "",
                              std::string(plans::to_text(one.course))});
    }
    return table;
}

// The last day that any value is of: what is known so far.
rules::CivilDay last_day(const std::vector<plans::CountyValue>& values) {
    rules::CivilDay last{};
    for (const plans::CountyValue& value : values) last = std::max(last, value.day);
    return last;
}

int follow(const Call& call) {
    const auto targets =
        read_table<plans::CountyTarget>(*call.text("targets"), plans::read_targets);
    const auto values =
        read_table<plans::CountyValue>(*call.text("values"), plans::read_target_values);
    if (!targets || !values) return kBadUsage;
    const auto written = call.text("as-of");
    const auto as_of = written ? rules::parse_day(*written) : std::optional(last_day(*values));
    if (!as_of) {
        std::cerr << call.command() << ": --as-of '" << *written << "': a day such as 2026-01-31\n";
        return kBadUsage;
    }
    const auto progress = plans::follow_targets(*targets, *values, *as_of);
    json::array all;
    bool off_course = false;
    for (const plans::TargetProgress& one : progress) {
        all.push_back(plans::to_json(one));
        off_course = off_course || one.course == plans::Course::kOffCourse;
    }
    print(std::cout, format_of(call),
          json::object{{"as_of", rules::to_iso(*as_of)}, {"targets", all}}, rows_of(progress));
    return off_course ? kNegative : kHolds;
}

// What a running daemon says, with its own observations, meters and stacks.
int show(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    std::string path = "/api/v1/targets?per_page=1000";
    if (const auto as_of = call.text("as-of")) path += "&as_of=" + url_encoded(*as_of);
    const auto answer = online->daemon.call("GET", path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    const json::value* items = value ? plans::find_member(*value, "items") : nullptr;
    if (items == nullptr || !items->is_array()) return kUnreachable;
    Table table{{"county", "target", "from", "to", "ceiling", "reached", "allowed", "course",
                 "basis", "days_known", "points", "points_known"},
                {}};
    bool off_course = false;
    for (const json::value& item : items->get_array()) {
        table.rows.push_back(row_of(item, table.columns));
        off_course = off_course || plans::string_or(item, "course") == "off_course";
    }
    print(std::cout, online->format, *value, table);
    return off_course ? kNegative : kHolds;
}

// One row for each place; what is left of its targets is in the JSON alone.
int season(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    std::string path = "/api/v1/targets/season?per_page=1000";
    if (const auto from = call.text("from")) path += "&from=" + url_encoded(*from);
    if (const auto as_of = call.text("as-of")) path += "&as_of=" + url_encoded(*as_of);
    const auto answer = online->daemon.call("GET", path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{{"rank", "code", "name", "township", "heavy_days", "good_days", "days_known",
                 "pm25_mean", "dust_days", "heavy_days_without_dust", "pm25_mean_without_dust"},
                {}};
    for (const json::value& item : items_in(*value, "items")) {
        auto row = row_of(item, {"rank", "code", "name", "township"});
        const auto add = [&row, &item](const char* part, const Columns& columns) {
            const json::value* figures = plans::find_member(item, part);
            if (figures == nullptr) return;
            for (auto& cell : row_of(*figures, columns)) row.push_back(std::move(cell));
        };
        add("all", {"heavy_days", "good_days", "days_known", "pm25_mean"});
        row.push_back(cell_of(item, "dust_days"));
        add("without_dust", {"heavy_days", "pm25_mean"});
        table.rows.push_back(std::move(row));
    }
    print(std::cout, online->format, *value, table);
    return kHolds;
}

int check(const Call& call) {
    const auto find = [](const std::string& text, const std::string& path) {
        const auto read = plans::read_targets(text, path);
        return read ? rules::Faults{} : read.error();
    };
    return check_file(*call.text("file"), find);
}

}  // namespace

Command targets_command() {
    return {
        .name = "targets",
        .what = {"各县区目标及完成进度", "county targets, and how far each has come"},
        .commands =
            {{.name = "follow",
              .what = {"按数值表计算进度", "how far each has come, by a table of values"},
              .options = {option("targets", "FILE",
                                 {"CSV county,target,from,to,ceiling[,source]", "the targets"})
                              .required(),
                          option("values", "FILE", {"CSV county,target,day,value", "the values"})
                              .required(),
                          option("as-of", "DAY",
                                 {"截至日期；默认最后一个有数值的日子",
                                  "a day; default: the last with a value"}),
                          format_option()},
              .examples = {"qingkongctl targets follow --targets targets.csv --values values.csv"},
              .run = follow},
             {.name = "show",
              .what = {"运行中守护进程的进度", "how far each has come, at a running daemon"},
              .options =
                  joined({{option("as-of", "DAY", {"截至日期；默认今天", "a day; default: today"})},
                          online_options()}),
              .examples = {"qingkongctl targets show --as-of 2026-03-31"},
              .run = show},
             {.name = "season",
              .what = {"本季重污染天、优良天、均值（含、扣沙尘）、目标余量和排名",
                       "heavy and good days, means with dust and without, what is left, ranks"},
              .options =
                  joined({{option("from", "DAY",
                                  {"起始日；默认本季10月1日", "first day; default: the 1 October"}),
                           option("as-of", "DAY", {"截至日期；默认今天", "a day; default: today"})},
                          online_options()}),
              .examples = {"qingkongctl targets season --as-of 2027-01-31"},
              .run = season},
             {.name = "check",
              .what = {"检查目标文件", "say what is wrong with a table of targets"},
              .options = {place("file", "FILE", {"CSV；- 为标准输入", "CSV; - is standard input"})
                              .required()},
              .examples = {"qingkongctl targets check targets.csv"},
              .run = check}},
    };
}

}  // namespace qk::ctl
