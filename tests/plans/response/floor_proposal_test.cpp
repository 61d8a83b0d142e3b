// What would meet a missed floor: tiers, equal treatment, prices, and that it never applies itself.
#include "plans/response/floor_proposal.hpp"

#include <gtest/gtest.h>

#include <tuple>

#include "plans/text/json.hpp"
#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using rules::Colour;

// A trade whose lines can all stand: at yellow B and C owe nothing, D 30 %.
Catalogue simple_trade() {
    std::string rules = "trades = [\"ceramics\"]\nsource = \"x\"\ncertainty = \"sample\"\n";
    for (const auto& [grade, yellow, red] :
         {std::tuple("A", "", ""), std::tuple("B", "", "0.1"), std::tuple("C", "", "0.2"),
          std::tuple("D", "0.3", "0.3")}) {
        const auto level = [](const std::string& ratio) {
            return ratio.empty() ? std::string("{ do = [] }")
                                 : "{ do = [{ form = \"limit_load\", ratio = " + ratio + " }] }";
        };
        rules += std::string("[[rule]]\ngrades = [\"") + grade + "\"]\nyellow = " + level(yellow) +
                 "\norange = " + level(red) + "\nred = " + level(red) + "\n";
    }
    Catalogue catalogue = built_in_catalogue();
    catalogue.replace_by(*read_catalogue(rules, "c.toml"));
    return catalogue;
}

// Whole-society emission ten times one plant's.
Case city(const std::string& trade) {
    InventoryBuilder b;
    for (const char* id : {"B1", "B2"}) {
        b.enterprise(id, trade, "B");
        b.line("F1", grams(100, 1000, 50, 0));
    }
    for (const char* id : {"C1", "C2", "C3"}) {
        b.enterprise(id, trade, "C");
        b.line("F1", grams(100, 1000, 50, 0));
    }
    b.enterprise("D1", trade, "D");
    b.line("F1", grams(100, 1000, 50, 0));
    b.enterprise("A1", trade, "A");
    b.line("F1", grams(100'000, 1'000'000, 50'000, 0));
    b.enterprise("H1", "集中供热", "D", Category::kLivelihood);
    b.line("F1", grams(100'000, 1'000'000, 50'000, 0));
    Case c;
    c.inventory = b.inventory;
    c.catalogue = simple_trade();
    return c;
}

Case simple_city() { return city("陶瓷"); }

FloorProposal proposal_for(const Case& c, Colour colour, DailyEmission base,
                           const ProposalSettings& settings = {}) {
    Case with_base = c;
    with_base.inventory.area_emissions = {{"410100", Source::kIndustry, base, 2}};
    const DeriveInput input = with_base.input(colour);
    return propose(input, derive_table(input), settings);
}

TEST(FloorProposal, NothingIsProposedWhereFloorsAreMet) {
    const FloorProposal p = proposal_for(simple_city(), Colour::kYellow, grams(300, 3000, 150, 0));
    EXPECT_FALSE(p.needed);
    EXPECT_TRUE(p.possible);
    EXPECT_TRUE(p.tightenings.empty());
}

TEST(FloorProposal, DComesBeforeC) {
    // 10 % of 600 = 60 of SO2: D's plan cuts 30, a cut by half gives 50, a stop 100.
    const FloorProposal p = proposal_for(simple_city(), Colour::kYellow, grams(600, 6000, 300, 0));
    ASSERT_TRUE(p.needed);
    ASSERT_TRUE(p.possible);
    ASSERT_EQ(p.tightenings.size(), 1u);
    EXPECT_EQ(p.tightenings[0].grade, "D");
    EXPECT_EQ(p.tightenings[0].share, 1.0);
    EXPECT_EQ(p.tightenings[0].more.grams, grams(70, 700, 35, 0).grams);
}

TEST(FloorProposal, CIsOnlyTouchedWhenDIsAtItsStrictest) {
    // 10 % of 2000 = 200: D stops for 100, the other 100 from the three C, alike: 50 % each.
    const FloorProposal p =
        proposal_for(simple_city(), Colour::kYellow, grams(2000, 20000, 1000, 0));
    ASSERT_TRUE(p.possible);
    ASSERT_EQ(p.tightenings.size(), 2u);
    EXPECT_EQ(p.tightenings[0].grade, "C");
    EXPECT_EQ(p.tightenings[0].enterprises.size(), 3u);
    EXPECT_EQ(p.tightenings[0].share, 0.5);
    EXPECT_EQ(p.tightenings[1].grade, "D");
    EXPECT_EQ(p.tightenings[1].share, 1.0);
}

TEST(FloorProposal, EnterpriseByEnterpriseFewerAreTouched) {
    ProposalSettings settings;
    settings.equal_treatment = false;
    const FloorProposal p =
        proposal_for(simple_city(), Colour::kYellow, grams(2000, 20000, 1000, 0), settings);
    ASSERT_TRUE(p.possible);
    std::size_t stopped_c = 0;
    for (const Tightening& one : p.tightenings) {
        if (one.grade == "C") ++stopped_c;
    }
    EXPECT_EQ(stopped_c, 1u);  // one stands instead of three at half load
}

