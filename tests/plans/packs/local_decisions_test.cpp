// What a person decided for the region stands in its pack, with the name.
#include "plans/packs/local_decisions.hpp"

#include <gtest/gtest.h>

#include "plans/measures/region_rules.hpp"

namespace qk::plans {
namespace {

rules::Result<RegionPack> pack_with(const std::string& more) {
    return read_pack(
        "id = \"here\"\nname = \"本市\"\ntier = \"province\"\nparent = \"national\"\n"
        "region_code = \"410000\"\n" +
            more + "[publication]\nissuer = \"本市\"\nsource = \"x\"\ncertainty = \"sample\"\n",
        "here.toml");
}

TEST(LocalDecisions, ATieNamesWhoDecidedAndCountsInTheRules) {
    const auto pack = pack_with(
        "[[trades.tie]]\nname = \"风力发电机组制造\"\ntrade = \"industrial-coating\"\n"
        "by = \"王工\"\non = 2026-11-20\nsource = \"纪要3号\"\n");
    ASSERT_TRUE(pack.has_value()) << rules::to_text(pack.error());
    const RegionRules rules = from_pack(*pack);
    const Trade* trade = find_trade("风力发电机组 制造", rules.trade_ties);
    ASSERT_NE(trade, nullptr);
    EXPECT_EQ(trade->id, "industrial-coating");
}

TEST(LocalDecisions, ATieWithoutAPersonAPaperOrATradeIsRefused) {
    const auto pack = pack_with("[[trades.tie]]\nname = \"x\"\ntrade = \"no-trade\"\n");
    ASSERT_FALSE(pack.has_value());
    const std::string faults = rules::to_text(pack.error());
    for (const char* wanted : {"no-trade", "by", "source", "on"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted;
    }
}

TEST(LocalDecisions, TheBatchOfThisRoundIsNamedByAPerson) {
    const auto pack = pack_with(
        "[rotation]\nbatch = \"H2\"\nby = \"王工\"\non = 2026-12-01\nsource = \"第12号令\"\n");
    ASSERT_TRUE(pack.has_value()) << rules::to_text(pack.error());
    EXPECT_EQ(from_pack(*pack).first_batch, 2);
    const auto nameless =
        pack_with("[rotation]\nbatch = \"甲\"\nby = \"王工\"\non = 2026-12-01\nsource = \"令\"\n");
    ASSERT_FALSE(nameless.has_value());
    EXPECT_NE(rules::to_text(nameless.error()).find("names no batch"), std::string::npos);
}

TEST(LocalDecisions, ABatchIsTheNumberThatItsNameEndsWith) {
    EXPECT_EQ(batch_number("H1"), 1);
    EXPECT_EQ(batch_number("第12批"), 12);
    EXPECT_EQ(batch_number("甲"), 0);
    EXPECT_EQ(batch_number("00000000000000000001"), 0) << "no number of a batch is so long";
}

}  // namespace
}  // namespace qk::plans
