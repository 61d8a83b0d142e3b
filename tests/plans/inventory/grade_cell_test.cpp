#include "plans/inventory/grade_cell.hpp"

#include <gmock/gmock.h>

#include "plans/inventory/credit_code.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;

std::string counts(std::string_view cell) { return read_grade_cell(cell, {}).counts.name; }

TEST(GradeCell, ChinesePaperNamesEveryGradeInChinese) {
    for (const auto& [grade, words] :
         {std::pair{"B-", "B-级"}, std::pair{"leading", "引领性"},
          std::pair{"non-leading", "非引领性"}, std::pair{"ungraded", "未评级"},
          std::pair{"绩效先进性", "绩效先进性"}}) {
        EXPECT_EQ(grade_in_chinese(grade), words);
    }
}

TEST(GradeCell, TheLowestOfSeveralTradesCounts) {
    EXPECT_EQ(counts("B;C"), "C");
    EXPECT_EQ(counts("A；B-"), "B-");
    EXPECT_EQ(counts("引领性;D"), "D");
}

TEST(GradeCell, ASuspendedGradeCountsAsTheNextLower) {
    EXPECT_EQ(counts("B(暂停)"), "C");
    EXPECT_EQ(counts("A（暂停）"), "B");
    EXPECT_EQ(counts("引领性(暂停)"), "non-leading");
    EXPECT_EQ(counts("B(暂停);B"), "C");
    EXPECT_TRUE(read_grade_cell("B(暂停)", {}).suspended);
    EXPECT_THAT(read_grade_cell("B(暂停)", {}).grades, ElementsAre(Grade{"B"}));
}

TEST(GradeCell, PrefixesOfPublishedFilesAreUnderstood) {
    EXPECT_EQ(counts("地方B"), "B");
    EXPECT_EQ(counts("地方-引领性"), "leading");
    EXPECT_TRUE(read_grade_cell("民生豁免-C", {}).livelihood_exempt);
    EXPECT_EQ(counts("民生豁免-C"), "C");
    EXPECT_TRUE(read_grade_cell("长期停产", {}).long_idle);
    EXPECT_EQ(counts("长期停产"), "ungraded");
}

TEST(GradeCell, AGradeMayBeWrittenOfAnEnterprise) {
    for (const auto& [cell, grade] :
         {std::pair{"绩效引领性企业", "leading"}, std::pair{"非引领性企业", "non-leading"},
          std::pair{"Ｄ级企业", "D"}, std::pair{"未评级企业", "ungraded"},
          std::pair{"暂未评级", "ungraded"}}) {
        EXPECT_EQ(counts(cell), grade) << cell;
        EXPECT_TRUE(read_grade_cell(cell, {}).unknown.empty()) << cell;
    }
    EXPECT_THAT(read_grade_cell("企业", {}).unknown, ElementsAre("企业"));
}

TEST(GradeCell, AnUnknownNameIsAFaultUnlessTheRegionNamesIt) {
    EXPECT_THAT(read_grade_cell("四星", {}).unknown, ElementsAre("四星"));
    const GradeCell named = read_grade_cell("四星", {{"四星", "B"}});
    EXPECT_TRUE(named.unknown.empty());
    EXPECT_EQ(named.counts.name, "B");
}

TEST(CreditCode, TheCheckCharacterIsThatOfGb32100) {
    // The widely published example code.
    EXPECT_EQ(credit_code_check_character("91350100M000100Y43"), '3');
    EXPECT_EQ(credit_code_check_character("91350100M0001O0Y43"), std::nullopt);
    EXPECT_FALSE(looks_like_credit_code("E01"));
}

TEST(CreditCode, ACityHoldsItsCounties) {
    EXPECT_TRUE(region_holds("410100", "410122"));
    EXPECT_TRUE(region_holds("410000", "410122"));
    EXPECT_TRUE(region_holds("410122", "410122"));
    EXPECT_FALSE(region_holds("410200", "410122"));
    EXPECT_FALSE(is_region_code("990101"));
}

TEST(GradeCell, LettersOfFullWidthAndStrokesThatLookLikeAMinusAreTheSameGrade) {
    for (const auto* cell : {"Ｂ－", "B−", "B–", "Ｂ-", "b-级", "Ｂ－级"}) {
        EXPECT_EQ(read_grade_cell(cell, {}).counts.name, "B-") << cell;
    }
    for (const auto* cell : {"Ｂ级", "Ｂ", "ｂ"})
        EXPECT_EQ(read_grade_cell(cell, {}).counts.name, "B") << cell;
    EXPECT_EQ(read_grade_cell("Ａ＋", {}).counts.name, "A+");
    for (const auto* cell : {"无评级", "—", "/", "－"}) {
        EXPECT_EQ(read_grade_cell(cell, {}).counts.name, "ungraded") << cell;
    }
}

}  // namespace
}  // namespace qk::plans
