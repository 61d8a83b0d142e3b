#include <gmock/gmock.h>

#include "plans/inventory/compare.hpp"
#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::SizeIs;

std::vector<NamedTable> with_series(const std::string& rows) {
    std::vector<NamedTable> tables = small_tables();
    tables.push_back(
        {"series.csv",
         "id,enterprise,line,kind,role,unit,operator,calibrated_on,compared_on\n" + rows});
    return tables;
}

TEST(InventorySeries, AreReadWithWhoAnswersForThem) {
    const ReadInventory read =
        read_inventory(with_series("S1,E1,L1,steam,,t/h,甲检测,2026-01-05,2025-12-01\n"
                                   "S2,E1,,旁路,治污,,,,\n"),
                       "x");
    ASSERT_TRUE(read.inventory) << rules::to_text(read.findings);
    ASSERT_THAT(read.inventory->series, SizeIs(2));
    const Series& steam = read.inventory->series[0];
    EXPECT_EQ(steam.kind, rules::SeriesKind::kSteam);
    EXPECT_EQ(steam.role, rules::MeterRole::kProduction);
    EXPECT_EQ(steam.unit, "t/h");
    ASSERT_TRUE(steam.custody);
    EXPECT_EQ(steam.custody->keeper, "甲检测");
    EXPECT_EQ(steam.custody->calibrated_on, rules::parse_day("2026-01-05"));
    const Series& bypass = read.inventory->series[1];
    EXPECT_EQ(bypass.kind, rules::SeriesKind::kBypass);
    EXPECT_EQ(bypass.role, rules::MeterRole::kTreatment);
    EXPECT_FALSE(bypass.custody);
}

TEST(InventorySeries, EveryFaultIsNamedInItsPlace) {
    const ReadInventory read = read_inventory(
        with_series("S1,E1,,heat,,,,,\nS1,E1,,gas,总表,,,soon,\n,E9,,gas,,,,,\n"), "x");
    EXPECT_FALSE(read.inventory);
    EXPECT_TRUE(has_finding(read.findings, "series.csv", 2, 4, "'heat' is not a kind of series"));
    EXPECT_TRUE(has_finding(read.findings, "series.csv", 3, 5, "is not a role of a series"));
    EXPECT_TRUE(has_finding(read.findings, "series.csv", 3, 1, "stands twice; first in row 2"));
    EXPECT_TRUE(has_finding(read.findings, "series.csv", 3, 8, "'soon' is not a day"));
    EXPECT_TRUE(has_finding(read.findings, "series.csv", 4, 1, "the cell is empty"));
    EXPECT_TRUE(has_finding(read.findings, "series.csv", 4, 2, "is not an enterprise"));
}

TEST(InventorySeries, WhatChangesBetweenEditionsIsSaid) {
    const auto before = read_inventory(with_series("S1,E1,,gas,,m3,,,\n"), "a");
    const auto after =
        read_inventory(with_series("S1,E1,,gas,,m3,乙检测,,\nS2,E1,,steam,,t,,,\n"), "b");
    ASSERT_TRUE(before.inventory && after.inventory);
    const InventoryDifference difference = compare(*before.inventory, *after.inventory);
    ASSERT_THAT(difference.changes, SizeIs(2));
    EXPECT_EQ(difference.changes[0].field, "operator");
    EXPECT_EQ(difference.changes[1].kind, ChangeKind::kCameIn);
    EXPECT_EQ(difference.changes[1].subject, ChangeSubject::kSeries);
    EXPECT_EQ(to_text(ChangeSubject::kSeries), "series");
}

}  // namespace
}  // namespace qk::plans
