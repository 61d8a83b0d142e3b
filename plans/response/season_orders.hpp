// What the season asks on a day, as order documents: decided once per civil day, when an edition is
// signed off, and when a warning is lifted.
//
// A document of the season names no warning and carries no colour; its legal basis is the source of
// the windows, and a sample says that it is one. The decision is made on what is held: an
// enterprise whose present order asks the same is left alone, so that deciding twice changes
// nothing, and what goes on keeps its start. What has no window any more is asked to do nothing.
//
// While a warning rules (its plan weighs the same windows) nobody asks this.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/grade_changes.hpp"
#include "plans/response/order.hpp"

namespace qk::plans {

using PresentOrders = std::map<std::string, OrderDocument>;  // by enterprise, the latest of each

struct SeasonOrderInput {
    const Inventory& inventory;
    const SeasonPlan& season;
    const RegionRules& rules;
    rules::Instant now{};
    rules::Zone zone;
    // That count beside the edition, each from its day on. Null: none.
    const std::vector<GradeChange>* grade_changes = nullptr;
};

// Documents to issue, in the order of the inventory, then those that end. `present`: the latest
// document of every enterprise that has one.
[[nodiscard]] std::vector<OrderDocument> season_orders(const SeasonOrderInput& input,
                                                       const PresentOrders& present);

// What every enterprise that a window covers today owes by it, whether or not it is held already.
[[nodiscard]] std::vector<OrderDocument> season_documents(const SeasonOrderInput& input,
                                                          const PresentOrders& present);

// The season's obligations from now until `until`, when a warning that is already signed begins:
// those of today, of windows that open before then, and of grades that change before then. By
// enterprise (index into the inventory).
[[nodiscard]] std::map<std::size_t, std::vector<rules::Obligation>> season_until(
    const SeasonOrderInput& input, rules::Instant until);

// The instants at which windows open or close, strictly between two instants, in order.
[[nodiscard]] std::vector<rules::Instant> season_turns(const SeasonPlan& season,
                                                       rules::Instant from,
                                                       std::optional<rules::Instant> to,
                                                       rules::Zone zone);

}  // namespace qk::plans
