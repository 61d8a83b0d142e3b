// qingkongctl targets: the targets a city sets its counties, and how far each has come.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/response/county_targets.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

template <class Value>
using Read = rules::Result<std::vector<Value>> (*)(std::string_view, const std::string&);

// Prints what is wrong; an empty answer means kBadUsage.
template <class Value>
std::optional<std::vector<Value>> read_table(const std::optional<std::string>& path,
                                             std::string_view option, Read<Value> read) {
    if (!path) {
        std::cerr << "qingkongctl targets: no --" << option << ": a CSV file\n";
        return std::nullopt;
    }
    const auto text = read_file(*path);
    if (!text) {
        print_faults(text.error());
        return std::nullopt;
    }
    auto values = read(*text, *path);
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

int follow(const Arguments& arguments) {
    po::options_description options("targets follow --targets FILE --values FILE");
    auto add = options.add_options();
    add("targets", po::value<std::string>(), "CSV county,target,from,to,ceiling[,source]");
    add("values", po::value<std::string>(), "CSV county,target,day,value");
    add("as-of", po::value<std::string>(), "a day; default: the last day with a value");
    add("format", po::value<std::string>(), "json, csv or table");
    const auto given = parse_arguments("targets follow", arguments, options);
    if (!given) return given.exit_code();
    const auto format = choose_format(text_of(*given, "format"));
    const auto targets =
        read_table<plans::CountyTarget>(text_of(*given, "targets"), "targets", plans::read_targets);
    const auto values = read_table<plans::CountyValue>(text_of(*given, "values"), "values",
                                                       plans::read_target_values);
    if (!format || !targets || !values) return kBadUsage;
    const auto written = text_of(*given, "as-of");
    const auto as_of = written ? rules::parse_day(*written) : std::optional(last_day(*values));
    if (!as_of) {
        std::cerr << "qingkongctl targets follow: --as-of '" << *written
                  << "': a day such as 2026-01-31\n";
        return kBadUsage;
    }
    const auto progress = plans::follow_targets(*targets, *values, *as_of);
    json::array all;
    bool off_course = false;
    for (const plans::TargetProgress& one : progress) {
        all.push_back(plans::to_json(one));
        off_course = off_course || one.course == plans::Course::kOffCourse;
    }
    print(std::cout, *format, json::object{{"as_of", rules::to_iso(*as_of)}, {"targets", all}},
          rows_of(progress));
    return off_course ? kNegative : kHolds;
}

// A member as a cell; empty where it is null or missing.
std::string cell_of(const json::value& item, std::string_view name) {
    const json::value* cell = plans::find_member(item, name);
    if (cell == nullptr || cell->is_null()) return {};
    return cell->is_string() ? std::string(cell->get_string()) : plans::to_text(*cell);
}

// What a running daemon says, with its own observations, meters and stacks.
int show(const Arguments& arguments) {
    po::options_description options("targets show");
    Daemon::add_options(options);
    auto add = options.add_options();
    add("as-of", po::value<std::string>(), "a day; default: today");
    add("format", po::value<std::string>(), "json, csv or table");
    const auto given = parse_arguments("targets show", arguments, options);
    if (!given) return given.exit_code();
    const auto online = online_setting(*given);
    if (!online) return kBadUsage;
    std::string path = "/api/v1/targets?per_page=1000";
    if (const auto as_of = text_of(*given, "as-of")) path += "&as_of=" + url_encoded(*as_of);
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
        std::vector<std::string> row;
        for (const std::string& column : table.columns) {
            row.push_back(cell_of(item, column));
        }
        table.rows.push_back(std::move(row));
        off_course = off_course || plans::string_or(item, "course") == "off_course";
    }
    print(std::cout, online->format, *value, table);
    return off_course ? kNegative : kHolds;
}

int check(const Arguments& arguments) {
    const auto find = [](const std::string& text, const std::string& path) {
        const auto read = plans::read_targets(text, path);
        return read ? rules::Faults{} : read.error();
    };
    return check_command("targets check", "CSV of targets", arguments, find);
}

}  // namespace

int targets_command(const Arguments& arguments) {
    const Arguments rest(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
    if (!arguments.empty() && arguments.front() == "follow") return follow(rest);
    if (!arguments.empty() && arguments.front() == "show") return show(rest);
    if (!arguments.empty() && arguments.front() == "check") return check(rest);
    const bool is_help = asks_for_help(arguments);
    (is_help ? std::cout : std::cerr)
        << "usage:\n  qingkongctl targets follow --targets FILE --values FILE [--as-of DAY]\n"
           "  qingkongctl targets show [--as-of DAY]  (at a running daemon)\n"
           "  qingkongctl targets check FILE\n";
    return is_help ? kHolds : kBadUsage;
}

}  // namespace qk::ctl
