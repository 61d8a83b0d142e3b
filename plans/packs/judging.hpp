// The judging parameters of a region: the pack's own numbers in place of the samples, and a
// sentence that says which are the pack's and which still are samples.
#pragma once

#include "plans/packs/region_pack.hpp"
#include "rules/compliance/parameters.hpp"

namespace qk::plans {

[[nodiscard]] rules::JudgingParameters judging_parameters(const RegionPack& pack);

}  // namespace qk::plans
