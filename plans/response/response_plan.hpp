// A warning's response plan (响应方案): what every enterprise of the inventory owes in each segment
// of the warning's timeline, against the floors, and the order documents that say it. A plan is
// never changed; a new situation makes another.
//
//   yellow |-----------|                orders hold both segments: yellow until 00:00,
//   red                |--------->      red from then on
//
// Where a window of the season opens or closes within a segment, the segment is weighed on both
// sides of that midnight; what it asks of an enterprise on either side alike stays one obligation.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plans/measures/season.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/response/derive.hpp"
#include "plans/response/going_on.hpp"
#include "plans/response/order.hpp"
#include "rules/duty/continuity.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

struct ResponsePlan {
    std::string edition;                  // of the inventory
    std::optional<rules::Colour> colour;  // of the last segment; empty: nothing is owed any more
    std::vector<rules::Segment> segments;
    struct Owed {
        std::size_t enterprise = 0;  // index into the inventory
        std::string id;              // of the enterprise
        std::vector<rules::Obligation> obligations;
        DailyEmission reduction;  // in the last segment, as the floors count it
    };
    std::vector<Owed> owed;           // enterprises with at least one obligation, by index
    std::vector<FloorAnswer> floors;  // of the last segment
    std::size_t remarks = 0;
};

struct PlanInput {
    const Inventory& inventory;
    const Catalogue& catalogue;
    const RegionRules& rules;
    rules::Zone zone;
    const std::vector<rules::Segment>& segments;  // empty: a lift
    rules::Instant now{};
    // When the orders go out; empty: unknown, and a line that cannot stop at once is granted its
    // whole ramp-down.
    std::optional<rules::Instant> issued_at{};
    // While a warning holds its windows are weighed against the plan, the stricter binds; before
    // its first segment and after a lift what they ask goes on alone. Null: none.
    const SeasonPlan* season = nullptr;
    const std::vector<GradeChange>* grade_changes = nullptr;
};
[[nodiscard]] ResponsePlan make_response_plan(const PlanInput& input);

// A plan without its sentences and reasons, which are most of the work: what a summary counts and a
// comparison compares. What people ask "what if" of while they speak is answered with this.
struct PlanOutline {
    struct Owed {
        std::size_t enterprise = 0;  // index into the inventory
        std::string key;             // base of the obligation's id
        rules::AskedShare asked;
    };
    std::string edition;
    std::optional<rules::Colour> colour;
    std::vector<Owed> owed;           // in the order of the plan
    std::vector<FloorAnswer> floors;  // of the last segment
    std::size_t remarks = 0;
};
// The outline of make_response_plan(input), made without it.
[[nodiscard]] PlanOutline outline_plan(const PlanInput& input);
[[nodiscard]] PlanOutline outline_of(const ResponsePlan& plan);

// The documents of what is owed; after a lift they carry no colour and begin now. What an
// enterprise holds of the warning already goes on (going_on.hpp).
struct OrderFacts {
    std::string warning;
    bool exercise = false;
    const RegionPack& pack;
    rules::Instant now{};
    // What the enterprise owes by the order it has; empty function: nobody has one.
    std::function<HeldOrder(const std::string& enterprise)> held{};
};
[[nodiscard]] std::vector<OrderDocument> documents_of(const ResponsePlan& plan,
                                                      const Inventory& inventory,
                                                      const OrderFacts& facts);
[[nodiscard]] std::string legal_basis_text(const RegionPack& pack, rules::Instant now);

// The plan itself, compact: enterprise -> [id, action, ratio]; and what people read of it.
[[nodiscard]] boost::json::value to_json(const ResponsePlan& plan);
[[nodiscard]] boost::json::value summary_json(const ResponsePlan& plan);
[[nodiscard]] boost::json::value summary_json(const PlanOutline& plan);

}  // namespace qk::plans
