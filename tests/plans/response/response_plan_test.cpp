// Plans as immutable values: what changes between two of them, and the orders that follow.
#include "plans/response/response_plan.hpp"

#include <gtest/gtest.h>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using rules::Colour;

Case three() {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "B");
    b.line("K1", grams(1000, 1000, 1000, 1000));
    b.enterprise("E2", "平板玻璃", "B");
    b.line("F1", grams(500, 500, 500, 500));
    b.enterprise("E3", "集中供热", "C", Category::kLivelihood);
    b.line("B1", grams(500, 500, 500, 500));
    Case c;
    c.inventory = b.inventory;
    c.inventory.edition = "2016年版";
    return c;
}

ResponsePlan plan_of(const Case& c, Colour colour, std::int64_t generation = 1) {
    return make_plan(c.input(colour), "W1", generation);
}

OrderFacts facts_at(std::string_view time) { return {at(time), "依据", false}; }

PresentOrders after(PresentOrders present, const std::vector<OrderDocument>& documents) {
    for (const OrderDocument& document : documents) present[document.enterprise] = document;
    return present;
}

TEST(ResponsePlan, BetweenLevelsItSaysWhoOwesMoreAndWhoComesIn) {
    const Case c = three();
    const PlanDifference d = difference(plan_of(c, Colour::kYellow), plan_of(c, Colour::kOrange));
    ASSERT_EQ(d.changes.size(), 2u);
    EXPECT_EQ(d.same, 1u);                              // livelihood
    EXPECT_EQ(d.changes[0].change, PlanChange::kMore);  // trucks only, then 20 %
    EXPECT_EQ(d.changes[0].after.grams[0], 200);
    EXPECT_EQ(d.changes[0].added.size(), 1u);
    EXPECT_EQ(d.changes[1].change, PlanChange::kNew);  // self discipline, then 10 %
    const PlanDifference back =
        difference(plan_of(c, Colour::kOrange), plan_of(c, Colour::kYellow));
    EXPECT_EQ(back.changes[0].change, PlanChange::kLess);
    EXPECT_EQ(back.changes[1].change, PlanChange::kGone);
}

TEST(ResponsePlan, BetweenEditionsItSaysWhoCameAndWhoWent) {
    const Case before = three();
    Case later = three();
    later.inventory.enterprises[1].id = "E9";
    later.inventory.lines[1].enterprise = "E9";
    const PlanDifference d =
        difference(plan_of(before, Colour::kOrange), plan_of(later, Colour::kOrange));
    ASSERT_EQ(d.changes.size(), 2u);
    EXPECT_EQ(d.changes[0].enterprise, "E2");
    EXPECT_EQ(d.changes[0].change, PlanChange::kGone);
    EXPECT_EQ(d.changes[1].enterprise, "E9");
    EXPECT_EQ(d.changes[1].change, PlanChange::kNew);
}

TEST(ResponsePlan, TheSamePlanTwiceDoesNotDiffer) {
    const Case c = three();
    EXPECT_TRUE(difference(plan_of(c, Colour::kRed), plan_of(c, Colour::kRed)).changes.empty());
}

TEST(ResponsePlan, RevisionsRiseOnlyWhereTheContentChanged) {
    Case c = three();
    const auto first =
        make_orders(plan_of(c, Colour::kOrange), {}, facts_at("2016-12-16T12:00:00+08:00"));
    ASSERT_EQ(first.size(), 2u);  // livelihood gets none
    EXPECT_EQ(first[0].order, "W1/E1");
    EXPECT_EQ(first[0].revision, 1);
    const PresentOrders present = after({}, first);
    EXPECT_TRUE(
        make_orders(plan_of(c, Colour::kOrange, 2), present, facts_at("2016-12-16T13:00:00+08:00"))
            .empty());
    c.inventory.own_measures.push_back(
        {"E2", "F1", Colour::kOrange, rules::Action::kLimitLoad, 0.5, "限产50%", {}, 2});
    const auto second =
        make_orders(plan_of(c, Colour::kOrange, 2), present, facts_at("2016-12-16T13:00:00+08:00"));
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(second[0].enterprise, "E2");
    EXPECT_EQ(second[0].revision, 2);
}

TEST(ResponsePlan, ALiftEmptiesWhatStillAsksAndNothingElse) {
    const Case c = three();
    const PresentOrders present = after(
        {}, make_orders(plan_of(c, Colour::kOrange), {}, facts_at("2016-12-16T12:00:00+08:00")));
    const OrderFacts lift = facts_at("2016-12-19T08:00:00+08:00");
    const auto lifted = lift_orders(present, lift);
    ASSERT_EQ(lifted.size(), 2u);
    for (const OrderDocument& document : lifted) {
        EXPECT_EQ(document.revision, 2);
        EXPECT_TRUE(document.obligations.empty());
        EXPECT_FALSE(document.colour.has_value());
        EXPECT_EQ(document.effective_to, lift.issued_at);
    }
    EXPECT_TRUE(lift_orders(after(present, lifted), lift).empty());
}

TEST(ResponsePlan, WhoLeavesTheEditionGetsAnEmptyList) {
    Case c = three();
    const PresentOrders present = after(
        {}, make_orders(plan_of(c, Colour::kOrange), {}, facts_at("2016-12-16T12:00:00+08:00")));
    c.inventory.enterprises.pop_back();
    c.inventory.lines.pop_back();
    c.inventory.enterprises.pop_back();
    c.inventory.lines.pop_back();
    const auto orders =
        make_orders(plan_of(c, Colour::kOrange, 2), present, facts_at("2016-12-17T12:00:00+08:00"));
    ASSERT_EQ(orders.size(), 1u);
    EXPECT_EQ(orders[0].enterprise, "E2");
    EXPECT_TRUE(orders[0].obligations.empty());
}

}  // namespace
}  // namespace qk::plans::testing
