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

TEST(Trades, ANameCountsAsAWholeWhateverItsCaseWidthAndEnding) {
    EXPECT_EQ(id_of("水泥熟料制造"), "cement");
    EXPECT_EQ(id_of("水泥熟料制造业"), "cement");
    EXPECT_EQ(id_of("钢铁行业"), "long-process-steel");
    EXPECT_EQ(id_of("水泥（粉磨站）"), "cement.grinding");
    EXPECT_EQ(id_of(" ＦＲＰ "), "glass-reinforced-plastic");
    EXPECT_EQ(id_of("水泥粉磨站"), "cement.grinding");
    EXPECT_EQ(id_of("C3041 平板玻璃制造"), "glass");
    EXPECT_EQ(id_of("玻璃纤维及制品"), "glass.other");
    EXPECT_EQ(id_of("玻璃钢制品"), "glass-reinforced-plastic");
    EXPECT_EQ(id_of("短流程钢铁"), "short-process-steel");
    EXPECT_EQ(id_of("Flat Glass"), "glass");
    EXPECT_EQ(id_of("铅、锌冶炼"), "lead-zinc-smelting");
}

TEST(Trades, APartOfANameIsNoTrade) {
    for (const char* written : {"风力发电机组制造", "石灰石开采", "钢化玻璃深加工", "铸造机械制造",
                                "食用油精炼", "玻璃制品", "水泥机械", "发电"}) {
        EXPECT_EQ(find_trade(written), nullptr) << written;
    }
}

TEST(Trades, ACodeOfTheNationalClassesNamesATradeWhereOneTradeHasIt) {
    EXPECT_EQ(id_of("3041"), "glass");
    EXPECT_EQ(id_of("C3041"), "glass");
    EXPECT_EQ(id_of("C311 炼铁"), "long-process-steel");
    EXPECT_EQ(id_of("3011"), "") << "clinker and grinding stations share it";
    EXPECT_EQ(id_of("C3011 水泥粉磨站"), "cement.grinding");
    EXPECT_EQ(id_of("C3041 浮法原片"), "glass") << "the name is not known, the code is";
    EXPECT_EQ(id_of("C3041 水泥"), "") << "code and name are of different trades";
    EXPECT_EQ(id_of("C3360 工业涂装"), "industrial-coating") << "no trade has the code";
}

TEST(Trades, APersonTiesWhatNoTablePlaces) {
    const TradeTies ties{{trade_name_key("风力发电机组制造"), "industrial-coating"}};
    ASSERT_NE(find_trade("风力发电机组制造", ties), nullptr);
    EXPECT_EQ(find_trade("风力发电机组制造", ties)->id, "industrial-coating");
    EXPECT_EQ(find_trade("C3415 风力发电机组制造", ties)->id, "industrial-coating");
    const std::string tied = with_codes("风力发电机组制造；水泥", "industrial-coating;3011");
    EXPECT_EQ(tied, "industrial-coating;3011 水泥");
    EXPECT_EQ(id_of(split_trades(tied)[0]), "industrial-coating");
    EXPECT_EQ(id_of(split_trades(tied)[1]), "cement");
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
