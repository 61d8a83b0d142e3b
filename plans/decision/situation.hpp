// From what a decision saw to what the rules are asked: windows of every reading of the air, in
// every colour, with the consultation's corrections put in.
#pragma once

#include "plans/decision/decision_inputs.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::plans {

// Timing, merging and lifting as the region's pack says.
[[nodiscard]] rules::ProposalRules proposal_rules_of(const RegionPack& pack);

[[nodiscard]] rules::Situation situation_of(const DecisionInputs& inputs);

}  // namespace qk::plans
