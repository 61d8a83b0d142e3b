// The response plan of a warning and what is left of it after the lift.
#include "plans/response/response_plan.hpp"

#include <gtest/gtest.h>

#include "plans/inventory/read_inventory.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"

namespace qk::plans {
namespace {

Inventory clinker() {
    std::vector<NamedTable> tables{
        {"enterprises.csv",
         "id,name,region,industry,grade\nE1,水泥厂,410122,水泥熟料,B\nE2,铸造厂,410122,铸造,C\n"},
        {"lines.csv",
         "enterprise,id,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\nE1,K1,1,1,1,1\nE2,F1,1,1,1,1\n"},
        {"area_emissions.csv",
         "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n410122,industry,9,9,9,9\n"}};
    return *read_inventory(std::move(tables), "2016").inventory;
}

SeasonPlan peak_shift() {
    return *read_season(
        "[[window]]\nid = \"clinker\"\nkind = \"peak-shift\"\nfrom = \"2016-11-15\"\n"
        "to = \"2017-03-15\"\ntrades = [\"cement\"]\nmeasure = { form = \"stop\" }\n"
        "source = \"样例\"\n",
        "season.toml");
}

class ResponsePlanTest : public testing::Test {
 protected:
    ResponsePlan plan(const std::vector<rules::Segment>& segments, rules::Instant now) {
        return make_response_plan(
            {inventory_, built_in_catalogue(), rules_, pack_.zone, segments, now, now, &season_});
    }

    Inventory inventory_ = clinker();
    RegionPack pack_ = *built_in_pack("national");
    RegionRules rules_ = from_pack(pack_);
    SeasonPlan season_ = peak_shift();
    rules::Instant winter_ =
        *rules::parse_instant("2016-12-16T20:00:00+08:00", rules::kBeijingTime);
    rules::Instant summer_ =
        *rules::parse_instant("2017-06-16T20:00:00+08:00", rules::kBeijingTime);
};

TEST_F(ResponsePlanTest, PeakShiftSurvivesTheLiftOfTheWarning) {
    const ResponsePlan lifted = plan({}, winter_);
    EXPECT_FALSE(lifted.colour.has_value());
    ASSERT_EQ(lifted.owed.size(), 1u);
    EXPECT_EQ(lifted.owed[0].id, "E1");
    EXPECT_EQ(lifted.owed[0].obligations[0].action, rules::Action::kStop);
    const OrderFacts facts{"W1", false, pack_, winter_};
    const auto documents = documents_of(lifted, inventory_, facts);
    ASSERT_EQ(documents.size(), 1u);
    EXPECT_FALSE(documents[0].colour.has_value());
    EXPECT_EQ(documents[0].effective_from, winter_);
    EXPECT_TRUE(plan({}, summer_).owed.empty());
}

TEST_F(ResponsePlanTest, WhileAWarningHoldsTheStricterOfPlanAndPeakShiftBinds) {
    const std::vector<rules::Segment> orange{{rules::Colour::kOrange, true, winter_, std::nullopt}};
    const ResponsePlan held = plan(orange, winter_);
    ASSERT_FALSE(held.owed.empty());
    // The plan alone would limit clinker of grade B by 20 %.
    EXPECT_EQ(held.owed[0].obligations[0].action, rules::Action::kStop);
    EXPECT_EQ(plan({{rules::Colour::kOrange, true, summer_, std::nullopt}}, summer_)
                  .owed[0]
                  .obligations[0]
                  .ratio,
              0.2);
}

TEST_F(ResponsePlanTest, WhereTheSeasonEndsOnlyWhatItAskedIsWrittenAnew) {
    const rules::Instant march = *rules::parse_instant("2017-03-10T20:00:00+08:00", pack_.zone);
    const rules::Instant turn = *rules::parse_instant("2017-03-16T00:00:00+08:00", pack_.zone);
    const ResponsePlan held = plan({{rules::Colour::kOrange, true, march, std::nullopt}}, march);
    ASSERT_EQ(held.owed.size(), 2u);
    const rules::Obligation& stop = held.owed[0].obligations[0];
    EXPECT_EQ(stop.id, "E1/K1/stop");
    EXPECT_EQ(stop.to, turn);
    const rules::Obligation& limit = held.owed[0].obligations.back();
    EXPECT_EQ(limit.id, "E1/K1/limit_load@2017-03-16");
    EXPECT_EQ(limit.from, turn);
    EXPECT_FALSE(limit.to.has_value());
    for (const rules::Obligation& one : held.owed[1].obligations) {
        EXPECT_EQ(one.from, march) << one.id;
        EXPECT_FALSE(one.to.has_value()) << one.id;
    }
    // The plan counts what is left of it then: 20 % of one kilogram.
    EXPECT_LT(held.owed[0].reduction.grams[0], 1000);
}

TEST_F(ResponsePlanTest, WhatALaterSegmentOwesIsMarkedWithItsColour) {
    const rules::Instant midnight = summer_ + std::chrono::hours{4};
    const ResponsePlan held = plan({{rules::Colour::kOrange, true, summer_, midnight},
                                    {rules::Colour::kRed, true, midnight, std::nullopt}},
                                   summer_);
    EXPECT_EQ(held.colour, rules::Colour::kRed);
    for (const ResponsePlan::Owed& owed : held.owed) {
        for (const rules::Obligation& one : owed.obligations) {
            EXPECT_EQ(one.id.ends_with("@red"), one.from >= midnight) << one.id;
        }
    }
    const auto documents = documents_of(held, inventory_, {"W1", false, pack_, summer_});
    EXPECT_EQ(documents.at(0).colour, rules::Colour::kOrange);
    EXPECT_EQ(documents.at(0).effective_from, summer_);
    EXPECT_FALSE(documents.at(0).effective_to.has_value());
}

}  // namespace
}  // namespace qk::plans
