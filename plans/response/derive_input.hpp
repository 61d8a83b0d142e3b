// What derive is asked: whose inventory, by which measures and rules, at which level, from when.
#pragma once

#include <optional>
#include <vector>

#include "plans/response/grade_changes.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::plans {

class Catalogue;     // plans/measures/catalogue.hpp
struct RegionRules;  // plans/measures/region_rules.hpp
struct SeasonPlan;   // plans/measures/season.hpp

struct DeriveInput {
    const Inventory& inventory;
    const Catalogue& catalogue;
    const RegionRules& rules;
    rules::Colour colour = rules::Colour::kYellow;
    rules::Instant from{};
    std::optional<rules::Instant> to;
    rules::Zone zone;
    // When the order goes out; empty: unknown, and a line that cannot stop at once is granted its
    // whole ramp-down after `from`.
    std::optional<rules::Instant> issued_at{};
    const SeasonPlan* season = nullptr;
    // Whose windows are weighed; empty: those of the day of `from`.
    std::optional<rules::CivilDay> season_day{};
    const std::vector<GradeChange>* grade_changes = nullptr;
    // A line that a window of the season has held down needs no time to come down again. False: the
    // orders that are held say it (going_on.hpp).
    bool season_holds_down = true;
    // Whether reasons that relax count; derive_table() takes it back where the floors are not met
    // with them.
    bool may_relax = true;
};

}  // namespace qk::plans
