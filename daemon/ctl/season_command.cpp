// qingkongctl season: check a season of peak-shift and seasonal control, say who owes what on a day
// whether a warning holds or not, and keep the ledger of the days that were missed; from files, and
// of a running daemon.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "daemon/ctl/season_online.hpp"
#include "plans/accounts/season_ledger.hpp"
#include "plans/response/order.hpp"
#include "plans/response/season_obligations.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

int check(const Call& call) {
    const auto names = grade_names_in(call);
    if (!names) return kBadUsage;
    const auto find = [&names](const std::string& text, const std::string& path) {
        const auto read = plans::read_season(text, path, *names);
        if (!read) return read.error();
        std::cerr << fmt::format("{}: {} windows\n", path, read->windows.size());
        return rules::Faults{};
    };
    return check_file(*call.text("file"), find);
}

struct Asked {
    Format format = Format::kJson;
    PlanInputs inputs;
    rules::CivilDay day{};
};

// Prints what is wrong; an empty answer means kBadUsage.
std::optional<Asked> ask(const Call& call, const std::string& day) {
    auto inputs = load_plan_inputs(call);
    if (!inputs) return std::nullopt;
    if (!inputs->season) {
        std::cerr << call.command()
                  << ": no --season, and no season.toml in the inventory's folder\n";
        return std::nullopt;
    }
    const auto written = call.text(day);
    const auto on = written ? rules::parse_day(*written)
                            : std::optional(rules::day_of(call.now(), inputs->zone));
    if (!on) {
        std::cerr << call.command() << ": --" << day << " '" << *written
                  << "': a day such as 2026-01-31\n";
        return std::nullopt;
    }
    return Asked{format_of(call), *std::move(inputs), *on};
}

int show(const Call& call) {
    const auto asked = ask(call, "day");
    if (!asked) return kBadUsage;
    const PlanInputs& inputs = asked->inputs;
    const auto duties = plans::season_duties(inputs.inventory, *inputs.season, inputs.rules,
                                             asked->day, inputs.zone, &inputs.grade_changes);
    json::array all;
    Table table{{"enterprise", "line", "action", "ratio", "from", "to", "detail"}, {}};
    for (const rules::Obligation& duty : duties) {
        json::value one = plans::to_json(duty, inputs.zone);
        one.as_object()["enterprise"] = duty.enterprise;
        all.push_back(std::move(one));
        table.rows.push_back({duty.enterprise, duty.line, std::string(rules::to_text(duty.action)),
                              fmt::format("{}", duty.ratio), rules::to_iso(duty.from, inputs.zone),
                              duty.to ? rules::to_iso(*duty.to, inputs.zone) : std::string(),
                              duty.detail});
    }
    print(std::cout, asked->format,
          json::object{{"day", rules::to_iso(asked->day)}, {"obligations", std::move(all)}}, table);
    return kHolds;
}

std::optional<std::vector<plans::SeasonRecord>> records_of(const Call& call,
                                                           const PlanInputs& inputs) {
    const auto path = call.text("records");
    if (!path) return std::vector<plans::SeasonRecord>{};
    const auto text = read_file(*path);
    if (!text) {
        print_faults(text.error());
        return std::nullopt;
    }
    auto records = plans::read_season_records(*text, *path, *inputs.season, inputs.inventory);
    if (!records) {
        print_faults(records.error());
        return std::nullopt;
    }
    return *std::move(records);
}

int debt(const Call& call) {
    const auto asked = ask(call, "as-of");
    const auto records = asked ? records_of(call, asked->inputs) : std::nullopt;
    if (!records) return kBadUsage;
    const PlanInputs& inputs = asked->inputs;
    const auto ledger = plans::season_ledger(inputs.inventory, *inputs.season, inputs.rules,
                                             *records, asked->day, &inputs.grade_changes);
    json::array all;
    Table table{{"window", "enterprise", "line", "owed_days", "kept_days", "made_up_days",
                 "debt_days", "text"},
                {}};
    int days = 0;
    for (const plans::SeasonDebt& one : ledger) {
        all.push_back(plans::to_json(one));
        table.rows.push_back({one.window, one.enterprise, one.line, std::to_string(one.owed_days),
                              std::to_string(one.kept_days), std::to_string(one.made_up_days),
                              std::to_string(one.debt_days), one.text});
        days += one.debt_days;
    }
    print(
        std::cout, asked->format,
        json::object{
            {"as_of", rules::to_iso(asked->day)}, {"debt_days", days}, {"ledger", std::move(all)}},
        table);
    return days > 0 ? kNegative : kHolds;
}

}  // namespace

Command season_command() {
    Command season{
        .name = "season",
        .what = {"错峰生产与季节性管控：某日义务、补停欠账",
                 "peak-shift and seasonal control: duties of a day, debts"},
        .commands =
            {{.name = "check",
              .what = {"检查时段文件", "say what is wrong with a file of windows"},
              .options = {place("file", "FILE",
                                {"含 [[window]] 表的 TOML；- 为标准输入",
                                 "TOML with [[window]] tables; - is standard input"})
                              .required(),
                          pack_option()},
              .examples = {"qingkongctl season check packaging/sample/season.toml"},
              .run = check},
             {.name = "show",
              .what = {"某日谁应停限产（与预警无关）",
                       "who owes what on a day, whether a warning holds or not"},
              .options =
                  joined({{inventory_option(),
                           option("day", "DAY", {"日期；默认今天", "a day; default: today"})},
                          plan_options(),
                          {format_option()}}),
              .examples =
                  {"qingkongctl season show --inventory packaging/sample/inventory --season "
                   "packaging/sample/season.toml --day 2026-01-15"},
              .run = show},
             {.name = "debt",
              .what = {"应停未停、尚须补停的天数", "the ledger of the days that were missed"},
              .options =
                  joined({{inventory_option(),
                           option("records", "FILE",
                                  {"CSV window,enterprise,line,day,what；what 为 stood（停产）或 "
                                   "made_up（补停）",
                                   "what: stood or made_up"}),
                           option("as-of", "DAY", {"截至日期；默认今天", "a day; default: today"})},
                          plan_options(),
                          {format_option()}}),
              .examples =
                  {"qingkongctl season debt --inventory packaging/sample/inventory --season "
                   "packaging/sample/season.toml --as-of 2026-03-31"},
              .run = debt}},
    };
    for (Command& command : online_season_commands()) season.commands.push_back(command);
    return season;
}

}  // namespace qk::ctl
