// Pre-notices name those that cannot stop at once, and when they have to begin.
#include "plans/response/pre_notice.hpp"

#include <gtest/gtest.h>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

TEST(PreNotice, OnlyLinesThatOweAndCannotStopAtOnceAreNamedEarliestFirst) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C");
    Line& slow = b.line("K1", grams(1, 1, 1, 1));
    slow.uninterruptible = true;
    slow.ramp_down_hours = 8;
    b.line("K2", grams(1, 1, 1, 1));  // stops at once
    b.enterprise("E2", "耐火材料", "C");
    Line& slower = b.line("T1", grams(1, 1, 1, 1));
    slower.uninterruptible = true;
    slower.ramp_down_hours = 48;
    b.enterprise("E3", "水泥熟料", "A");
    b.line("K1", grams(1, 1, 1, 1)).uninterruptible = true;  // owes nothing
    Case c;
    c.inventory = b.inventory;
    const DeriveInput input = c.input(rules::Colour::kOrange);  // from 16 December 20:00
    const auto notices = pre_notices(input, derive_table(input), at("2016-12-15T12:00:00+08:00"));
    ASSERT_EQ(notices.size(), 2u);
    EXPECT_EQ(notices[0].enterprise, 1u);
    EXPECT_EQ(notices[0].begin_by, at("2016-12-14T20:00:00+08:00"));
    EXPECT_TRUE(notices[0].too_late);
    EXPECT_NE(notices[0].text.find("应立即开始准备"), std::string::npos);
    EXPECT_EQ(notices[1].begin_by, at("2016-12-16T12:00:00+08:00"));
    EXPECT_FALSE(notices[1].too_late);
    EXPECT_NE(notices[1].text.find("最迟于12月16日12时开始准备"), std::string::npos);
}

}  // namespace
}  // namespace qk::plans::testing
