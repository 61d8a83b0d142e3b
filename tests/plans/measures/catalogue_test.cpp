// The shipped catalogue is whole and sourced; a wrong file is refused with every fault at its
// place.
#include "plans/measures/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

#include "plans/measures/trades.hpp"

namespace qk::plans {
namespace {

using rules::Colour;

TEST(Catalogue, EveryTradeHasEveryGradeAtEveryLevel) {
    const Catalogue& catalogue = built_in_catalogue();
    for (const Trade& trade : all_trades()) {
        for (const char* grade : {"A", "B", "C", "D"}) {
            for (const Colour colour : kResponseColours) {
                EXPECT_NE(catalogue.find(trade.id, grade, colour), nullptr)
                    << trade.id << " " << grade;
            }
        }
    }
    EXPECT_TRUE(catalogue.knows(kDefaultTrade));
    EXPECT_EQ(catalogue.find("cement", "A", Colour::kBlue), nullptr);
}

TEST(Catalogue, EveryClauseNamesItsSource) {
    for (const CatalogueClause& clause : built_in_catalogue().clauses()) {
        EXPECT_FALSE(clause.source.empty()) << clause.id;
        EXPECT_NE(clause.certainty, rules::Certainty::kPrimary) << clause.id;
    }
}

TEST(Catalogue, NoShippedFileCutsLessAtAHigherLevel) {
    for (const embedded::File& file : embedded::measure_catalogues()) {
        rules::Faults remarks;
        ASSERT_TRUE(read_catalogue(file.text, std::string(file.path), &remarks).has_value());
        EXPECT_EQ(rules::to_text(remarks), "");
    }
}

TEST(Catalogue, ClinkerIsAsTheGuideSays) {
    const auto share = [](const char* grade, Colour colour) {
        double most = 0;
        for (const rules::Measure& m :
             built_in_catalogue().find("cement", grade, colour)->measures) {
            most = std::max(most, rules::emission_share(m));
        }
        return most;
    };
    EXPECT_EQ(share("B", Colour::kYellow), 0);
    EXPECT_EQ(share("B", Colour::kOrange), 0.2);
    EXPECT_EQ(share("B", Colour::kRed), 1);
    EXPECT_EQ(share("C", Colour::kYellow), 0.5);
    EXPECT_EQ(share("C", Colour::kOrange), 1);
    EXPECT_EQ(share("D", Colour::kYellow), 1);
}

TEST(Catalogue, EveryFaultOfAFileIsNamedWithItsPlace) {
    const auto read = read_catalogue(R"(trades = ["cement", "moon-mining"]
source = "x"
certainty = "certain"
colour = "blue"

[[rule]]
grades = ["E"]
[rule.yellow]
do = [{ form = "limit_load", ratoi = 0.2 }]
[rule.orange]
do = [{ form = "sleep" }, { form = "stop_share", ratio = 2 }]
)",
                                     "c.toml");
    ASSERT_FALSE(read.has_value());
    const std::string faults = rules::to_text(read.error());
    for (const char* wanted :
         {"c.toml:1:", "'moon-mining'", "c.toml:3:", "c.toml:4:", "c.toml:7:", "'E'", "c.toml:9:",
          "ratoi", "ratio: is missing", "c.toml:11:", "'sleep'", "is 2", "red: is missing"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted << "\n" << faults;
    }
}

TEST(Catalogue, TomlThatIsNoneIsAFaultWithItsPlace) {
    const auto read = read_catalogue("trades = [", "c.toml");
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error()[0].place.line, 1);
}

TEST(Catalogue, AHigherLevelThatCutsLessIsRemarked) {
    rules::Faults remarks;
    const auto read = read_catalogue(R"(trades = ["cement"]
source = "x"
[[rule]]
grades = ["B"]
yellow = { do = [{ form = "stop" }] }
orange = { do = [] }
red = { do = [{ form = "stop" }] }
)",
                                     "c.toml", &remarks);
    ASSERT_TRUE(read.has_value());
    ASSERT_EQ(remarks.size(), 1u);
    EXPECT_EQ(remarks[0].what, "cement/B/orange cuts less than cement/B/yellow");
}

TEST(Catalogue, ABureausTradeReplacesTheShippedOneWhole) {
    Catalogue mine = built_in_catalogue();
    const auto other = read_catalogue(R"(trades = ["cement"]
source = "x"
[[rule]]
grades = ["C"]
yellow = { do = [] }
orange = { do = [] }
red = { do = [{ form = "rotate", batches = 3, batch_hours = 24 }] }
)",
                                      "c.toml");
    ASSERT_TRUE(other.has_value()) << rules::to_text(other.error());
    mine.replace_by(*other);
    EXPECT_EQ(mine.find("cement", "B", Colour::kRed), nullptr);
    EXPECT_EQ(mine.find("cement", "C", Colour::kRed)->measures[0].batches, 3);
    EXPECT_NE(mine.find("glass", "C", Colour::kRed), nullptr);
}

