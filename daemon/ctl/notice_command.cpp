// qingkongctl notice: which lines that cannot stop at once must begin to come down, and when,
// because a level is likely: one that is named, or those that a forecast calls for.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/response/pre_notice.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

// A level that may come, and from when.
struct Likely {
    rules::Colour colour = rules::Colour::kYellow;
    rules::Instant from{};
    std::string why;  // "区域：条款", empty where a person named the level
};

std::optional<std::vector<Likely>> named_level(const Call& call, const PlanInputs& inputs) {
    const auto colour = colour_in(call, "level");
    const auto from = instant_in(call, "at", inputs.zone);
    if (!colour || !from) return std::nullopt;
    return std::vector<Likely>{{*colour, from->value_or(inputs.this_hour), {}}};
}

std::optional<std::vector<Likely>> forecast_levels(const Call& call) {
    const auto chosen = choose_standard(*call.text("standard"));
    if (!chosen) {
        print_faults(chosen.error());
        return std::nullopt;
    }
    const auto air = read_air_options(call, chosen->zone);
    if (!air) return std::nullopt;
    show_samples(*chosen);
    const auto input = read_air(*air, chosen->standard.ozone_counts);
    if (!input) {
        print_faults(input.error());
        return std::nullopt;
    }
    const auto only = call.text("region");
    std::vector<Likely> all;
    for (const rules::RegionWindows& region : judge_air(*input, chosen->standard, air->region)) {
        if (only && region.region != *only) continue;
        for (const rules::AgreedWindow& agreed : region.windows) {
            // Advisory windows ask nobody to come down.
            if (!agreed.mandatory) continue;
            const rules::WarningWindow& window = agreed.window;
            all.push_back({agreed.mandatory_colour.value_or(window.colour), window.span.from,
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

int run(const Call& call) {
    const auto inputs = load_plan_inputs(call);
    if (!inputs) return kBadUsage;
    const auto likely = call.has("standard") ? forecast_levels(call) : named_level(call, *inputs);
    const auto issued = instant_in(call, "issued-at", inputs->zone);
    if (!likely || !issued) return kBadUsage;
    json::array all;
    Table table{{"enterprise", "name", "line", "level", "starts", "begin_by", "too_late", "text"},
                {}};
    for (const Likely& one : *likely) {
        const plans::DeriveInput input = derive_input(*inputs, one.colour, one.from);
        const plans::ObligationTable duties = plans::derive_table(input);
        for (const plans::PreNotice& notice :
             plans::pre_notices(input, duties, issued->value_or(call.now()))) {
            const plans::Enterprise& enterprise = inputs->inventory.enterprises[notice.enterprise];
            all.push_back(to_json(notice, one, *inputs));
            table.rows.push_back(
                {enterprise.id, enterprise.name, inputs->inventory.lines[notice.line].id,
                 std::string(rules::to_text(one.colour)), rules::to_iso(one.from, inputs->zone),
                 rules::to_iso(notice.begin_by, inputs->zone), notice.too_late ? "yes" : "no",
                 notice.text});
        }
    }
    print(std::cout, format_of(call), json::object{{"notices", std::move(all)}}, table);
    return kHolds;
}

}  // namespace

Command notice_command() {
    return {
        .name = "notice",
        .what = {"某一级别可能来临，谁须提前降负荷",
                 "who must begin to come down because a level is likely"},
        .options = joined(
            {{inventory_option(),
              option("level", "yellow|orange|red", {"可能来临的级别", "the level that is likely"}),
              option("at", "TIME",
                     {"预计开始时间；默认：本小时", "when it would start; default: this hour"}),
              option("standard", "ID|FILE",
                     {"与预报合用：据以研判的标准或规则包",
                      "with a forecast: standard or pack that it is read by"}),
              option("region", "CODE",
                     {"预报含多个区域时，只看这一个",
                      "with a forecast of several regions: this one alone"})},
             air_options(),
             plan_options(),
             {format_option()}}),
        .examples = {"qingkongctl notice --inventory packaging/sample/inventory --level orange "
                     "--at 2026-12-01T08:00",
                     "qingkongctl notice --inventory packaging/sample/inventory --standard cn-2024 "
                     "--hourly "
                     "packaging/demo-data/beijing_2015-11-25_2015-12-31.csv"},
        .run = run,
    };
}

}  // namespace qk::ctl
