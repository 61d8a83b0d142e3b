// Goal: a bureau's cases say whether its rules do what it expects: every case that ships holds, and
// one that does not hold says at its line what was expected and what came out.
#include "plans/cases/rule_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/packs/standard_file.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

rules::TriggerStandard standard(const std::string& id) {
    return read_standard(*built_in_standard_text(id), id).value().standard;
}

RuleCases read(const std::string& toml) {
    auto cases = read_rule_cases(toml, "cases.toml");
    if (!cases) throw std::runtime_error(rules::to_text(cases.error().front()));
    return *std::move(cases);
}

std::string texts(const rules::Faults& faults) {
    std::string all;
    for (const rules::Fault& fault : faults) all += rules::to_text(fault) + "\n";
    return all;
}

rules::Faults run_plant(const std::string& toml) {
    return run_case(read(toml).plant.at(0), built_in_catalogue(), national_sample_rules());
}
rules::Faults run_air(const std::string& toml) {
    return run_case(read(toml).trigger.at(0), standard("cn-2024"));
}

TEST(RuleCases, EveryOneThatShipsHolds) {
    std::size_t air = 0;
    std::size_t plants = 0;
    for (const embedded::File& file : embedded::rule_cases()) {
        const RuleCases cases = read(std::string(file.text));
        for (const TriggerCase& one : cases.trigger) {
            const auto id = one.standard.empty() ? cases.standard : one.standard;
            EXPECT_THAT(texts(run_case(one, standard(id))), IsEmpty());
            ++air;
        }
        for (const PlantCase& one : cases.plant) {
            EXPECT_THAT(texts(run_case(one, built_in_catalogue(), national_sample_rules())),
                        IsEmpty());
            ++plants;
        }
    }
    EXPECT_GE(air, 20U);
    EXPECT_GE(plants, 20U);
}

const std::string kAir = R"([[trigger]]
name = "两天"
from = "2026-01-10"
days = ["100", "230*2", "100"]
)";

TEST(RuleCases, AWindowThatIsNotExpectedFailsTheCase) {
    const auto faults = run_air(kAir + "none = true\n");
    ASSERT_THAT(faults, SizeIs(1));
    EXPECT_EQ(faults[0].place.line, 1);
    EXPECT_THAT(rules::to_text(faults[0]), HasSubstr("cases.toml:1:"));
    EXPECT_THAT(faults[0].what, HasSubstr("no further window"));
    EXPECT_THAT(faults[0].cure, HasSubstr("colour orange"));
}

TEST(RuleCases, AWrongWindowIsToldAtItsLineWithBothSides) {
    const auto faults = run_air(kAir + R"([[trigger.window]]
colour = "red"
from = "2026-01-11"
to = "2026-01-13"
)");
    ASSERT_THAT(faults, SizeIs(1));
    EXPECT_EQ(faults[0].place.line, 5);
    EXPECT_THAT(faults[0].what, HasSubstr("expected colour red"));
    EXPECT_THAT(faults[0].cure, HasSubstr("got colour orange, mandatory orange, from 2026-01-11T"));
}

TEST(RuleCases, EachFieldThatIsSaidIsLookedAt) {
    const std::string window = kAir + R"([[trigger.window]]
colour = "orange"
from = "2026-01-11"
to = "2026-01-13"
)";
    EXPECT_THAT(run_air(window), IsEmpty());
    EXPECT_THAT(run_air(window + "mandatory = \"orange\"\nclause = \"orange-1\"\n"), IsEmpty());
    EXPECT_THAT(run_air(window + "mandatory = \"none\"\n"), SizeIs(1));
    EXPECT_THAT(run_air(window + "clause = \"orange-2\"\n"), SizeIs(1));
    EXPECT_THAT(run_air(window + "met_at = \"2026-01-10\"\n"), SizeIs(1));
}

const std::string kPlant = R"([[plant]]
name = "水泥"
level = "orange"
industry = "水泥"
grade = "B"
not_looked_at = ["ban_vehicles"]
[[plant.line]]
id = "L1"
nox_kg_d = 80
)";

TEST(RuleCases, ADutyThatIsNotExpectedFailsAndSoDoesOneThatIsMissing) {
    const auto faults = run_plant(kPlant + "[[plant.owes]]\nline = \"L1\"\naction = \"stop\"\n");
    ASSERT_THAT(faults, SizeIs(2));
    EXPECT_EQ(faults[0].place.line, 10);
    EXPECT_THAT(faults[0].what, HasSubstr("expected L1 stop"));
    EXPECT_THAT(faults[0].cure, HasSubstr("L1 limit_load ratio 0.2"));
    EXPECT_EQ(faults[1].place.line, 1);
    EXPECT_THAT(faults[1].what, HasSubstr("nothing more"));
}

TEST(RuleCases, TheRatioAndThePlantsOwnPlanCount) {
    const std::string owes = "[[plant.owes]]\nline = \"L1\"\naction = \"limit_load\"\nratio = ";
    EXPECT_THAT(run_plant(kPlant + owes + "0.2\n"), IsEmpty());
    EXPECT_THAT(run_plant(kPlant + owes + "0.3\n"), SizeIs(2));
    const std::string own =
        "[[plant.own]]\nline = \"L1\"\nlevel = \"orange\"\naction = \"limit_load\"\nratio = 0.3\n";
    EXPECT_THAT(texts(run_plant(kPlant + own + owes + "0.3\n")), IsEmpty());
}

TEST(RuleCases, AnOwnCatalogueChangesWhatComesOut) {
    Catalogue catalogue = built_in_catalogue();
    catalogue.replace_by(read_catalogue(R"(trades = ["cement"]
source = "市预案"
certainty = "primary"
[[rule]]
grades = ["B"]
[rule.yellow]
do = [{ form = "stop" }]
[rule.orange]
do = [{ form = "stop" }]
[rule.red]
do = [{ form = "stop" }]
)",
                                        "own.toml")
                             .value());
    const auto cases =
        read(kPlant + "[[plant.owes]]\nline = \"L1\"\naction = \"stop\"\nratio = 1\n");
    EXPECT_THAT(texts(run_case(cases.plant.at(0), catalogue, national_sample_rules())), IsEmpty());
    EXPECT_THAT(run_case(cases.plant.at(0), built_in_catalogue(), national_sample_rules()),
                SizeIs(2));
}

TEST(RuleCases, WhatCannotBeReadIsToldAtItsPlaceAllAtOnce) {
    const auto cases = read_rule_cases(R"([[trigger]]
name = "一"
from = "soon"
days = ["230*x"]
none = true
[[trigger]]
name = "二"
from = "2026-01-10"
days = ["230"]
[[plant]]
name = "三"
level = "purple"
none = true
)",
                                       "cases.toml");
    ASSERT_FALSE(cases.has_value());
    const std::string all = texts(cases.error());
    for (const char* said :
         {"cases.toml:3:", "cases.toml:4:", "none = true", "cases.toml:12:", "plant[1].line"}) {
        EXPECT_THAT(all, HasSubstr(said));
    }
}

TEST(RuleCases, AFileWithoutACaseAndAnEndlessSeriesAreRefused) {
    EXPECT_FALSE(read_rule_cases("standard = \"cn-2024\"\n", "f").has_value());
    EXPECT_FALSE(read_rule_cases("[[trigger]]\nname = \"x\"\nfrom = \"2026-01-10\"\n"
                                 "pm25 = [\"20*9000\", \"20*9000\"]\nnone = true\n",
                                 "f")
                     .has_value());
}

}  // namespace
}  // namespace qk::plans
