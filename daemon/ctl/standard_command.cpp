// qingkongctl standard: check a standard, list and show the built-in ones, and say which days of a
// series two standards or packs judge differently.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/documents/windows_json.hpp"
#include "plans/packs/standard_file.hpp"
#include "rules/warning/backtest.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

int check_standard(const Call& call) {
    const std::string name = *call.text("name");
    const rules::Result<std::string> bytes = read_file(name);
    if (!bytes) {
        print_faults(bytes.error());
        return kBadUsage;
    }
    rules::Faults faults;
    if (is_pack_text(*bytes)) {
        const auto pack = plans::read_pack(*bytes, name, sources_beside(name));
        if (!pack) faults = pack.error();
    } else {
        const rules::Result<plans::ReadStandard> read = plans::read_standard(*bytes, name);
        faults = read ? read->remarks : read.error();
    }
    print_faults(faults);
    return print_findings(format_of(call), name, faults);
}

int list_standards(const Call& call) {
    json::array all;
    Table table{{"id", "name", "from", "to", "certainty", "source"}, {}};
    for (const std::string& id : plans::built_in_standard_ids()) {
        const rules::TriggerStandard standard = plans::built_in_standard(id).value();
        all.push_back(plans::head_to_json(standard));
        const auto day = [](const std::optional<rules::CivilDay>& d) {
            return d ? rules::to_iso(*d) : std::string();
        };
        table.rows.push_back({standard.id, standard.name, day(standard.effective_from),
                              day(standard.effective_to),
                              std::string(rules::to_text(standard.certainty)), standard.source});
    }
    print(std::cout, format_of(call), all, table);
    return kHolds;
}

int show_standard(const Call& call) {
    const auto chosen = choose_standard(*call.text("name"));
    if (!chosen) {
        print_faults(chosen.error());
        return kBadUsage;
    }
    show_samples(*chosen);
    Table table{{"clause", "colour", "legs", "text"}, {}};
    for (const rules::Clause& clause : chosen->standard.clauses) {
        table.rows.push_back({clause.id, std::string(rules::to_text(clause.colour)),
                              plans::legs_in_short(clause), clause.text});
    }
    print(std::cout, format_of(call), plans::to_json(chosen->standard), table);
    return kHolds;
}

std::string colour_or_none(const std::optional<rules::Colour>& colour) {
    return colour ? std::string(rules::to_text(*colour)) : "none";
}

struct Differences {
    json::array days;
    Table table{{"region", "date", "aqi", "a", "b"}, {}};
    int compared = 0;
    int stricter_a = 0;
    int stricter_b = 0;
};

void add_differences(Differences& out, const std::string& region,
                     const rules::DailyAqiSeries& daily, const rules::RegionWindows& a,
                     const rules::RegionWindows& b, rules::Zone zone) {
    out.compared += static_cast<int>(daily.aqi.size());
    const auto colours = [&](const rules::RegionWindows& windows) {
        return rules::colours_by_day(windows.windows, daily.first, daily.aqi.size(), zone);
    };
    for (const rules::DifferingDay& day : rules::differing_days(daily, colours(a), colours(b))) {
        (day.a > day.b ? out.stricter_a : out.stricter_b) += 1;
        const json::value aqi = day.aqi == rules::kNoAqi ? json::value() : json::value(day.aqi);
        out.days.push_back(json::object{{"region", region},
                                        {"date", rules::to_iso(day.day)},
                                        {"aqi", aqi},
                                        {"a", colour_or_none(day.a)},
                                        {"b", colour_or_none(day.b)}});
        out.table.rows.push_back({region, rules::to_iso(day.day),
                                  day.aqi == rules::kNoAqi ? "" : std::to_string(day.aqi),
                                  colour_or_none(day.a), colour_or_none(day.b)});
    }
}

int diff_standards(const Call& call) {
    const std::vector<std::string> names{*call.text("a"), *call.text("b")};
    const auto a = choose_standard(names[0]);
    const auto b = choose_standard(names[1]);
    if (!a) print_faults(a.error());
    if (!b) print_faults(b.error());
    if (!a || !b) return kBadUsage;
    const auto air = read_air_options(call, a->zone);
    if (!air) return kBadUsage;
    show_samples(*a);
    show_samples(*b);
    const auto input = read_air(*air, a->standard.ozone_counts || b->standard.ozone_counts);
    if (!input) {
        print_faults(input.error());
        return kBadUsage;
    }
    print_faults(input->warnings);
    const auto windows_a = judge_air(*input, a->standard, air->region);
    const auto windows_b = judge_air(*input, b->standard, air->region);
    Differences found;
    for (std::size_t i = 0; i < windows_a.size(); ++i) {
        add_differences(found, windows_a[i].region, daily_of(*input, i, a->standard, air->region),
                        windows_a[i], windows_b[i], air->region.trigger.zone);
    }
    const auto count = static_cast<int>(found.days.size());
    const json::object whole{{"a", a->standard.id},
                             {"b", b->standard.id},
                             {"days_compared", found.compared},
                             {"days_alike", found.compared - count},
                             {"a_stricter", found.stricter_a},
                             {"b_stricter", found.stricter_b},
                             {"days", std::move(found.days)}};
    print(std::cout, format_of(call), whole, found.table);
    std::cerr << found.compared << " days compared, " << count
              << " judged differently: " << found.stricter_a << " stricter by " << names[0] << ", "
              << found.stricter_b << " stricter by " << names[1] << "\n";
    return kHolds;
}

}  // namespace

Command standard_command() {
    const auto name = place("name", "ID|FILE",
                            {"内置标准的编号，或一个文件", "id of a built-in standard, or a file"})
                          .required();
    return {
        .name = "standard",
        .what = {"预警启动标准：检查、列出、查看、比较",
                 "trigger standards: check, list, show and diff"},
        .commands = {{.name = "check",
                      .what = {"检查标准文件", "say what is wrong with a standard"},
                      .options = {place("name", "FILE",
                                        {"TOML；- 为标准输入", "TOML; - is standard input"})
                                      .required(),
                                  format_option()},
                      .examples = {"qingkongctl standard check own.toml"},
                      .run = check_standard},
                     {.name = "list",
                      .what = {"列出内置标准、出处和有效期",
                               "the built-in standards, with source and dates"},
                      .options = {format_option()},
                      .examples = {"qingkongctl standard list"},
                      .run = list_standards},
                     {.name = "show",
                      .what = {"查看标准的各条款", "the clauses of a standard"},
                      .options = {name, format_option()},
                      .examples = {"qingkongctl standard show cn-2024"},
                      .run = show_standard},
                     {.name = "diff",
                      .what = {"两个标准对哪些日子结论不同",
                               "which days of a series two standards judge differently"},
                      .options = joined(
                          {{place("a", "A", {"一个标准或规则包", "a standard or pack"}).required(),
                            place("b", "B", {"另一个", "the other one"}).required()},
                           air_options(),
                           {format_option()}}),
                      .examples = {"qingkongctl standard diff cn-2024 cn-2018 --hourly "
                                   "packaging/demo-data/beijing_2015-11-25_2015-12-31.csv"},
                      .run = diff_standards}},
    };
}

}  // namespace qk::ctl
