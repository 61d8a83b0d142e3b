// Goal: a bureau's cases say whether its rules do what it expects: every case that ships holds, and
// one that does not hold says at its line what was expected and what came out.
#include "plans/cases/rule_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/own_measure.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/packs/standard_file.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kCasesMin = 20;  // that ship for each thing a bureau may replace

// A standard, or the one of a pack.
rules::TriggerStandard standard(const std::string& id) {
    if (built_in_pack_text(id)) return built_in_pack(id).value().trigger.standard;
    return built_in_standard(id).value();
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

const std::vector<RuleCases>& shipped() {
    static const std::vector<RuleCases> all = [] {
        std::vector<RuleCases> read_all;
        for (const embedded::File& file : embedded::rule_cases()) {
            auto cases = read_rule_cases(file.text, std::string(file.path));
            if (!cases) throw std::runtime_error(rules::to_text(cases.error()));
            read_all.push_back(*std::move(cases));
        }
        return read_all;
    }();
    return all;
}

const std::string& standard_of(const RuleCases& file, const TriggerCase& one) {
    return one.standard.empty() ? file.standard : one.standard;
}

RegionRules rules_of(const RuleCases& file) {
    return file.pack.empty() ? national_sample_rules()
                             : from_pack(built_in_pack(file.pack).value());
}

TEST(RuleCases, EveryOneThatShipsHolds) {
    for (const RuleCases& file : shipped()) {
        for (const TriggerCase& one : file.trigger) {
            EXPECT_THAT(texts(run_case(one, standard(standard_of(file, one)))), IsEmpty());
        }
        for (const PlantCase& one : file.plant) {
            EXPECT_THAT(texts(run_case(one, built_in_catalogue(), rules_of(file))), IsEmpty());
        }
    }
}

TEST(RuleCases, EveryStandardShipsWithAtLeastTwentyCases) {
    std::map<std::string, int> count;
    for (const RuleCases& file : shipped()) {
        for (const TriggerCase& one : file.trigger) ++count[standard_of(file, one)];
    }
    for (const std::string& id : built_in_standard_ids()) EXPECT_GE(count[id], kCasesMin) << id;
}

TEST(RuleCases, EveryClauseOfEveryStandardDecidesACaseAndInOneCaseNothingIsDue) {
    std::set<std::string> decided;
    std::set<std::string> without;
    for (const RuleCases& file : shipped()) {
        for (const TriggerCase& one : file.trigger) {
            const std::string& id = standard_of(file, one);
            if (one.windows.empty()) without.insert(id);
            for (const ExpectedWindow& window : one.windows) decided.insert(id + window.clause);
        }
    }
    for (const std::string& id : built_in_standard_ids()) {
        EXPECT_TRUE(without.contains(id)) << id << ": no case in which nothing is due";
        for (const rules::Clause& clause : standard(id).clauses) {
            EXPECT_TRUE(decided.contains(id + clause.id)) << id << " " << clause.id;
        }
    }
}

// Whether a pack says itself what a case can show: who is spared, what its grades are, which trucks
// stay out, what is looked at below yellow.
bool sets_rules_of_its_own(const RegionPack& pack) {
    const auto is_its_own = [&pack](const auto& one) { return one.origin.pack == pack.id; };
    return std::ranges::any_of(pack.exempt_classes, is_its_own) ||
           std::ranges::any_of(pack.grades.names, is_its_own) ||
           (pack.trucks && is_its_own(*pack.trucks)) ||
           (pack.trigger.sub_yellow && is_its_own(pack.trigger));
}

TEST(RuleCases, EveryPackThatSetsRulesOfItsOwnShipsWithAtLeastTwentyCases) {
    std::map<std::string, int> count;
    for (const RuleCases& file : shipped()) {
        count[file.pack] += static_cast<int>(file.plant.size());
        // Beside a pack's standard stand the cases of the one it names for below yellow.
        if (built_in_pack_text(file.standard)) {
            count[file.standard] += static_cast<int>(file.trigger.size());
        }
    }
    int packs = 0;
    for (const std::string& id : built_in_pack_ids()) {
        if (!sets_rules_of_its_own(built_in_pack(id).value())) continue;
        EXPECT_GE(count[id], kCasesMin) << id;
        ++packs;
    }
    EXPECT_GE(packs, 5);
}

// Trade, grade and level of the cases under the national sample, each once.
struct Plants {
    std::map<std::string, int, std::less<>> of_trade;
    std::set<std::string> looked_at;  // "cement/C/orange"
};
Plants shipped_plants() {
    Plants plants;
    for (const RuleCases& file : shipped()) {
        if (!file.pack.empty()) continue;
        for (const PlantCase& one : file.plant) {
            const ReadInventory read = read_inventory(
                {{"enterprises.csv", one.enterprises},
                 {"lines.csv", one.lines},
                 {"area_emissions.csv",
                  "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n410100,industry,1,1,1,1\n"}},
                "case", inventory_read_options());
            if (!read.inventory) {
                ADD_FAILURE() << one.name << ": " << rules::to_text(read.findings);
                continue;
            }
            const Enterprise& plant = read.inventory->enterprises.at(0);
            const Trade* trade = find_trade(plant.industry);
            if (trade == nullptr) continue;
            ++plants.of_trade[std::string(trade->id)];
            plants.looked_at.insert(std::string(trade->id) + "/" + plant.grade.name + "/" +
                                    std::string(rules::to_text(one.level)));
        }
    }
    return plants;
}

TEST(RuleCases, EveryFileOfTheCatalogueShipsWithAtLeastTwentyCasesAndEachOfItsTradesWithOne) {
    const Plants plants = shipped_plants();
    for (const embedded::File& file : embedded::measure_catalogues()) {
        const std::string path(file.path);
        if (!path.starts_with("catalogue/")) continue;  // reasons have no trades of their own
        std::set<std::string> trades;
        const Catalogue catalogue = read_catalogue(file.text, path).value();
        for (const CatalogueClause& clause : catalogue.clauses()) trades.insert(clause.trade);
        trades.erase(std::string(kDefaultTrade));
        int count = 0;
        for (const std::string& trade : trades) {
            const auto found = plants.of_trade.find(trade);
            EXPECT_NE(found, plants.of_trade.end()) << path << ": no case of " << trade;
            if (found != plants.of_trade.end()) count += found->second;
        }
        EXPECT_GE(count, kCasesMin) << path;
        for (const char* grade : {"A", "leading", "B", "C", "D"}) {
            for (const rules::Colour colour : kResponseColours) {
                const auto what = fmt::format("/{}/{}", grade, rules::to_text(colour));
                EXPECT_TRUE(std::ranges::any_of(trades,
                                                [&](const std::string& trade) {
                                                    return plants.looked_at.contains(trade + what);
                                                }))
                    << path << what;
            }
        }
    }
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

const std::string kSeason = R"([[plant.season]]
id = "w"
from = 2025-11-15
to = 2026-03-15
trades = ["cement"]
source = "错峰生产通知"
measure = { form = "stop" }
)";

TEST(RuleCases, AWindowOfTheSeasonBesideTheWarningCounts) {
    const std::string owes = "[[plant.owes]]\nline = \"L1\"\naction = \"stop\"\nratio = 1\n";
    EXPECT_THAT(texts(run_plant(kPlant + kSeason + owes)), IsEmpty());
    EXPECT_THAT(run_plant(kPlant + owes), SizeIs(2)) << "without it: 20 %";
    const auto wrong = read_rule_cases(kPlant + kSeason + "grades = [\"七星\"]\n" + owes, "f");
    ASSERT_FALSE(wrong.has_value());
    EXPECT_THAT(texts(wrong.error()), HasSubstr("f:17:"));
}

TEST(RuleCases, TrucksThatAreCountedMakeALargeUserOrNot) {
    const std::string glass = R"([[plant]]
name = "玻璃"
level = "orange"
industry = "平板玻璃"
grade = "B"
vehicles_per_day = )";
    const std::string rest = R"(
[[plant.line]]
id = "L1"
nox_kg_d = 80
[[plant.owes]]
line = "L1"
action = "limit_load"
)";
    EXPECT_THAT(texts(run_plant(glass + "10" + rest)), IsEmpty());
    EXPECT_THAT(texts(run_plant(glass + "11" + rest)), HasSubstr("ban_vehicles"));
    EXPECT_FALSE(read_rule_cases(glass + "-1" + rest, "f").has_value());
}

TEST(RuleCases, ARegionsOwnGradesAreReadByItsPack) {
    const auto one = read(R"([[plant]]
name = "五星商砼"
level = "red"
industry = "商品混凝土"
grade = "五星商砼"
[[plant.line]]
id = "L1"
pm_kg_d = 80
[[plant.owes]]
action = "self_discipline"
)")
                         .plant.at(0);
    const RegionRules kaifeng = from_pack(built_in_pack("kaifeng").value());
    EXPECT_THAT(texts(run_case(one, built_in_catalogue(), kaifeng)), IsEmpty());
    EXPECT_THAT(texts(run_case(one, built_in_catalogue(), national_sample_rules())),
                HasSubstr("五星商砼"));
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
