// A warning's response plan (响应方案): what every enterprise of the inventory owes in each stretch
// of the warning's timeline, against the floors, and the order documents that say it. Pure and
// immutable; the obligations and floors are derived by plans/response.
//
//   yellow |-----------|                orders hold both stretches: yellow until 00:00,
//   red                |--------->      red from then on
//
// Where a window of the season opens or closes within a stretch, the stretch is weighed on both
// sides of that midnight; what it asks of an enterprise on either side alike stays one obligation.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/season.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/response/derive.hpp"
#include "plans/response/order.hpp"
#include "rules/warning/life.hpp"

namespace qk::daemon {

struct ResponsePlan {
    std::string edition;                  // of the inventory
    std::optional<rules::Colour> colour;  // of the last stretch; empty: nothing is owed any more
    std::vector<rules::Segment> segments;
    struct Owed {
        std::size_t enterprise = 0;  // index into the inventory
        std::vector<rules::Obligation> obligations;
    };
    std::vector<Owed> owed;                  // enterprises with at least one obligation
    std::vector<plans::FloorAnswer> floors;  // of the last stretch
    std::size_t remarks = 0;
    std::vector<std::string> enterprise_ids;  // of `owed`, in the same order
};

struct PlanInput {
    const plans::Inventory& inventory;
    const plans::RegionPack& pack;
    const std::vector<rules::Segment>& segments;  // empty: a lift
    rules::Instant now{};
    // While a warning holds its windows are weighed against the plan, the stricter binds; before
    // its first stretch and after a lift what they ask goes on alone. Null: none.
    const plans::SeasonPlan* season = nullptr;
};
[[nodiscard]] ResponsePlan make_response_plan(const PlanInput& input);

// The documents of what is owed; after a lift they carry no colour and begin now.
struct OrderFacts {
    std::string warning;
    bool exercise = false;
    const plans::RegionPack& pack;
    rules::Instant now{};
};
[[nodiscard]] std::vector<plans::OrderDocument> documents_of(const ResponsePlan& plan,
                                                             const plans::Inventory& inventory,
                                                             const OrderFacts& facts);
[[nodiscard]] std::string legal_basis_text(const plans::RegionPack& pack, rules::Instant now);

// The plan itself, compact: enterprise -> [id, action, ratio]; and what people read of it.
[[nodiscard]] boost::json::value to_json(const ResponsePlan& plan);
[[nodiscard]] boost::json::value summary_json(const ResponsePlan& plan);

inline constexpr std::size_t kDifferencesShownMax = 200;
// {"added","removed","changed","unchanged", "examples":[…]} between two plans as to_json() gives
// them.
[[nodiscard]] boost::json::value difference_json(const boost::json::value& before,
                                                 const boost::json::value& after);

}  // namespace qk::daemon
