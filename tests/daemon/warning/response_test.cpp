// The response plan of a warning and what is left of it after the lift.
#include "daemon/warning/response.hpp"

#include <gtest/gtest.h>

#include "plans/inventory/read_inventory.hpp"
#include "plans/measures/season.hpp"

namespace qk::daemon {
namespace {

plans::Inventory clinker() {
    std::vector<plans::NamedTable> tables{
        {"enterprises.csv",
         "id,name,region,industry,grade\nE1,水泥厂,410122,水泥熟料,B\nE2,铸造厂,410122,铸造,C\n"},
        {"lines.csv",
         "enterprise,id,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\nE1,K1,1,1,1,1\nE2,F1,1,1,1,1\n"},
        {"area_emissions.csv",
         "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n410122,industry,9,9,9,9\n"}};
    return *plans::read_inventory(std::move(tables), "2016").inventory;
}

plans::SeasonPlan peak_shift() {
    return *plans::read_season(
        "[[window]]\nid = \"clinker\"\nkind = \"peak-shift\"\nfrom = \"2016-11-15\"\n"
        "to = \"2017-03-15\"\ntrades = [\"cement\"]\nmeasure = { form = \"stop\" }\n"
        "source = \"样例\"\n",
        "season.toml");
}

class ResponseTest : public testing::Test {
 protected:
    ResponsePlan plan(const std::vector<rules::Segment>& segments, rules::Instant now) {
        return make_response_plan({inventory_, pack_, segments, now, &season_});
    }

    plans::Inventory inventory_ = clinker();
    plans::RegionPack pack_ = *plans::built_in_pack("national");
    plans::SeasonPlan season_ = peak_shift();
    rules::Instant winter_ = *rules::parse_instant("2016-12-16T20:00:00+08:00", rules::Zone{});
    rules::Instant summer_ = *rules::parse_instant("2017-06-16T20:00:00+08:00", rules::Zone{});
};

TEST_F(ResponseTest, PeakShiftSurvivesTheLiftOfTheWarning) {
    const ResponsePlan lifted = plan({}, winter_);
    EXPECT_FALSE(lifted.colour.has_value());
    ASSERT_EQ(lifted.enterprise_ids, std::vector<std::string>{"E1"});
    EXPECT_EQ(lifted.owed[0].obligations[0].action, rules::Action::kStop);
    const OrderFacts facts{"W1", false, pack_, winter_};
    const auto documents = documents_of(lifted, inventory_, facts);
    ASSERT_EQ(documents.size(), 1u);
    EXPECT_FALSE(documents[0].colour.has_value());
    EXPECT_EQ(documents[0].effective_from, winter_);
    EXPECT_TRUE(plan({}, summer_).owed.empty());
}

TEST_F(ResponseTest, WhileAWarningHoldsTheStricterOfPlanAndPeakShiftBinds) {
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

}  // namespace
}  // namespace qk::daemon
