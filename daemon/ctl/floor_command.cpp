// qingkongctl floor propose: who would have to do more for a level's floors, and what each percent
// costs.
#include <fmt/format.h>

#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/response/floor_proposal.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;

Table rows_of_proposal(const plans::FloorProposal& proposal) {
    Table rows{{"region", "trade", "grade", "enterprises", "share", "so2_kg_d", "nox_kg_d",
                "pm_kg_d", "vocs_kg_d", "output_lost_plants"},
               {}};
    for (const plans::Tightening& one : proposal.tightenings) {
        std::vector<std::string> row{one.region, one.trade, one.grade,
                                     std::to_string(one.enterprises.size()),
                                     fmt::format("{:g}", one.share)};
        for (std::size_t e = 0; e < plans::kEmissionCount; ++e) {
            row.push_back(fmt::format("{:.3f}", one.more.kg(static_cast<plans::Emission>(e))));
        }
        row.push_back(fmt::format("{:.3f}", one.output_lost));
        rows.rows.push_back(std::move(row));
    }
    return rows;
}

void print_summary(const plans::FloorProposal& proposal) {
    std::cerr << proposal.text << "\n";
    for (const plans::FloorPrice& price : proposal.prices) {
        std::cerr << fmt::format("{}：尚缺{:.2f}%，每多减1%约需停产{:.3f}家\n", price.of,
                                 price.missing_share * 100, price.plants_per_percent);
    }
    for (const plans::FloorAnswer& floor : proposal.after) {
        std::cerr << fmt::format("{}：采纳后{:.2f}%，下限{:g}%，{}\n",
                                 plans::to_chinese(floor.emission), floor.share * 100,
                                 floor.floor * 100, floor.how);
    }
}

int run_propose(const Arguments& arguments) {
    po::options_description options("floor propose --inventory PATH --level COLOUR");
    auto add = options.add_options();
    add("inventory", po::value<std::string>(), "folder of CSV tables, or an .xlsx");
    add("level", po::value<std::string>(), "yellow, orange or red");
    add("at", po::value<std::string>(), "when the measures start; default: this hour");
    add("each", po::bool_switch(), "choose enterprise by enterprise, not whole groups of equals");
    add_plan_options(options);
    add("format", po::value<std::string>(), "json, csv or table");
    const auto values = parse_arguments("floor propose", arguments, options);
    if (!values) return values.exit_code();
    const auto format = choose_format(text_of(*values, "format"));
    const auto inputs = format ? load_plan_inputs("floor propose", *values) : std::nullopt;
    if (!inputs) return kBadUsage;
    const auto colour = colour_in("floor propose", *values, "level");
    const auto from = instant_in("floor propose", *values, "at", inputs->zone);
    if (!colour || !from) return kBadUsage;
    const plans::DeriveInput input = derive_input(*inputs, *colour, *from);
    const plans::DutyTable table = plans::derive_table(input);
    plans::ProposalSettings settings;
    settings.equal_treatment = !(*values)["each"].as<bool>();
    const plans::FloorProposal proposal = plans::propose(input, table, settings);
    print(std::cout, *format, plans::to_json(proposal, inputs->inventory),
          rows_of_proposal(proposal));
    if (*format != Format::kJson) print_summary(proposal);
    return proposal.possible ? kHolds : kNegative;
}

}  // namespace

int floor_command(const Arguments& arguments) {
    if (!arguments.empty() && arguments.front() == "propose") {
        return run_propose(Arguments(arguments.begin() + 1, arguments.end()));
    }
    const bool is_help = asks_for_help(arguments);
    (is_help ? std::cout : std::cerr)
        << "usage:\n  qingkongctl floor propose --inventory PATH --level COLOUR [--each]\n";
    return is_help ? kHolds : kBadUsage;
}

}  // namespace qk::ctl
