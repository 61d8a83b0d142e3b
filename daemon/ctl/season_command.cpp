// qingkongctl season: check a season of peak-shift and seasonal control, say who owes what on a day
// whether a warning holds or not, and keep the ledger of the days that were missed; from files, and
// of a running daemon.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "daemon/ctl/season_online.hpp"
#include "plans/response/order.hpp"
#include "plans/response/season_duties.hpp"
#include "plans/response/season_ledger.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

int check(const Arguments& arguments) {
    const auto find = [](const std::string& text, const std::string& path) {
        const auto read = plans::read_season(text, path);
        if (!read) return read.error();
        std::cerr << fmt::format("{}: {} windows\n", path, read->windows.size());
        return rules::Faults{};
    };
    return check_command("season check", "TOML with [[window]] tables", arguments, find);
}

void add_options(po::options_description& options, std::string_view day) {
    auto add = options.add_options();
    add("inventory", po::value<std::string>(), "folder of CSV tables, or an .xlsx");
    add(std::string(day).c_str(), po::value<std::string>(), "a day; default: today");
    add_plan_options(options);
    add("format", po::value<std::string>(), "json, csv or table");
}

struct Asked {
    Format format = Format::kJson;
    PlanInputs inputs;
    rules::CivilDay day{};
};

// Prints what is wrong; an empty answer means kBadUsage.
std::optional<Asked> ask(const std::string& command, const po::variables_map& given,
                         const std::string& day) {
    const auto format = choose_format(text_of(given, "format"));
    auto inputs = format ? load_plan_inputs(command, given) : std::nullopt;
    if (!inputs) return std::nullopt;
    if (!inputs->season) {
        std::cerr << "qingkongctl " << command
                  << ": no --season, and no season.toml in the inventory's folder\n";
        return std::nullopt;
    }
    const auto written = text_of(given, day);
    const auto on =
        written ? rules::parse_day(*written) : std::optional(rules::day_of(now(), inputs->zone));
    if (!on) {
        std::cerr << "qingkongctl " << command << ": --" << day << " '" << *written
                  << "': a day such as 2026-01-31\n";
        return std::nullopt;
    }
    return Asked{*format, *std::move(inputs), *on};
}

int show(const Arguments& arguments) {
    po::options_description options("season show --inventory PATH --season FILE [--day DAY]");
    add_options(options, "day");
    const auto given = parse_arguments("season show", arguments, options);
    if (!given) return given.exit_code();
    const auto asked = ask("season show", *given, "day");
    if (!asked) return kBadUsage;
    const PlanInputs& inputs = asked->inputs;
    const auto duties = plans::season_duties(inputs.inventory, *inputs.season, inputs.rules,
                                             asked->day, inputs.zone);
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

std::optional<std::vector<plans::SeasonRecord>> records_of(const po::variables_map& given,
                                                           const PlanInputs& inputs) {
    const auto path = text_of(given, "records");
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

int debt(const Arguments& arguments) {
    po::options_description options(
        "season debt --inventory PATH --season FILE [--records FILE] [--as-of DAY]");
    options.add_options()("records", po::value<std::string>(),
                          "CSV window,enterprise,line,day,what: stood (停产) or made_up (补停)");
    add_options(options, "as-of");
    const auto given = parse_arguments("season debt", arguments, options);
    if (!given) return given.exit_code();
    const auto asked = ask("season debt", *given, "as-of");
    const auto records = asked ? records_of(*given, asked->inputs) : std::nullopt;
    if (!records) return kBadUsage;
    const PlanInputs& inputs = asked->inputs;
    const auto ledger =
        plans::season_ledger(inputs.inventory, *inputs.season, inputs.rules, *records, asked->day);
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

int season_command(const Arguments& arguments) {
    const Arguments rest(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
    const std::string what = arguments.empty() ? std::string() : arguments.front();
    if (what == "check") return check(rest);
    if (what == "show") return show(rest);
    if (what == "debt") return debt(rest);
    if (const auto online = season_online(what, rest)) return *online;
    const bool is_help = asks_for_help(arguments);
    (is_help ? std::cout : std::cerr)
        << "usage:\n  qingkongctl season check FILE\n"
           "  qingkongctl season show --inventory PATH --season FILE [--day DAY]\n"
           "  qingkongctl season debt --inventory PATH --season FILE [--records FILE] "
           "[--as-of DAY]\n"
           "of a running daemon:\n"
           "  qingkongctl season windows [--day DAY]\n"
           "  qingkongctl season ledger [--as-of DAY] [--window ID] [--enterprise ID]\n"
           "  qingkongctl season record --window ID --enterprise ID [--line ID] --day DAY "
           "--what stood|ran|made_up|withdrawn [--note TEXT]\n";
    return is_help ? kHolds : kBadUsage;
}

}  // namespace qk::ctl
