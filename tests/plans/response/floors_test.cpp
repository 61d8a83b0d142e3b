// Floors: shares of whole-society emission, substitution, and what is said where nothing is known.
#include "plans/response/floors.hpp"

#include <gtest/gtest.h>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using rules::Colour;

FloorAnswer answer_of(const std::vector<FloorAnswer>& answers, Emission emission) {
    return answers[static_cast<std::size_t>(emission)];
}

TEST(Floors, ExactlyTheFloorIsMetAndOneGramLessIsNot) {
    const RegionRules rules = national_sample_rules();
    EmissionBase base;
    base.total = grams(1'000'000, 1'000'000, 1'000'000, 1'000'000);
    const auto answers =
        answer_floors(base, grams(200'000, 200'000, 200'000, 199'999), rules, Colour::kOrange);
    EXPECT_TRUE(answer_of(answers, Emission::kPm).met);
    EXPECT_FALSE(answer_of(answers, Emission::kVocs).met);
}

TEST(Floors, So2AndNoxStandInForEachOtherWhereTheirSumHolds) {
    RegionRules rules = national_sample_rules();
    EmissionBase base;
    base.total = grams(1'000, 100'000, 1'000, 1'000);
    // 15 % + 25 % = 20 % + 20 %
    const DailyEmission cut = grams(150, 25'000, 200, 200);
    const auto answers = answer_floors(base, cut, rules, Colour::kOrange);
    EXPECT_TRUE(answer_of(answers, Emission::kSo2).met);
    EXPECT_NE(answer_of(answers, Emission::kSo2).how.find("替代"), std::string::npos);
    EXPECT_FALSE(
        answer_of(answer_floors(base, grams(149, 25'000, 200, 200), rules, Colour::kOrange),
                  Emission::kSo2)
            .met);
    rules.so2_nox_substitution = false;
    EXPECT_FALSE(answer_of(answer_floors(base, cut, rules, Colour::kOrange), Emission::kSo2).met);
}

TEST(Floors, TheBaseIsEverySourceAndTheCutWhatEachMeasuresFor) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "D");
    b.line("L1", grams(100, 100, 100, 100));
    b.area(Source::kIndustry, grams(300, 300, 300, 300));
    b.area(Source::kMobile, grams(0, 700, 100, 100));
    Case c;
    c.inventory = b.inventory;
    c.rules.so2_nox_substitution = false;
    c.rules.source_cut[static_cast<std::size_t>(Source::kMobile)]
                      [static_cast<std::size_t>(Colour::kRed)] = 0.25;
    const DerivedObligations duties = c.derive_at(Colour::kRed);
    const FloorAnswer nox = answer_of(duties.floors, Emission::kNox);
    EXPECT_EQ(nox.base_grams, 1000);
    EXPECT_EQ(nox.reduced_grams, 275);  // 100 of the line, 25 % of 700
    EXPECT_FALSE(nox.met);
    EXPECT_TRUE(answer_of(duties.floors, Emission::kSo2).met);  // 100 of 300
}

TEST(Floors, WithoutAreaEmissionsTheLinesAreTheBaseAndThatIsSaid) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "B");
    b.line("L1", grams(100, 100, 100, 100));
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kOrange);
    EXPECT_EQ(answer_of(duties.floors, Emission::kPm).base_grams, 100);
    EXPECT_TRUE(answer_of(duties.floors, Emission::kPm).met);  // 20 %
    EXPECT_TRUE(has_remark(duties.remarks, "以各生产线排放量之和为分母"));
}

TEST(Floors, ASourceWhoseMeasuresCountNothingIsNamed) {
    InventoryBuilder b;
    b.area(Source::kMobile, grams(1, 1, 1, 1));
    Case c;
    c.inventory = b.inventory;
    EXPECT_TRUE(has_remark(c.derive_at(Colour::kRed).remarks, "mobile源的减排措施未计入"));
}

TEST(Floors, ListedDustSitesAndGoodsUsersCountByTheirOwnMeasures) {
    InventoryBuilder b;
    b.area(Source::kMobile, grams(0, 1000, 0, 0)).area(Source::kDust, grams(0, 0, 1000, 0));
    OtherSource site;
    site.emission = grams(0, 0, 400, 0);
    site.at_level[1] = {"停止土石方", 0.5};
    b.inventory.other_sources.push_back(site);
    Case c;
    c.inventory = b.inventory;
    // The region's share of dust gives way to the listed sites; nobody lists goods users.
    c.rules.source_cut[static_cast<std::size_t>(Source::kDust)]
                      [static_cast<std::size_t>(Colour::kOrange)] = 0.9;
    c.rules.source_cut[static_cast<std::size_t>(Source::kMobile)]
                      [static_cast<std::size_t>(Colour::kOrange)] = 0.1;
    const EmissionBase base = emission_base(c.inventory, c.rules, Colour::kOrange);
    EXPECT_EQ(base.other_cut, grams(0, 100, 200, 0));
    EXPECT_EQ(base.total, grams(0, 1000, 1000, 0));
    EXPECT_EQ(emission_base(c.inventory, c.rules, Colour::kYellow).other_cut, grams(0, 0, 0, 0));
}

}  // namespace
}  // namespace qk::plans::testing