TEST(FloorProposal, GradeAAndLivelihoodAreNeverTouched) {
    const FloorProposal p =
        proposal_for(simple_city(), Colour::kRed, grams(1'000'000, 10'000'000, 500'000, 0));
    EXPECT_TRUE(p.needed);
    EXPECT_FALSE(p.possible);
    for (const Tightening& one : p.tightenings) {
        EXPECT_NE(one.grade, "A");
        for (const std::size_t i : one.enterprises) {
            EXPECT_NE(simple_city().inventory.enterprises[i].id, "H1");
        }
    }
    EXPECT_EQ(p.tightenings.size(), 3u);  // every B, C and D group at its strictest
    EXPECT_NE(p.text.find("仍达不到下限"), std::string::npos);
}

TEST(FloorProposal, EachPercentHasItsPrice) {
    const FloorProposal p = proposal_for(simple_city(), Colour::kYellow, grams(600, 6000, 300, 0));
    ASSERT_FALSE(p.prices.empty());
    EXPECT_EQ(p.prices[0].of, "so2+nox");
    double dearest = 0;
    for (const FloorPrice& price : p.prices) dearest = std::max(dearest, price.plants_per_percent);
    EXPECT_GT(dearest, 0);
    EXPECT_LE(p.bound, p.cost * (1 + 1e-9));
}

TEST(FloorProposal, TheDraftMeetsTheFloorsAndTheInventoryIsUntouched) {
    Case c = simple_city();
    c.inventory.area_emissions = {{"410100", Source::kIndustry, grams(2000, 20000, 1000, 0), 2}};
    const DeriveInput input = c.input(Colour::kYellow);
    const FloorProposal p = propose(input, derive_table(input));
    Case draft = c;
    draft.inventory = with_proposal(c.inventory, p);
    EXPECT_TRUE(c.inventory.own_measures.empty());
    const DerivedObligations after = draft.derive_at(Colour::kYellow);
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        EXPECT_TRUE(after.floors[e].met) << e;
        EXPECT_EQ(after.floors[e].reduced_grams, p.after[e].reduced_grams) << e;
    }
    EXPECT_TRUE(has_reason(after.enterprises[2].obligations[0].basis, "floor"));
    // Other levels stay as they are.
    EXPECT_EQ(draft.derive_at(Colour::kRed).enterprises[2].reduction,
              c.derive_at(Colour::kRed).enterprises[2].reduction);
}

TEST(FloorProposal, AFloatLineIsNotToldToGoBelowItsLeastLoad) {
    const Case c = city("平板玻璃");
    const FloorProposal p = proposal_for(c, Colour::kYellow, grams(2000, 20000, 1000, 0));
    EXPECT_FALSE(p.possible);
    ASSERT_FALSE(p.tightenings.empty());
    for (const Tightening& one : p.tightenings) {
        EXPECT_NEAR(one.share, 0.3, 1e-9) << one.text;
        EXPECT_EQ(one.text.find("停产"), std::string::npos) << one.text;
        EXPECT_NE(one.text.find("行业"), std::string::npos) << one.text;
        EXPECT_EQ(one.text.find("glass"), std::string::npos) << "no id in a Chinese paper";
        EXPECT_NE(one.text.find("限产提高到30%"), std::string::npos) << one.text;
    }
    for (const OwnMeasure& own : with_proposal(c.inventory, p).own_measures) {
        EXPECT_EQ(own.action, rules::Action::kLimitLoad);
        EXPECT_NEAR(own.ratio, 0.3, 1e-9);
    }
}

TEST(FloorProposal, WhatTheInventorySaysOfALineComesBeforeTheTradesSample) {
    Case c = city("平板玻璃");
    for (Line& line : c.inventory.lines) line.minimum_load_permille = 900;
    const FloorProposal p = proposal_for(c, Colour::kYellow, grams(2000, 20000, 1000, 0));
    ASSERT_FALSE(p.tightenings.empty());
    for (const Tightening& one : p.tightenings) EXPECT_NEAR(one.share, 0.1, 1e-9) << one.text;
}

TEST(FloorProposal, APlantThatHeatsHousesIsNotTouchedInWinter) {
    InventoryBuilder b;
    b.enterprise("P1", "火电", "C");
    b.line("U1", grams(500, 800, 50, 0));
    b.enterprise("P2", "集中供热", "D");
    b.line("H1", grams(100, 200, 20, 0));
    Case c;
    c.inventory = b.inventory;
    const FloorProposal p = proposal_for(c, Colour::kRed, grams(1000, 1000, 1000, 0));
    EXPECT_TRUE(p.needed);
    EXPECT_TRUE(p.tightenings.empty());
}

TEST(FloorProposal, TheAnswerIsReadableAsJson) {
    const Case c = simple_city();
    const FloorProposal p = proposal_for(c, Colour::kYellow, grams(600, 6000, 300, 0));
    const auto value = to_json(p, c.inventory);
    EXPECT_EQ(value.at("tighten").at(0).at("enterprises").at(0).as_string(), "D1");
    EXPECT_EQ(value.at("possible").as_bool(), true);
}

}  // namespace
}  // namespace qk::plans::testing
