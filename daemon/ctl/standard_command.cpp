// qingkongctl standard: check a standard, list and show the built-in ones, and say which days of a
// series two standards or packs judge differently.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/packs/standard_file.hpp"
#include "plans/paper/windows_json.hpp"
#include "rules/warning/season.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

int check_standard(const std::string& name, Format format) {
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
    return print_findings(format, name, faults);
}

int list_standards(Format format) {
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
    print(std::cout, format, all, table);
    return kHolds;
}

int show_standard(const std::string& name, Format format) {
    const auto chosen = choose_standard(name);
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
    print(std::cout, format, plans::to_json(chosen->standard), table);
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

int diff_standards(const std::vector<std::string>& names, const po::variables_map& values,
                   Format format) {
    const auto a = choose_standard(names[0]);
    const auto b = choose_standard(names[1]);
    if (!a) print_faults(a.error());
    if (!b) print_faults(b.error());
    if (!a || !b) return kBadUsage;
    const auto air = air_options(values, a->zone);
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
    print(std::cout, format, whole, found.table);
    std::cerr << found.compared << " days compared, " << count
              << " judged differently: " << found.stricter_a << " stricter by " << names[0] << ", "
              << found.stricter_b << " stricter by " << names[1] << "\n";
    return kHolds;
}

int wrong_usage() {
    std::cerr << "usage: qingkongctl standard check FILE | list | show ID | diff A B --hourly FILE"
                 " | --daily FILE\n";
    return kBadUsage;
}

}  // namespace

int standard_command(const Arguments& arguments) {
    po::options_description options("check FILE | list | show ID | diff A B");
    options.add_options()("words", po::value<std::vector<std::string>>(), "what to do")(
        "format", po::value<std::string>(), "json, csv or table");
    add_air_options(options);
    const auto values = parse_arguments("standard", arguments, options, {"words"});
    if (!values) return values.exit_code();
    const auto format = choose_format(text_of(*values, "format"));
    if (!format) return kBadUsage;
    std::vector<std::string> words;
    if (values->count("words") != 0) words = (*values)["words"].as<std::vector<std::string>>();
    if (words.empty()) return wrong_usage();
    const std::vector<std::string> names(words.begin() + 1, words.end());
    if (words[0] == "check" && names.size() == 1) return check_standard(names[0], *format);
    if (words[0] == "list" && names.empty()) return list_standards(*format);
    if (words[0] == "show" && names.size() == 1) return show_standard(names[0], *format);
    if (words[0] == "diff" && names.size() == 2) return diff_standards(names, *values, *format);
    return wrong_usage();
}

}  // namespace qk::ctl
