// The judging parameters of a region: the pack's own numbers in place of the samples, and a
// sentence that says which are the pack's and which still are samples.
#pragma once

#include "plans/packs/region_pack.hpp"
#include "rules/compliance/parameters.hpp"

namespace qk::plans {

// Of no region: the samples of the program, with the calendar that is built in.
[[nodiscard]] rules::JudgingParameters sample_judging_parameters();
[[nodiscard]] rules::JudgingParameters judging_parameters(const RegionPack& pack);

}  // namespace qk::plans
