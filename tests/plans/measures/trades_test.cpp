// Trades are found the way inventories write them.
#include "plans/measures/trades.hpp"

#include <gtest/gtest.h>

#include <set>

namespace qk::plans {
namespace {

std::string_view id_of(std::string_view written) {
    const Trade* trade = find_trade(written);
    return trade == nullptr ? "" : trade->id;
}

TEST(Trades, TheGuideHasThirtyNineAndEachIsThere) {
    std::set<int> numbers;
    for (const Trade& trade : all_trades()) {
        if (trade.number > 0) numbers.insert(trade.number);
        EXPECT_EQ(find_trade(trade.id), &trade) << trade.id;
        EXPECT_EQ(find_trade(trade.chinese), &trade) << trade.chinese;
    }
    EXPECT_EQ(numbers.size(), static_cast<std::size_t>(kGuideTradeCount));
    EXPECT_EQ(*numbers.rbegin(), kGuideTradeCount);
}

TEST(Trades, TheLongestNameInTheTextDecides) {
    EXPECT_EQ(id_of("水泥熟料制造"), "cement");
    EXPECT_EQ(id_of("水泥粉磨站"), "cement.grinding");
    EXPECT_EQ(id_of("C3041 平板玻璃制造"), "glass");
    EXPECT_EQ(id_of("玻璃纤维及制品"), "glass.other");
    EXPECT_EQ(id_of("玻璃钢制品"), "glass-reinforced-plastic");
    EXPECT_EQ(id_of("短流程钢铁"), "short-process-steel");
    EXPECT_EQ(id_of("Flat Glass"), "glass");
    EXPECT_EQ(id_of("铅、锌冶炼"), "lead-zinc-smelting");
}

TEST(Trades, WhatNobodyKnowsIsEmpty) {
    EXPECT_EQ(find_trade("月球采矿"), nullptr);
    EXPECT_EQ(find_trade(""), nullptr);
}

TEST(Trades, SeveralTradesAreSplitAtSemicolons) {
    EXPECT_EQ(split_trades("水泥; 铸造；人造革/合成革"),
              (std::vector<std::string_view>{"水泥", "铸造", "人造革/合成革"}));
    EXPECT_TRUE(split_trades(" ").empty());
}

}  // namespace
}  // namespace qk::plans
