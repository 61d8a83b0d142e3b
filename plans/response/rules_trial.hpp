// What other measures, other grades or another rule pack would mean, tried on an inventory before
// they are put in force: at each level who would owe something else, and whether the floors are
// still met.
#pragma once

#include <boost/json/value.hpp>
#include <vector>

#include "plans/response/grade_changes.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

class Catalogue;     // plans/measures/catalogue.hpp
struct RegionRules;  // plans/measures/region_rules.hpp
struct SeasonPlan;   // plans/measures/season.hpp

// By what obligations are derived.
struct DutySources {
    const Catalogue& catalogue;
    const std::vector<GradeChange>& grade_changes;
    const RegionRules* rules = nullptr;  // null: those of the input
};
struct RulesTrialInput {
    const Inventory& inventory;
    const RegionRules& rules;
    DutySources before;
    DutySources after;
    rules::Instant from{};  // the day on which it is tried
    rules::Zone zone;
    const SeasonPlan* season = nullptr;
};
// {"edition", "from", "levels": [{"level", "before": summary, "after": summary, "difference"}]}
[[nodiscard]] boost::json::value try_rules(const RulesTrialInput& input);

}  // namespace qk::plans
