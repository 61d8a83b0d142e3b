#include "plans/packs/standard_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "plans/packs/region_pack.hpp"

namespace qk::plans {
namespace {

const std::string kGood = R"(id = "t"
name = "试验"
source = "文号"
certainty = "sample"
effective_from = 2024-01-01

[[clause]]
id = "yellow-1"
colour = "yellow"
legs = [{ aqi_above = 200, hours = 48 }]
text = "条款"
)";

std::vector<std::string> faults_in(const std::string& toml) {
    const auto read = read_standard(toml, "s.toml");
    std::vector<std::string> out;
    const rules::Faults& faults = read ? read->remarks : read.error();
    for (const rules::Fault& fault : faults) out.push_back(rules::to_text(fault));
    return out;
}

std::string with(const std::string& from, const std::string& to) {
    std::string text = kGood;
    text.replace(text.find(from), from.size(), to);
    return text;
}

TEST(StandardFile, AGoodFileIsReadWhole) {
    const auto read = read_standard(kGood, "s.toml");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(read->standard.id, "t");
    EXPECT_EQ(read->standard.effective_from, rules::parse_day("2024-01-01"));
    ASSERT_EQ(read->standard.clauses.size(), 1u);
    EXPECT_EQ(read->standard.clauses[0].legs[0].hours.count(), 48);
    EXPECT_EQ(read->standard.hours_as, std::nullopt);
}

TEST(StandardFile, AnUnknownKeyIsNamedWithItsPlace) {
    const auto faults = faults_in(with("certainty", "lifting = 3\ncertainty"));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].find("s.toml:4:1: lifting: is not known here: one of "), 0u) << faults[0];
}

TEST(StandardFile, AMissingSourceIsAFault) {
    const auto faults = faults_in(with("source = \"文号\"\n", ""));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0], "s.toml:1:1: source: is missing: document number and article");
}

TEST(StandardFile, ALegOfPartDaysIsAFault) {
    const auto faults = faults_in(with("hours = 48", "hours = 36"));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0],
              "s.toml:10:8: clause[1].legs: hours is 36: a multiple of 24, because "
              "natural-day counts whole days");
}

TEST(StandardFile, RedWeakerThanOrangeIsAFault) {
    const auto faults = faults_in(kGood + R"(
[[clause]]
id = "red-1"
colour = "red"
legs = [{ aqi_above = 150, hours = 24 }]
text = "条款"
)");
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_NE(faults[0].find("clause[2]: red 'red-1' is weaker than yellow 'yellow-1'"),
              std::string::npos);
}

TEST(StandardFile, InvertedDatesAreAFault) {
    const auto faults =
        faults_in(with("effective_from = 2024-01-01",
                       "effective_from = \"2024-01-02\"\neffective_to = 2024-01-01"));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].find("s.toml:6:16: effective_to: "), 0u) << faults[0];
}

TEST(StandardFile, AllFaultsAreFoundAtOnceInFileOrder) {
    const auto faults = faults_in(R"(id = 5
name = "x"
certainty = "sure"
[[clause]]
id = "a"
colour = "purple"
legs = [{ aqi_above = 600, hours = "48" }]
text = "t"
extra = 1
)");
    EXPECT_EQ(faults.size(), 7u);  // id, source, certainty, colour, limit, hours, extra
    EXPECT_EQ(faults[0].find("s.toml:1:"), 0u);
    EXPECT_EQ(faults.back().find("s.toml:9:1: clause[1].extra: is not known here"), 0u);
}

TEST(StandardFile, BrokenTomlIsNamedWithItsPlace) {
    const auto faults = faults_in("id = \"a\nname = 3");
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].find("s.toml:1:"), 0u) << faults[0];
}

TEST(StandardFile, EveryBuiltInStandardIsSoundAndNamesItsSource) {
    const auto ids = built_in_standard_ids();
    EXPECT_EQ(ids.size(), 7u);
    for (const std::string& id : ids) {
        const auto read = read_standard(*built_in_standard_text(id), id);
        ASSERT_TRUE(read) << id << "\n" << rules::to_text(read.error());
        EXPECT_TRUE(read->remarks.empty()) << rules::to_text(read->remarks);
        EXPECT_EQ(read->standard.id, id);
        EXPECT_FALSE(read->standard.source.empty());
        EXPECT_EQ(read->standard.certainty == rules::Certainty::kSample,
                  read->standard.note.find("样例") != std::string::npos);
    }
}

// The numbers of the shipped national grids, so that an edit by mistake is seen.
TEST(StandardFile, TheNationalGridsAreWhatTheirDocumentsSay) {
    const auto grid = [](std::string_view id) {
        std::string out;
        const rules::TriggerStandard standard = built_in_standard(id).value();
        for (const rules::Clause& clause : standard.clauses) {
            out += to_text(clause.colour);
            for (const rules::Leg& leg : clause.legs) {
                out +=
                    " >" + std::to_string(leg.aqi_above) + "/" + std::to_string(leg.hours.count());
            }
            out += "; ";
        }
        return out;
    };
    EXPECT_EQ(
        grid("cn-2024"),
        "yellow >200/24; yellow >150/48; orange >200/48; orange >150/72; red >200/72 >300/24; ");
    EXPECT_EQ(grid("cn-2018"),
              "yellow >200/48; orange >200/72; red >200/96 >300/48; red >499/24; ");
    EXPECT_EQ(grid("cn-2017"),
              "blue >200/24; yellow >200/48; orange >200/72 >300/24; "
              "red >200/96 >300/48; red >499/24; ");
    EXPECT_EQ(grid("beijing-2013"),
              "blue >200/24; yellow >300/24; yellow >200/72; "
              "orange >200/72 >300/24; red >300/72; ");
}

TEST(StandardFile, AnUnknownIdIsRefusedWithTheKnownOnes) {
    const auto read = built_in_standard("cn-1999");
    ASSERT_FALSE(read);
    EXPECT_NE(rules::to_text(read.error()).find("cn-2024, cn-2018, cn-2017"), std::string::npos);
}

}  // namespace
}  // namespace qk::plans
