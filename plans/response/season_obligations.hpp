// What seasonal control and peak-shift ask on a day, warning or none: the obligations that stay
// when a warning is lifted (错峰生产不因解除预警而终止).
//
// One obligation a line and window, from the window's first instant to its last, with the window as
// its reason; a line that cannot stop at once is granted its ramp-down. Where two windows ask
// something of the same line both stand, since each keeps its own ledger, and both say which of
// them binds. Livelihood (保障类) is touched by none. While a warning is in force derive() weighs
// the same windows against the plan instead.
#pragma once

#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/grade_changes.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

struct SeasonObligation {
    std::size_t window = 0;      // index into the season
    std::size_t enterprise = 0;  // index into the inventory
    rules::Obligation obligation;
};
// What a duty says of the ramp-down it grants; empty for none.
[[nodiscard]] std::string season_ramp_sentence(std::chrono::minutes ramp);
// In the order of the inventory, then of the windows. Whom a window covers is asked by the grade
// that counts on the day. Null: no grade has changed beside the edition.
[[nodiscard]] std::vector<SeasonObligation> list_season_obligations(
    const Inventory& inventory, const SeasonPlan& season, const RegionRules& rules,
    rules::CivilDay day, rules::Zone zone, const std::vector<GradeChange>* grade_changes = nullptr);
[[nodiscard]] std::vector<rules::Obligation> season_duties(
    const Inventory& inventory, const SeasonPlan& season, const RegionRules& rules,
    rules::CivilDay day, rules::Zone zone, const std::vector<GradeChange>* grade_changes = nullptr);

// Everything that windows which began by `as_of` speak of, in the order of inventory and windows.
struct SeasonTarget {
    std::size_t window = 0;
    std::size_t enterprise = 0;
    std::optional<std::size_t> line;  // empty: the enterprise as a whole
    // Days of the window, up to `as_of`, on which it asks nothing of a grade that counted then.
    std::vector<rules::CivilDay> spared{};
};
[[nodiscard]] std::vector<SeasonTarget> season_targets(
    const Inventory& inventory, const SeasonPlan& season, const RegionRules& rules,
    rules::CivilDay as_of, const std::vector<GradeChange>* grade_changes = nullptr);

}  // namespace qk::plans