TEST(Catalogue, NoBoilerThatHeatsHousesIsToldToGiveLessInWinter) {
    const Catalogue& catalogue = built_in_catalogue();
    const auto on = [](const char* day) { return *rules::parse_day(day); };
    const Line line;
    EXPECT_EQ(catalogue.least_load("heating", line, on("2026-01-10")), 1);
    EXPECT_EQ(catalogue.least_load("power", line, on("2026-11-15")), 1);
    EXPECT_EQ(catalogue.least_load("power", line, on("2026-07-01")), 0.5);
    EXPECT_EQ(catalogue.least_load("glass", line, on("2026-07-01")), 0.7);
    EXPECT_EQ(catalogue.least_load("cement", line, on("2026-01-10")), std::nullopt);
}

TEST(Catalogue, ALeastLoadNamesItsShareAndDaysThatAreDays) {
    const auto read = read_catalogue(R"(trades = ["cement"]
source = "x"
[[rule]]
grades = ["C"]
yellow = { do = [] }
orange = { do = [] }
red = { do = [] }
[[minimum_load]]
of = ["窑"]
from = "13-40"
)",
                                     "c.toml");
    ASSERT_FALSE(read.has_value());
    const std::string faults = rules::to_text(read.error());
    for (const char* wanted : {"share: is missing", "'13-40'", "wants 'to'"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted << "\n" << faults;
    }
}

// Every form of the measure language can be written in a catalogue.
TEST(Catalogue, TheWholeLanguageCanBeRead) {
    const auto read = read_catalogue(R"(trades = ["cement"]
source = "x"
[[rule]]
grades = ["C"]
yellow = { do = [] }
orange = { do = [] }
[rule.red]
do = [
  { form = "self_discipline" },
  { form = "stop", keep_hot = true, no_restart = true, treatment_after_stop_min = 60 },
  { form = "stop_share", ratio = 0.5, unit = "窑", of = ["窑"] },
  { form = "limit_load", ratio = 0.2, baseline = "pre-warning", whole = true },
  { form = "throughput", per_day = 768, unit = "吨", what = "投料", normal = 960 },
  { form = "minimum_load", baseline = "lowest-day-last-year", ratio = 0.4 },
  { form = "longer_cycle", hours = 36, what = "结焦时间", normal = 24 },
  { form = "on_off_cycle", off_hours = 48, on_hours = 12 },
  { form = "count_cap", per_day = 22, what = "炉次", normal = 30 },
  { form = "heat_duty", per_day = 100, unit = "吨蒸汽" },
  { form = "order_duty", ratio = 0.1 },
  { form = "stop_process", what = "喷漆", pollutants = ["vocs"] },
  { form = "stop_material", what = "溶剂型涂料", ratio = 0.6, pollutants = ["vocs"] },
  { form = "concentration", factor = "nox", mg_per_m3 = 50 },
  { form = "mass", factor = "so2", kg_per_d = 120 },
  { form = "pre_warning_mass", factor = "pm" },
  { form = "limit_emission", ratio = 0.3, factor = "nox" },
  { form = "ban_vehicles", stages = ["国四"], from_hour = 7, to_hour = 21, exempt = ["新能源"] },
  { form = "vehicle_share", ratio = 0.5 },
  { form = "rotate", batches = 2, batch_hours = 48 },
  { form = "no_restart", after_hours = 24, until_hours = 120 },
]
)",
                                     "c.toml");
    ASSERT_TRUE(read.has_value()) << rules::to_text(read.error());
    const auto& measures = read->find("cement", "C", Colour::kRed)->measures;
    ASSERT_EQ(measures.size(), rules::kFormCount);
    std::set<rules::Form> forms;
    for (const rules::Measure& m : measures) forms.insert(m.form);
    EXPECT_EQ(forms.size(), rules::kFormCount);
    EXPECT_NEAR(rules::emission_share(measures[4]), 0.2, 1e-12);      // 960 -> 768 t
    EXPECT_NEAR(rules::emission_share(measures[6]), 1.0 / 3, 1e-12);  // 24 h of 36 h
    EXPECT_EQ(rules::emission_share(measures[7]), 0.8);               // 48 of 60 h
    EXPECT_EQ(measures[11].pollutants, 0b1000);
}

}  // namespace
}  // namespace qk::plans
