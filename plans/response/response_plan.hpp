// A response plan (响应方案) as one immutable value: what every enterprise owes in one generation
// of a warning, the floors, and the edition it was derived from; how two plans differ; and the
// order documents that say it.
//
// A plan is never changed; a new situation makes a plan of the next generation, and the difference
// between the two is what an operator reads before adopting it. Order documents are desired state:
// a new revision only where an enterprise's content changed, an empty list where nothing is owed
// any more.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <vector>

#include "plans/response/derive.hpp"
#include "plans/response/order.hpp"

namespace qk::plans {

struct EnterprisePlan {
    std::string enterprise;
    std::string name;
    std::string region;
    std::vector<rules::Obligation> obligations;
    DailyEmission reduction;
};

struct ResponsePlan {
    std::string warning;
    rules::Colour colour = rules::Colour::kYellow;
    std::int64_t generation = 1;
    std::string edition;
    rules::Instant from{};
    std::optional<rules::Instant> to;
    std::vector<EnterprisePlan> enterprises;  // every one of the edition, in its order
    std::vector<FloorAnswer> floors;
    rules::Faults remarks;
};

[[nodiscard]] ResponsePlan make_plan(const DeriveInput& input, const std::string& warning,
                                     std::int64_t generation);

// ---- what changes between two plans ----

enum class PlanChange { kNew, kGone, kMore, kLess, kOther };
[[nodiscard]] std::string_view to_text(
    PlanChange change);  // "new", "gone", "more", "less", "other"
[[nodiscard]] std::string_view to_chinese(PlanChange change);

struct EnterpriseChange {
    std::string enterprise;
    std::string name;
    PlanChange change = PlanChange::kOther;
    DailyEmission before;
    DailyEmission after;
    std::vector<std::string> added;    // sentences of obligations that only the later plan has
    std::vector<std::string> dropped;  // and only the earlier one
};

struct PlanDifference {
    std::vector<EnterpriseChange> changes;  // enterprises whose duties differ, by id
    std::size_t same = 0;
    DailyEmission before;
    DailyEmission after;
    std::vector<FloorAnswer> floors_before;
    std::vector<FloorAnswer> floors_after;
};

// More and less are told by the reduction; a duty that changes without it is "other". Times do not
// count: a later start alone is no change of what is owed.
[[nodiscard]] PlanDifference difference(const ResponsePlan& before, const ResponsePlan& after);
[[nodiscard]] boost::json::value to_json(const PlanDifference& difference);

// ---- orders ----

struct OrderFacts {
    rules::Instant issued_at{};
    std::string legal_basis;
    bool exercise = false;
};

using PresentOrders = std::map<std::string, OrderDocument>;  // by enterprise, the latest of each

// Documents to send: of enterprises whose content differs from their present order, each with the
// next revision. An enterprise with a present order and no duty any more gets an empty list.
[[nodiscard]] std::vector<OrderDocument> make_orders(const ResponsePlan& plan,
                                                     const PresentOrders& present,
                                                     const OrderFacts& facts);
// Every present order that still asks something, emptied.
[[nodiscard]] std::vector<OrderDocument> lift_orders(const PresentOrders& present,
                                                     const OrderFacts& facts);

}  // namespace qk::plans
