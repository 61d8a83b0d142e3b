// What changes between two plans: between levels, between editions, and against a plan as it is
// stored.
#include "plans/response/plan_difference.hpp"

#include <gtest/gtest.h>

#include "rules/duty/continuity.hpp"
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

ResponsePlan plan_of(const Case& c, Colour colour) {
    const rules::Instant from = at("2016-12-16T20:00:00+08:00");
    const std::vector<rules::Segment> segments{{colour, true, from, std::nullopt}};
    return make_response_plan(
        {c.inventory, built_in_catalogue(), c.rules, kZone, segments, from, from});
}

PlanDifference between(const ResponsePlan& before, const ResponsePlan& after) {
    return difference(terms_of(before), terms_of(after));
}

TEST(PlanDifference, BetweenLevelsItSaysWhatComesInAndWhatGoes) {
    const Case c = three();
    const ResponsePlan yellow = plan_of(c, Colour::kYellow);
    const ResponsePlan orange = plan_of(c, Colour::kOrange);
    const PlanDifference raised = between(yellow, orange);
    ASSERT_FALSE(raised.changes.empty());
    bool glass_limited = false;
    for (const TermsChange& change : raised.changes) {
        const std::string enterprise = (change.after ? change.after : change.before)->enterprise;
        EXPECT_NE(enterprise, "E3") << "livelihood owes nothing at either level";
        glass_limited = glass_limited || (change.key == "E2/F1/limit_load" && !change.before);
    }
    EXPECT_TRUE(glass_limited);  // self discipline, then 10 %
    const PlanDifference lowered = between(orange, yellow);
    EXPECT_EQ(lowered.changes.size(), raised.changes.size());
    EXPECT_EQ(lowered.unchanged, raised.unchanged);
}

TEST(PlanDifference, BetweenEditionsItSaysWhoCameAndWhoWent) {
    const Case before = three();
    Case later = three();
    later.inventory.enterprises[1].id = "E9";
    later.inventory.lines[1].enterprise = "E9";
    const PlanDifference d =
        between(plan_of(before, Colour::kOrange), plan_of(later, Colour::kOrange));
    ASSERT_GE(d.changes.size(), 2u);
    EXPECT_EQ(d.changes.front().after->enterprise, "E9");
    EXPECT_FALSE(d.changes.front().before.has_value());
    EXPECT_EQ(d.changes.back().before->enterprise, "E2");
    EXPECT_FALSE(d.changes.back().after.has_value());
}

TEST(PlanDifference, TheSamePlanTwiceDoesNotDiffer) {
    const Case c = three();
    const PlanDifference d = between(plan_of(c, Colour::kRed), plan_of(c, Colour::kRed));
    EXPECT_TRUE(d.changes.empty());
    EXPECT_GT(d.unchanged, 0u);
}

TEST(PlanDifference, APlanReadFromWhereItIsStoredIsTheSamePlan) {
    const Case c = three();
    const ResponsePlan orange = plan_of(c, Colour::kOrange);
    const TermsByKey stored = terms_from_json(to_json(orange));
    EXPECT_TRUE(difference(stored, terms_of(orange)).changes.empty());
    const auto answer = to_json(difference(stored, terms_of(plan_of(c, Colour::kRed))));
    EXPECT_GT(answer.at("added").as_int64() + answer.at("changed").as_int64(), 0);
    EXPECT_FALSE(answer.at("examples").as_array().empty());
    EXPECT_TRUE(terms_from_json(nullptr).empty());
}

TEST(PlanDifference, AnotherFigureInTheSentenceIsAChange) {
    Case c = three();
    const ResponsePlan before = plan_of(c, Colour::kOrange);
    ResponsePlan after = before;
    after.owed[0].obligations[0].detail += "，每日不超过50吨";
    const PlanDifference d = between(before, after);
    ASSERT_EQ(d.changes.size(), 1u);
    EXPECT_EQ(d.changes[0].key, rules::base_of(before.owed[0].obligations[0].id));
}

}  // namespace
}  // namespace qk::plans::testing
