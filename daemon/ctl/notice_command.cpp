// qingkongctl notice: which lines that cannot stop at once must begin to come down, and when,
// because a level is likely: one that is named, or those that a forecast calls for.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/response/pre_notice.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

// A level that may come, and from when.
struct Likely {
    rules::Colour colour = rules::Colour::kYellow;
    rules::Instant from{};
    std::string why;  // "区域：条款", empty where a person named the level
};

po::options_description notice_options() {
    po::options_description options(
        "notice --inventory PATH (--level COLOUR --at T | --standard ID --hourly|--daily FILE)");
    auto add = options.add_options();
    add("inventory", po::value<std::string>(), "folder of CSV tables, or an .xlsx");
    add("level", po::value<std::string>(), "the level that is likely");
    add("at", po::value<std::string>(), "when it would start; default: this hour");
    add("standard", po::value<std::string>(),
        "with a forecast: standard or pack that it is read by");
    add("region", po::value<std::string>(), "with a forecast of several regions: this one alone");
    add_air_options(options);
    add_plan_options(options);
    add("format", po::value<std::string>(), "json, csv or table");
    return options;
}

std::optional<std::vector<Likely>> named_level(const po::variables_map& given,
                                               const PlanInputs& inputs) {
    const auto colour = colour_in("notice", given, "level");
    const auto from = instant_in("notice", given, "at", inputs.zone);
    if (!colour || !from) return std::nullopt;
    return std::vector<Likely>{{*colour, from->value_or(rules::floor_hour(now())), {}}};
}

std::optional<std::vector<Likely>> forecast_levels(const po::variables_map& given) {
    const auto chosen = choose_standard(*text_of(given, "standard"));
    if (!chosen) {
        print_faults(chosen.error());
        return std::nullopt;
    }
    const auto air = air_options(given, chosen->zone);
    if (!air) return std::nullopt;
    show_samples(*chosen);
    const auto input = read_air(*air, chosen->standard.ozone_counts);
    if (!input) {
        print_faults(input.error());
        return std::nullopt;
    }
    const auto only = text_of(given, "region");
    std::vector<Likely> all;
    for (const rules::RegionWindows& region : judge_air(*input, chosen->standard, air->region)) {
        if (only && region.region != *only) continue;
        for (const rules::AgreedWindow& agreed : region.windows) {
            // Advisory windows ask nobody to come down.
            if (!agreed.mandatory) continue;
            const rules::WarningWindow& window = agreed.window;
            all.push_back({window.colour, window.span.from,
                           region.region + "：" + chosen->standard.clauses[window.clause].id});
        }
    }
    return all;
}

json::object to_json(const plans::PreNotice& notice, const Likely& likely,
                     const PlanInputs& inputs) {
    const plans::Enterprise& enterprise = inputs.inventory.enterprises[notice.enterprise];
    const plans::Line& line = inputs.inventory.lines[notice.line];
    return {{"enterprise", enterprise.id},
            {"name", enterprise.name},
            {"line", line.id},
            {"colour", rules::to_text(likely.colour)},
            {"starts", rules::to_iso(likely.from, inputs.zone)},
            {"why", likely.why},
            {"ramp_down_hours", line.ramp_down_hours},
            {"begin_by", rules::to_iso(notice.begin_by, inputs.zone)},
            {"too_late", notice.too_late},
            {"contact", enterprise.contact},
            {"phone", enterprise.phone},
            {"text", notice.text}};
}

}  // namespace

int notice_command(const Arguments& arguments) {
    const auto given = parse_arguments("notice", arguments, notice_options());
    if (!given) return given.exit_code();
    const auto format = choose_format(text_of(*given, "format"));
    const auto inputs = format ? load_plan_inputs("notice", *given) : std::nullopt;
    if (!inputs) return kBadUsage;
    const auto likely =
        text_of(*given, "standard") ? forecast_levels(*given) : named_level(*given, *inputs);
    const auto issued = instant_in("notice", *given, "issued-at", inputs->zone);
    if (!likely || !issued) return kBadUsage;
    json::array all;
    Table table{{"enterprise", "name", "line", "level", "starts", "begin_by", "too_late", "text"},
                {}};
    for (const Likely& one : *likely) {
        const plans::DeriveInput input = derive_input(*inputs, one.colour, one.from);
        const plans::DutyTable duties = plans::derive_table(input);
        for (const plans::PreNotice& notice :
             plans::pre_notices(input, duties, issued->value_or(now()))) {
            const plans::Enterprise& enterprise = inputs->inventory.enterprises[notice.enterprise];
            all.push_back(to_json(notice, one, *inputs));
            table.rows.push_back(
                {enterprise.id, enterprise.name, inputs->inventory.lines[notice.line].id,
                 std::string(rules::to_text(one.colour)), rules::to_iso(one.from, inputs->zone),
                 rules::to_iso(notice.begin_by, inputs->zone), notice.too_late ? "yes" : "no",
                 notice.text});
        }
    }
    print(std::cout, *format, json::object{{"notices", std::move(all)}}, table);
    return kHolds;
}

}  // namespace qk::ctl
