// The first step of derive: who falls under which class, grade and clause.
#include "plans/response/classify.hpp"

#include <gmock/gmock.h>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Classified classified(const Case& c, rules::Colour colour) {
    return classify(c.input(colour), rows_of(c.inventory));
}

TEST(Classify, EnterprisesAlikeShareOneAnswer) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C").enterprise("E2", "水泥熟料", "B");
    b.enterprise("E3", "水泥熟料", "C").enterprise("E4", "水泥熟料", "C", Category::kSmall);
    Case c;
    c.inventory = b.inventory;
    const Classified all = classified(c, rules::Colour::kOrange);
    EXPECT_THAT(all.kind_of, ElementsAre(0, 1, 0, 2));
    EXPECT_EQ(all.kinds.at(0).clause->grade, "C");
    EXPECT_EQ(all.kinds.at(2).of, Classification::Class::kSmall);
    EXPECT_EQ(all.kinds.at(2).clause, nullptr) << "who is spared has no clause";
}

TEST(Classify, OfSeveralTradesTheOneThatAsksMostDecidesAndAllAreKept) {
    InventoryBuilder b;
    b.enterprise("E1", "平板玻璃;水泥熟料", "C");
    Case c;
    c.inventory = b.inventory;
    const Classified all = classified(c, rules::Colour::kOrange);
    EXPECT_THAT(all.kinds.at(0).trades,
                ElementsAre(find_trade("平板玻璃"), find_trade("水泥熟料")));
    EXPECT_EQ(all.kinds.at(0).trade, find_trade("水泥熟料"));
}

TEST(Classify, OwnRestraintOfAGradeEndsWhereTheTradeAsksSomethingOfThatGradeItself) {
    InventoryBuilder b;
    b.enterprise("E1", "火电", "A").enterprise("E2", "水泥熟料", "A");
    b.enterprise("E3", "集中供热", "引领性");
    Case c;
    c.inventory = b.inventory;
    const Classified all = classified(c, rules::Colour::kRed);
    ASSERT_NE(all.kinds.at(0).clause, nullptr);
    EXPECT_EQ(all.kinds.at(0).clause->id, "power/A/red");
    EXPECT_EQ(all.kinds.at(0).treatment, Treatment::kAsGraded);
    EXPECT_EQ(all.kinds.at(1).of, Classification::Class::kSelfGrade);
    ASSERT_NE(all.kinds.at(2).clause, nullptr) << "a local name is the grade it stands for";
    EXPECT_EQ(all.kinds.at(2).clause->id, "heating/leading/red");
}

// A bureau's own measures of cement, which do not name A.
Catalogue cement_without_a() {
    Catalogue all = built_in_catalogue();
    all.replace_by(read_catalogue(R"(trades = ["cement"]
source = "市预案"
certainty = "primary"
[[rule]]
grades = ["B", "C", "D"]
[rule.yellow]
do = [{ form = "stop" }]
[rule.orange]
do = [{ form = "stop" }]
[rule.red]
do = [{ form = "stop" }]
)",
                                  "own.toml")
                       .value());
    return all;
}

TEST(Classify, AnOwnCatalogueThatDoesNotNameAGradeLeavesItToItsOwnRestraint) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "A").enterprise("E2", "水泥熟料;火电", "A");
    Case c;
    c.inventory = b.inventory;
    c.catalogue = cement_without_a();
    const Classified all = classified(c, rules::Colour::kRed);
    EXPECT_EQ(all.kinds.at(0).of, Classification::Class::kSelfGrade);
    EXPECT_EQ(all.kinds.at(0).grade, "A") << "it is not treated as a D either";
    // Beside a trade that asks something of A the kiln is not held to the clause of a D.
    ASSERT_THAT(all.kinds.at(1).clauses, SizeIs(1));
    EXPECT_EQ(all.kinds.at(1).clauses.front()->id, "power/A/red");
    EXPECT_EQ(all.kinds.at(1).trade, find_trade("火电"));
}

TEST(Classify, AReasonMovesAGradeThatTheTradeDoesNotNameFromThatGradeOn) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "A");
    b.last().reasons = "限制类";
    Case c;
    c.inventory = b.inventory;
    c.catalogue = cement_without_a();
    const Classified all = classified(c, rules::Colour::kRed);
    EXPECT_EQ(all.kinds.at(0).of, Classification::Class::kGraded);
    EXPECT_EQ(all.kinds.at(0).grade, "B");
}

TEST(Classify, AReasonThatIsCalledLikeAClassIsNotTheClass) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C").enterprise("E2", "水泥熟料", "C");
    b.inventory.enterprises[0].exempt_class = "重点工程";
    b.inventory.enterprises[0].exempt_evidence = "市府〔2026〕1号";
    b.inventory.enterprises[1].reasons = "重点工程";
    Case c;
    c.inventory = b.inventory;
    const Classified all = classified(c, rules::Colour::kRed);
    EXPECT_THAT(all.kind_of, ElementsAre(0, 1));
    EXPECT_EQ(all.kinds.at(0).of, Classification::Class::kExempt);
    EXPECT_EQ(all.kinds.at(1).of, Classification::Class::kGraded);
}

TEST(Classify, RemarksNameTheEnterpriseInOrder) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "七星").enterprise("E2", "水泥熟料", "C");
    b.last().exempt_class = "绿色环保引领企业";
    Case c;
    c.inventory = b.inventory;
    const Classified all = classified(c, rules::Colour::kOrange);
    ASSERT_THAT(all.remarks, SizeIs(2));
    EXPECT_EQ(all.remarks[0].kind, ObligationRemark::Kind::kGradeUnknown);
    EXPECT_EQ(all.remarks[0].enterprise, 0U);
    EXPECT_EQ(all.remarks[1].kind, ObligationRemark::Kind::kExemptNoEvidence);
    EXPECT_EQ(all.remarks[1].enterprise, 1U);
}

TEST(Classify, ALineNamesOneOfItsEnterprisesTradesOrNone) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料;平板玻璃", "C");
    b.line("L1", grams(1, 1, 1, 1)).industry = "平板玻璃";
    b.line("L2", grams(1, 1, 1, 1)).industry = "家具";
    b.line("L3", grams(1, 1, 1, 1));
    Case c;
    c.inventory = b.inventory;
    EXPECT_THAT(classified(c, rules::Colour::kRed).line_trades,
                ElementsAre(place_of(find_trade("平板玻璃")), CompactObligation::kNoTrade,
                            CompactObligation::kNoTrade));
}

}  // namespace
}  // namespace qk::plans::testing
