// qingkongctl plan diff: what changes between two levels, two inventory editions, or with a floor
// proposal.
#include <fmt/format.h>

#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/response/floor_proposal.hpp"
#include "plans/response/response_plan.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
    return all;
}

Table rows_of_difference(const plans::PlanDifference& difference) {
    Table rows{{"enterprise", "name", "change", "so2_kg_d", "nox_kg_d", "pm_kg_d", "vocs_kg_d",
                "added", "dropped"},
               {}};
    for (const plans::EnterpriseChange& change : difference.changes) {
        std::vector<std::string> row{change.enterprise, change.name,
                                     std::string(plans::to_text(change.change))};
        for (std::size_t e = 0; e < plans::kEmissionCount; ++e) {
            const double more = static_cast<double>(change.after.grams[e] - change.before.grams[e]);
            row.push_back(fmt::format("{:+.3f}", more / 1000));
        }
        row.push_back(joined(change.added));
        row.push_back(joined(change.dropped));
        rows.rows.push_back(std::move(row));
    }
    return rows;
}

po::options_description diff_options() {
    po::options_description options(
        "plan diff --inventory A [--inventory B] --from-level COLOUR --to-level COLOUR");
    auto add = options.add_options();
    add("inventory", po::value<std::vector<std::string>>(),
        "one edition, or the earlier and the later");
    add("from-level", po::value<std::string>(), "level of the earlier plan");
    add("to-level", po::value<std::string>(), "level of the later plan; default: the same");
    add("proposal", po::bool_switch(), "the later plan is the floor proposal of its level");
    add("at", po::value<std::string>(), "when the measures start; default: this hour");
    add_plan_options(options);
    add("format", po::value<std::string>(), "json, csv or table");
    return options;
}

// The later plan's inventory: with the floor proposal of its level written in, where asked.
plans::Inventory later_inventory(PlanInputs& inputs, plans::Inventory inventory,
                                 rules::Colour colour, std::optional<rules::Instant> from,
                                 bool proposal) {
    if (!proposal) return inventory;
    std::swap(inputs.inventory, inventory);
    const plans::DeriveInput input = derive_input(inputs, colour, from);
    plans::Inventory draft =
        plans::with_proposal(inputs.inventory, plans::propose(input, plans::derive_table(input)));
    std::swap(inputs.inventory, inventory);
    return draft;
}

int run_diff(const Arguments& arguments) {
    const auto values = parse_arguments("plan diff", arguments, diff_options());
    if (!values) return values.exit_code();
    const auto format = choose_format(text_of(*values, "format"));
    std::vector<std::string> paths;
    if (values->count("inventory") != 0) {
        paths = (*values)["inventory"].as<std::vector<std::string>>();
    }
    if (paths.empty() || paths.size() > 2) {
        std::cerr << "qingkongctl plan diff: " << paths.size()
                  << " times --inventory: one or two\n";
        return kBadUsage;
    }
    auto inputs = format ? load_plan_inputs("plan diff", *values, paths.front()) : std::nullopt;
    auto later = inputs ? inventory_at(paths.back()) : std::nullopt;
    if (!inputs || !later) return kBadUsage;
    const auto from_level = colour_in("plan diff", *values, "from-level");
    const auto to_level =
        values->count("to-level") == 0 ? from_level : colour_in("plan diff", *values, "to-level");
    const auto at = instant_in("plan diff", *values, "at", inputs->zone);
    if (!from_level || !to_level || !at) return kBadUsage;

    const plans::ResponsePlan before =
        plans::make_plan(derive_input(*inputs, *from_level, *at), "", 1);
    inputs->inventory = later_inventory(*inputs, *std::move(later), *to_level, *at,
                                        (*values)["proposal"].as<bool>());
    const plans::ResponsePlan after =
        plans::make_plan(derive_input(*inputs, *to_level, *at), "", 2);
    const plans::PlanDifference difference = plans::difference(before, after);
    print(std::cout, *format, plans::to_json(difference), rows_of_difference(difference));
    return kHolds;
}

}  // namespace

int plan_command(const Arguments& arguments) {
    if (!arguments.empty() && arguments.front() == "diff") {
        return run_diff(Arguments(arguments.begin() + 1, arguments.end()));
    }
    const bool is_help = asks_for_help(arguments);
    (is_help ? std::cout : std::cerr)
        << "usage:\n  qingkongctl plan diff --inventory A [--inventory B] --from-level COLOUR "
           "[--to-level COLOUR] [--proposal]\n";
    return is_help ? kHolds : kBadUsage;
}

}  // namespace qk::ctl
