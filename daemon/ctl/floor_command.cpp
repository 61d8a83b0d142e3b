// qingkongctl floor propose: who would have to do more for a level's floors, and what each percent
// costs.
#include <fmt/format.h>

#include <iostream>

#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/response/floor_proposal.hpp"

namespace qk::ctl {
namespace {

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

int propose(const Call& call) {
    const Format format = format_of(call);
    const auto inputs = load_plan_inputs(call);
    if (!inputs) return kBadUsage;
    const auto colour = colour_in(call, "level");
    const auto from = instant_in(call, "at", inputs->zone);
    if (!colour || !from) return kBadUsage;
    const plans::DeriveInput input = derive_input(*inputs, *colour, *from);
    const plans::ObligationTable table = plans::derive_table(input);
    plans::ProposalSettings settings;
    settings.equal_treatment = !call.has("each");
    const plans::FloorProposal proposal = plans::propose(input, table, settings);
    print(std::cout, format, plans::to_json(proposal, inputs->inventory),
          rows_of_proposal(proposal));
    if (format != Format::kJson) print_summary(proposal);
    return proposal.possible ? kHolds : kNegative;
}

}  // namespace

Command floor_command() {
    return {
        .name = "floor",
        .what = {"最低减排比例未达到时如何补足", "what would meet a missed floor"},
        .commands =
            {{.name = "propose",
              .what = {"建议由谁多减、各减多少、代价如何",
                       "who would have to do more, and what each percent costs"},
              .options = joined(
                  {{inventory_option(), level_option(), start_option(),
                    flag("each", {"逐家选择，而不是同类企业一并加严",
                                  "choose enterprise by enterprise, not whole groups of equals"})},
                   plan_options(),
                   {format_option()}}),
              .examples =
                  {"qingkongctl floor propose --inventory packaging/sample/inventory --level red"},
              .run = propose}},
    };
}

}  // namespace qk::ctl
