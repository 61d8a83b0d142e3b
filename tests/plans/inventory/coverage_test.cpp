#include "plans/inventory/coverage.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Inventory inventory_of(const std::string& meters, const std::string& outlets,
                       const std::string& more = "") {
    std::vector<NamedTable> tables = small_tables();
    tables.push_back({"meters.csv",
                      "id,enterprise,line,role,rated_kw,idle_kw,operator,calibrated_on,"
                      "compared_on\n" +
                          meters});
    tables.push_back({"outlets.csv", "id,enterprise,line,mn,factors\n" + outlets});
    if (!more.empty()) tables.push_back({"transport_users.csv", more});
    ReadInventory read = read_inventory(tables, "x");
    EXPECT_TRUE(read.inventory) << rules::to_text(read.findings);
    return read.inventory ? std::move(*read.inventory) : Inventory{};
}

std::vector<ListedUnit> units(const std::string& rows) {
    auto read = read_listed_units("enterprise,name,region,permit,automatic_monitoring\n" + rows,
                                  "list.csv");
    EXPECT_TRUE(read.has_value()) << rules::to_text(read.error());
    return read ? std::move(*read) : std::vector<ListedUnit>{};
}

CoverageLists lists() {
    CoverageLists some;
    some.today = *rules::parse_day("2026-01-10");
    return some;
}

// "kind what", of every gap.
std::vector<std::string> gaps_of(const Coverage& coverage) {
    std::vector<std::string> gaps;
    for (const Gap& gap : coverage.gaps) {
        gaps.push_back(std::string(to_text(gap.kind)) + " " + gap.enterprise +
                       (gap.what.empty() ? "" : " " + gap.what));
    }
    return gaps;
}

constexpr const char* kAllMeters =
    "T1,E1,,total,1000,10,,,\nP1,E1,L1,production,100,5,,,\nC1,E1,L1,treatment,20,1,,,\n";

TEST(Coverage, WhatIsWholeHasNoGapAndSaysWhichListsWereNotGiven) {
    const Coverage coverage =
        audit_coverage(inventory_of(kAllMeters, "O1,E1,L1,MN1,so2\n"), lists());
    EXPECT_THAT(gaps_of(coverage), IsEmpty());
    EXPECT_EQ(coverage.lines_emitting, 1U);
    EXPECT_EQ(coverage.lines_metered, 1U);
    EXPECT_THAT(coverage.not_asked, ElementsAre("permits", "key_units", "gates", "custody"));
    EXPECT_EQ(to_json(coverage).at("holds"), true);
}

TEST(Coverage, MetersThatAreWantingAreNamed) {
    EXPECT_THAT(gaps_of(audit_coverage(inventory_of("", ""), lists())),
                ElementsAre("no_meter E1", "line_without_meter E1 L1"));
    EXPECT_THAT(gaps_of(audit_coverage(inventory_of("C1,E1,L1,treatment,,,,,\n", ""), lists())),
                ElementsAre("no_total_meter E1", "line_without_meter E1 L1"));
    EXPECT_THAT(gaps_of(audit_coverage(inventory_of("P1,E1,L1,production,,,,,\n", ""), lists())),
                ElementsAre("no_total_meter E1", "no_treatment_meter E1", "meter_unrated E1 P1"));
    // A line is seen by a meter of the whole plant, or by its stack.
    EXPECT_THAT(gaps_of(audit_coverage(inventory_of("P1,E1,,production,100,5,,,\n", ""), lists())),
                Not(Contains("line_without_meter E1 L1")));
    EXPECT_THAT(gaps_of(audit_coverage(inventory_of("", "O1,E1,L1,MN1,so2\n"), lists())),
                ElementsAre("no_meter E1"));
}

