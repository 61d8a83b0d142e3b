// Words of cells: the contract's, and as bureaus write them.
#include "plans/inventory/cell_words.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(CellWords, LevelsActionsRolesAndClassesAreUnderstoodAsBureausWriteThem) {
    for (const char* red : {"red", "Red", "红色", "红色预警", "Ⅰ级", "I级响应", "一级", " I "}) {
        EXPECT_EQ(read_level(red), rules::Colour::kRed) << red;
    }
    EXPECT_EQ(read_level("Ⅱ级应急响应"), rules::Colour::kOrange);
    EXPECT_EQ(read_level("黄色预警时"), rules::Colour::kYellow);
    EXPECT_EQ(read_action("全厂停产"), rules::Action::kStop);
    EXPECT_EQ(read_action("Limit_Load"), rules::Action::kLimitLoad);
    EXPECT_EQ(read_action("停止运输"), rules::Action::kBanVehicles);
    EXPECT_EQ(read_role("生产设施"), rules::MeterRole::kProduction);
    EXPECT_EQ(read_role("Total"), rules::MeterRole::kTotal);
    EXPECT_EQ(read_category("Small"), Category::kSmall);
    EXPECT_EQ(read_source("扬尘 源"), Source::kDust);
}

TEST(CellWords, WhatIsNoWordIsNotGuessed) {
    EXPECT_FALSE(read_level("").has_value());
    EXPECT_FALSE(read_level("预警").has_value());
    EXPECT_FALSE(read_level("purple").has_value());
    EXPECT_FALSE(read_level("4级").has_value());
    EXPECT_FALSE(read_action("pray").has_value());
    EXPECT_FALSE(read_action("").has_value());
    EXPECT_FALSE(read_role("boss").has_value());
    EXPECT_FALSE(read_category("huge").has_value());
    EXPECT_FALSE(read_source("ships").has_value());
}

}  // namespace
}  // namespace qk::plans
