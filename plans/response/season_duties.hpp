// What seasonal control and peak-shift ask on a day, warning or none: the obligations that stay
// when a warning is lifted (错峰生产不因解除预警而终止).
//
// One obligation a line and window, from the window's first instant to its last, with the window as
// its reason. While a warning is in force derive() weighs the same windows against the plan
// instead.
#pragma once

#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/measures/season.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

[[nodiscard]] std::vector<rules::Obligation> season_duties(const Inventory& inventory,
                                                           const SeasonPlan& season,
                                                           const RegionRules& rules,
                                                           rules::CivilDay day, rules::Zone zone);

}  // namespace qk::plans