TEST(Coverage, PermitsAndKeyUnitsAreHeldAgainstTheInventoryBothWays) {
    CoverageLists some = lists();
    some.permits = units("E1,甲厂,410122,P2,\nE7,庚厂,410122,P7,\nE7,庚厂,410122,P7,\n");
    some.key_units = units("E1,甲厂,410122,,是\nE8,辛厂,410123,,否\n");
    const Coverage coverage = audit_coverage(inventory_of(kAllMeters, "O1,E1,L1,,so2\n"), some);
    EXPECT_THAT(
        gaps_of(coverage),
        ElementsAre("permit_differs E1 P1", "outlet_without_mn E1 O1", "key_unit_without_outlet E1",
                    "permit_not_in_inventory E7 P7", "key_unit_not_in_inventory E8"));
    EXPECT_EQ(coverage.gaps[0].detail, "P2");
    EXPECT_EQ(coverage.gaps[3].name, "庚厂");
    some.permits = units("E7,,,,\n");
    EXPECT_THAT(gaps_of(audit_coverage(inventory_of(kAllMeters, "O1,E1,L1,MN1,so2\n"), some)),
                Contains("no_permit E1 P1"));
    some.key_units = units("E1,,,,否\n");  // need not be monitored
    EXPECT_THAT(gaps_of(audit_coverage(inventory_of(kAllMeters, ""), some)),
                Not(Contains("key_unit_without_outlet E1")));
}

TEST(Coverage, AHaulierWithoutAGateIsNamedWhereGatesAreKnown) {
    const std::string hauliers =
        "id,enterprise,name,region,vehicles_per_day,nox_kg_d,pm_kg_d\nU1,E1,甲厂,410122,40,1,1\n";
    const Inventory inventory = inventory_of(kAllMeters, "O1,E1,L1,MN1,so2\n", hauliers);
    EXPECT_THAT(gaps_of(audit_coverage(inventory, lists())), IsEmpty());
    CoverageLists some = lists();
    some.gates.emplace();
    EXPECT_THAT(gaps_of(audit_coverage(inventory, some)), ElementsAre("no_gate E1"));
    some.gates = units("E1,,,,\n");
    EXPECT_THAT(gaps_of(audit_coverage(inventory, some)), IsEmpty());
}

TEST(Coverage, WhoAnswersIsAskedOfAllOnceItIsSaidOfOne) {
    const Inventory inventory = inventory_of(
        "T1,E1,,total,1000,10,甲检测,2025-06-01,2025-06-01\n"
        "P1,E1,L1,production,100,5,甲检测,2024-06-01,\nC1,E1,L1,treatment,20,1,,,\n",
        "");
    const auto gaps = gaps_of(audit_coverage(inventory, lists()));
    EXPECT_THAT(gaps,
                ElementsAre("calibration_old E1 P1", "comparison_old E1 P1", "nobody_answers E1 C1",
                            "calibration_old E1 C1", "comparison_old E1 C1"));
    CoverageLists strict = lists();
    strict.custody_days = 30;
    EXPECT_THAT(gaps_of(audit_coverage(inventory, strict)), Contains("calibration_old E1 T1"));
}

TEST(Coverage, EveryKindHasItsWordsAndStandsInTheJson) {
    for (std::size_t i = 0; i < kGapKindCount; ++i) {
        const auto kind = static_cast<GapKind>(i);
        EXPECT_FALSE(to_text(kind).empty());
        EXPECT_FALSE(to_chinese(kind).empty());
        EXPECT_FALSE(to_english(kind).empty());
    }
    const auto json = to_json(audit_coverage(inventory_of("", ""), lists()));
    EXPECT_EQ(json.at("holds"), false);
    EXPECT_EQ(json.at("counts").at("no_meter"), 1);
    EXPECT_EQ(json.at("gaps").at(0).at("enterprise"), "E1");
    EXPECT_EQ(json.at("gaps").at(0).at("name"), "甲厂");
}

TEST(Coverage, AListIsReadInChineseAndItsFaultsHaveTheirPlaces) {
    const auto read = read_listed_units(
        "单位名称,统一社会信用代码,排污许可证编号,备注\n甲厂,E1,P1,x\n", "许可.csv");
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->at(0).enterprise, "E1");
    EXPECT_EQ(read->at(0).permit, "P1");
    EXPECT_FALSE(read->at(0).must_be_metered);
    const auto empty = read_listed_units("enterprise,name\n,甲厂\n", "permits.csv");
    ASSERT_FALSE(empty.has_value());
    EXPECT_THAT(rules::to_text(empty.error()), HasSubstr("permits.csv:2:1"));
    const auto without = read_listed_units("name\n甲厂\n", "permits.csv");
    ASSERT_FALSE(without.has_value());
    EXPECT_THAT(rules::to_text(without.error()), HasSubstr("enterprise"));
}

}  // namespace
}  // namespace qk::plans
