// Goal: what one row cannot show is named before it decides: ids that people take for each other,
// powers that are off by a thousand, more parts of a plant than a plan weighs. Method: small
// tables.
#include "plans/inventory/check_inventory.hpp"

#include <gtest/gtest.h>

#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

// One enterprise with these rows of lines and meters.
rules::Faults findings_of(const std::string& lines, const std::string& meters = {},
                          ReadOptions options = {}) {
    auto tables = small_tables();
    table_named(tables, "lines.csv").bytes =
        "enterprise,id,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d,baseline_kwh_d,reasons,"
        "reason_evidence\n" +
        lines;
    if (!meters.empty()) {
        tables.push_back({"meters.csv", "id,enterprise,line,role,rated_kw,idle_kw\n" + meters});
    }
    return read_inventory(std::move(tables), "x", options).findings;
}

TEST(CheckInventory, LinesThatDifferInCaseOrWidthOnlyAreNamed) {
    const rules::Faults found =
        findings_of("E1,L1,1,1,1,0,,,\nE1,l1,1,1,1,0,,,\nE1,Ｌ１,1,1,1,0,,,\nE1,L2,1,1,1,0,,,\n");
    EXPECT_TRUE(has_finding(found, "lines.csv", 3, 2, "'l1' and 'L1'")) << rules::to_text(found);
    EXPECT_FALSE(has_finding(found, "lines.csv", 5, 2, "differ in case"));
    for (const rules::Fault& one : found) {
        if (one.what.find("differ in case") == std::string::npos) continue;
        EXPECT_EQ(one.severity, rules::Severity::kWarning);
    }
}

TEST(CheckInventory, ALineThatIsMeantButWrittenOtherwiseIsNamed) {
    const rules::Faults found = findings_of("E1,L1,1,1,1,0,,,\n",
                                            "M1,E1,Ｌ1,production,40,\nM2,E1,l1,production,40,\n"
                                            "M3,E1,L7,production,40,\n");
    EXPECT_TRUE(has_finding(found, "meters.csv", 2, 3, "'L1' is, and differs"));
    EXPECT_TRUE(has_finding(found, "meters.csv", 3, 3, "'L1' is, and differs"));
    EXPECT_TRUE(has_finding(found, "meters.csv", 4, 3, "'L7' is not a line"));
    EXPECT_FALSE(has_finding(found, "meters.csv", 4, 3, "differs"));
}

TEST(CheckInventory, ACellThatWasLeftFarBelowATableIsNamedAndNotRead) {
    const auto far = [](int blank, const std::string& row) {
        return findings_of("E1,L1,1,1,1,0,,,\n" +
                           std::string(static_cast<std::size_t>(blank), '\n') + row + "\n");
    };
    const rules::Faults stray = far(150, ",,,7");
    EXPECT_TRUE(has_finding(stray, "lines.csv", 153, 4, "'7' stands alone 151 rows below"))
        << rules::to_text(stray);
    EXPECT_FALSE(rules::has_errors(stray)) << rules::to_text(stray);
    EXPECT_TRUE(rules::has_errors(far(2, ",,,7"))) << "a row of the table that lacks its id";
    EXPECT_TRUE(rules::has_errors(far(150, "E9,L9,1,1,1,0,,,"))) << "a whole row is read";
}

TEST(CheckInventory, PowersThatAreOffByAThousandAreNamed) {
    const rules::Faults found = findings_of("E1,L1,1,1,1,0,,,\n",
                                            "M0,E1,,total,500,\nM1,E1,L1,production,0.04,\n"
                                            "M2,E1,L1,production,1500000,\n"
                                            "M3,E1,L1,production,40000,\n"
                                            "M4,E1,L1,production,400,\nM5,E1,L1,treatment,0.75,\n");
    EXPECT_TRUE(has_finding(found, "meters.csv", 3, 5, "0.04 kW is 40 W")) << rules::to_text(found);
    EXPECT_TRUE(has_finding(found, "meters.csv", 4, 5, "1500 MW"));
    EXPECT_TRUE(has_finding(found, "meters.csv", 5, 5, "total meter of the enterprise"));
    EXPECT_FALSE(has_finding(found, "meters.csv", 6, 5, "off by a thousand"));
    EXPECT_FALSE(has_finding(found, "meters.csv", 7, 5, "off by a thousand"));
    const rules::Faults beyond =
        findings_of("E1,L1,1,1,1,0,,,\n", "M1,E1,L1,production,40000000,\n");
    EXPECT_TRUE(has_finding(beyond, "meters.csv", 2, 5, "40000000")) << rules::to_text(beyond);
}

TEST(CheckInventory, ADayThatItsMetersCannotUseIsNamed) {
    const std::string meter = "M1,E1,L1,production,400,\n";  // 9600 kWh a day at full power
    EXPECT_TRUE(has_finding(findings_of("E1,L1,1,1,1,0,8000000,,\n", meter), "lines.csv", 2, 7,
                            "8000000 kWh a day"));
    EXPECT_TRUE(
        has_finding(findings_of("E1,L1,1,1,1,0,8,,\n", meter), "lines.csv", 2, 7, "8 kWh a day"));
    EXPECT_FALSE(
        has_finding(findings_of("E1,L1,1,1,1,0,8000,,\n", meter), "lines.csv", 2, 7, "kWh a day"));
}

TEST(CheckInventory, MoreKindsOfReasonsOnTheLinesOfOnePlantThanAPlanWeighsAreRefused) {
    const auto lines = [](std::size_t count) {
        std::string rows;
        for (std::size_t i = 0; i < count; ++i) {
            rows += "E1,L" + std::to_string(i) + ",1,1,1,0,,限制类,文件" + std::to_string(i) + "\n";
        }
        return rows;
    };
    EXPECT_FALSE(rules::has_errors(findings_of(lines(kLineReasonsMax))));
    EXPECT_TRUE(has_finding(findings_of(lines(kLineReasonsMax + 1)), "lines.csv",
                            static_cast<int>(kLineReasonsMax) + 2, 8, "different reasons"));
    ReadOptions stored;
    stored.wrong_id = rules::Severity::kWarning;
    EXPECT_FALSE(rules::has_errors(findings_of(lines(kLineReasonsMax + 1), "", stored)))
        << "an edition in use is still read";
}

}  // namespace
}  // namespace qk::plans
