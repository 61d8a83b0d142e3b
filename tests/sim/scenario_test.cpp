#include "sim/story/scenario.hpp"

#include <gtest/gtest.h>

namespace qk::sim {
namespace {

std::string faults_in(const char* toml) {
    const auto scenario = read_scenario(toml, "s.toml");
    return scenario ? "" : rules::to_text(scenario.error());
}

TEST(Scenario, AnEmptyFileIsOne) {
    const auto scenario = read_scenario("", "s.toml");
    ASSERT_TRUE(scenario);
    EXPECT_EQ(scenario->enterprises, 320);
    EXPECT_LT(scenario->start, scenario->end);
}

TEST(Scenario, TheLibraryOfCheatsHasEveryBehaviour) {
    const Scenario scenario = cheats_scenario();
    for (const Behaviour behaviour : kBehaviours) {
        if (behaviour == Behaviour::kObeys) continue;
        EXPECT_GT(scenario.shares[static_cast<std::size_t>(behaviour)], 0) << to_text(behaviour);
    }
}

TEST(Scenario, AStoryIsOfAnEpisodeUnlessItSaysThatItIsOfVerdicts) {
    EXPECT_FALSE(default_scenario().is_of_verdicts);
    EXPECT_TRUE(cheats_scenario().is_of_verdicts);
    EXPECT_NE(faults_in("about = \"weather\"\n").find("episode or verdicts"), std::string::npos);
}

TEST(Scenario, TheBuiltInOneHasThoseWhoRefuseAndThoseWhoHide) {
    const Scenario scenario = default_scenario();
    for (const Behaviour behaviour : {Behaviour::kRefuses, Behaviour::kMeterCutter}) {
        EXPECT_GT(scenario.shares[static_cast<std::size_t>(behaviour)], 0) << to_text(behaviour);
    }
}

TEST(Scenario, AnUnknownKeyIsNamedWithItsPlaceAndTheKnownOnes) {
    const std::string text = faults_in("[forecast]\ndays = 3\nsources = 2\n");
    EXPECT_NE(text.find("s.toml:3:1"), std::string::npos) << text;
    EXPECT_NE(text.find("forecast.sources: is not known here"), std::string::npos) << text;
    EXPECT_NE(text.find("error_per_day"), std::string::npos) << text;
}

TEST(Scenario, AllFaultsAreGivenAtOnce) {
    const std::string text = faults_in(
        "seed = -1\nstart = \"soon\"\n[enterprises]\ncount = 0\nreport_minutes = 50\n"
        "[faults]\nmessage_loss = 2\nbroker_down = [{from = \"2015-12-07\", to = "
        "\"2015-12-06\"}]\n");
    for (const char* part :
         {"s.toml:1:", "s.toml:2:", "s.toml:4:", "s.toml:5:", "s.toml:7:", "s.toml:8:"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
    }
}

TEST(Scenario, SharesOfMoreThanEverybodyAreRefused) {
    EXPECT_NE(faults_in("[enterprises.behaviours]\nlate = 0.7\nsilent = 0.7\n").find("more than 1"),
              std::string::npos);
}

TEST(Scenario, HoursOfForecastsAreHoursOfADay) {
    const auto scenario = read_scenario("[forecast]\nhours = [8, 20]\n", "s.toml");
    ASSERT_TRUE(scenario);
    EXPECT_EQ(scenario->forecast_hours, (std::vector<int>{8, 20}));
    EXPECT_NE(faults_in("[forecast]\nhours = [8, 24]\n")
                  .find("forecast.hours: is the number 24: a list of whole numbers from 0 to 23"),
              std::string::npos);
    EXPECT_NE(faults_in("[forecast]\nhours = 8\n").find("s.toml:2:9"), std::string::npos);
}

TEST(Scenario, TheEndComesAfterTheStart) {
    EXPECT_NE(faults_in("start = \"2015-12-09\"\nend = \"2015-12-08\"\n").find("s.toml:2:"),
              std::string::npos);
}

}  // namespace
}  // namespace qk::sim
