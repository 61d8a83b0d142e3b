// When a level's plan misses its floors: who would have to do more, and what each further percent
// costs.
//
// Tightens in tiers, D and ungraded first, then C, then B; a tier is only entered when everything
// useful of the one before is at its strictest. Grades above B, livelihood, small and white-listed
// firms are never touched, and no line is told to go below its least load: what the inventory says
// of the line, else what the catalogue says of the trade (heat for homes in winter: not at all).
// Enterprises of one county, trade and grade are treated alike, unless
// `equal_treatment` is off. Within the last tier entered the choice is the 0/1 plan of
// choice_solver: least output lost, few groups. Cost is counted in whole plants standing: the share
// of production lost, averaged over an enterprise's lines, plus a little for every enterprise
// touched. A proposal never applies itself: with_proposal() gives a draft inventory to look at.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "plans/response/obligation_table.hpp"

namespace qk::plans {

struct ProposalSettings {
    bool equal_treatment = true;
    std::vector<double> shares{0.3, 0.5, 1.0};  // options besides "as planned"; 1 is a stop
    double cost_per_enterprise = 0.05;          // in plants standing, for "the fewest"
};

struct Tightening {
    std::string region;
    std::string trade;  // id, or the industry as written
    std::string grade;
    std::vector<std::size_t> enterprises;  // indices into the inventory
    double share = 0;  // each running line is cut to at least this, as far as it can go down
    // Lines that cannot, by index into the inventory, with the most they can be cut.
    std::vector<std::pair<std::uint32_t, double>> limited;
    DailyEmission more;      // beyond the plan
    double output_lost = 0;  // plants standing
    std::string text;        // Chinese
};

// What one more percent of a pollutant (or of SO2 and NOx together) costs at the proposal's edge.
struct FloorPrice {
    std::string of;  // "so2", …, "so2+nox"
    double missing_share = 0;
    double plants_per_percent = 0;
};

struct FloorProposal {
    rules::Colour colour = rules::Colour::kYellow;
    bool needed = false;    // a floor is missed
    bool possible = false;  // the proposal meets every floor
    std::vector<FloorAnswer> before;
    std::vector<FloorAnswer> after;
    std::vector<Tightening> tightenings;
    std::vector<FloorPrice> prices;
    double cost = 0;   // of the last tier entered
    double bound = 0;  // no choice within that tier costs less
    std::string text;  // Chinese
};

[[nodiscard]] FloorProposal propose(const DeriveInput& input, const ObligationTable& table,
                                    const ProposalSettings& settings = {});

// A draft of the inventory with the proposal as own measures of its level, for comparing plans.
[[nodiscard]] Inventory with_proposal(const Inventory& inventory, const FloorProposal& proposal);

[[nodiscard]] boost::json::value to_json(const FloorProposal& proposal, const Inventory& inventory);

}  // namespace qk::plans
