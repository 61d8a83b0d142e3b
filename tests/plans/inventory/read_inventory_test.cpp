#include "plans/inventory/read_inventory.hpp"

#include <gmock/gmock.h>
#include <iconv.h>

#include <random>

#include "plans/inventory/compare.hpp"
#include "plans/inventory/table_rows.hpp"
#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string to_gb18030(const std::string& utf8) {
    iconv_t converter = iconv_open("GB18030", "UTF-8");
    std::string out(utf8.size() * 2 + 16, '\0');
    char* in_at = const_cast<char*>(utf8.data());
    std::size_t in_left = utf8.size();
    char* out_at = out.data();
    std::size_t out_left = out.size();
    iconv(converter, &in_at, &in_left, &out_at, &out_left);
    iconv_close(converter);
    out.resize(out.size() - out_left);
    return out;
}

struct Planted {
    const char* file;
    int line;
    int column;
    const char* what;
};

// Every fault that stands in tests/plans/inventory/broken.
constexpr Planted kPlanted[] = {
    {"enterprises.csv", 3, 1, "'E01' stands twice; first in row 2"},
    {"enterprises.csv", 4, 1, "cell is empty"},
    {"enterprises.csv", 5, 2, "cell is empty"},
    {"enterprises.csv", 6, 3, "'4101' is not a county code"},
    {"enterprises.csv", 7, 5, "'E' is not a grade"},
    {"enterprises.csv", 8, 6, "'huge' is not a category"},
    {"enterprises.csv", 9, 7, "swapped"},
    {"enterprises.csv", 10, 7, "outside China"},
    {"enterprises.csv", 11, 10, "nobody can be called"},
    {"enterprises.csv", 12, 1, "wrong check character"},
    {"enterprises.csv", 13, 4, "cell is empty"},
    {"enterprises.csv", 14, 5, "3 grades for 2 trades"},
    {"enterprises.csv", 15, 8, "'abc' is not a number"},
    {"enterprises.csv", 16, 13, "'purple' is not a level"},
    {"enterprises.csv", 16, 14, "'2026-02-30' is not a date"},
    {"enterprises.csv", 17, 2, "also the name of row 2"},
    {"enterprises.csv", 18, 1, "a spreadsheet has shortened"},
    {"enterprises.csv", 19, 17, "stands under no column"},
    {"enterprises.csv", 19, 1, "has no line"},
    {"enterprises.csv", 9, 1, "cannot be verified by power"},
    {"enterprises.csv", 20, 5, "counts as ungraded"},
    {"enterprises.csv", 21, 3, "'990101' is not a county code"},
    {"enterprises.csv", 21, 8, "empty beside a filled one"},
    {"enterprises.csv", 21, 10, "'call me' is not a telephone number"},
    {"enterprises.csv", 1, 16, "'remark' is not known"},
    {"lines.csv", 3, 2, "'L1' stands twice in enterprise 'E01'"},
    {"lines.csv", 4, 1, "'E99' is not an enterprise"},
    {"lines.csv", 5, 2, "cell is empty"},
    {"lines.csv", 6, 5, "'-10' is negative"},
    {"lines.csv", 7, 7, "neither yes nor no"},
    {"lines.csv", 8, 8, "'-1' is negative"},
    {"lines.csv", 9, 9, "'nan' is not a number"},
    {"lines.csv", 10, 9, "'-1' is negative"},
    {"lines.csv", 11, 10, "'2,000' is not a number"},
    {"lines.csv", 12, 11, "more than 1000 tonnes"},
    {"lines.csv", 13, 9, "emits nothing"},
    {"lines.csv", 14, 6, "capacity without a unit"},
    {"lines.csv", 14, 12, "counts as 0"},
    {"lines.csv", 15, 4, "never closed"},
    {"measures.csv", 2, 3, "'green' is not a level"},
    {"measures.csv", 3, 4, "'pray' is not an action"},
    {"measures.csv", 4, 5, "'0.5' for a stop"},
    {"measures.csv", 5, 5, "a limit needs its ratio"},
    {"measures.csv", 6, 5, "'20' is outside 0 to 1"},
    {"measures.csv", 7, 2, "'L9' is not a line"},
    {"measures.csv", 8, 1, "'E77' is not an enterprise"},
    {"measures.csv", 9, 5, "stricter at yellow"},
    {"meters.csv", 3, 1, "'M1' stands twice"},
    {"meters.csv", 4, 3, "'L7' is not a line"},
    {"meters.csv", 5, 2, "'E88' is not an enterprise"},
    {"meters.csv", 6, 4, "'boss' is not a role"},
    {"meters.csv", 7, 6, "above the rated power of 100 kW"},
    {"meters.csv", 8, 5, "'lots' is not a number"},
    {"meters.csv", 9, 1, "cell is empty"},
    {"outlets.csv", 3, 1, "'O1' stands twice"},
    {"outlets.csv", 4, 4, "'MN0001' stands twice"},
    {"outlets.csv", 5, 4, "is not an MN"},
    {"outlets.csv", 6, 2, "'E66' is not an enterprise"},
    {"outlets.csv", 6, 5, "'gold' is not a known factor"},
    {"area_emissions.csv", 2, 3, "less than the 8.000 kg/d"},
    {"area_emissions.csv", 3, 2, "stands twice"},
    {"area_emissions.csv", 4, 2, "'ships' is not a source"},
    {"area_emissions.csv", 5, 1, "'41' is not a region code"},
};

TEST(ReadInventory, EveryPlantedFaultIsNamedWithItsPlaceAndNothingIsLoaded) {
    const ReadInventory answer =
        read_inventory(read_fixture("tests/plans/inventory/broken"), "broken");
    EXPECT_FALSE(answer.inventory.has_value());
    for (const Planted& planted : kPlanted) {
        EXPECT_TRUE(
            has_finding(answer.findings, planted.file, planted.line, planted.column, planted.what))
            << planted.file << ":" << planted.line << ":" << planted.column << " " << planted.what;
    }
}

TEST(ReadInventory, TheSampleLoadsWithoutAnyFinding) {
    const ReadInventory answer = read_inventory(sample_tables(), "sample");
    EXPECT_THAT(answer.findings, IsEmpty()) << rules::to_text(answer.findings);
    ASSERT_TRUE(answer.inventory.has_value());
    EXPECT_EQ(answer.inventory->enterprises.size(), 16u);
    EXPECT_EQ(answer.inventory->edition, "sample");
}

TEST(ReadInventory, EmissionsAreWholeGramsExactly) {
    const ReadInventory answer = read_inventory(small_tables(), "small");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_THAT(answer.inventory->lines[0].emission.grams, ElementsAre(1500, 2250, 3000, 1));
}

TEST(ReadInventory, HalfGramsGoToTheEvenOne) {
    auto tables = small_tables();
    table_named(tables, "lines.csv").bytes =
        "enterprise,id,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "E1,L1,0.0005,0.0015,0.00050001,12.34567\n";
    const ReadInventory answer = read_inventory(std::move(tables), "small");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_THAT(answer.inventory->lines[0].emission.grams, ElementsAre(0, 2, 1, 12346));
}

TEST(ReadInventory, ChineseNamesHeadersAndWordsInGb18030MeanTheSame) {
    std::vector<NamedTable> chinese{
        {"企业.csv",
         to_gb18030("统一社会信用代码,企业名称,区县代码,行业,绩效等级,企业类别,经度,纬度,"
                    "联系人,联系电话,排污许可证编号\n"
                    "E1,甲厂,410122,铸造,C级,一般,113.9,34.7,甲,0371-0000001,P1\n")},
        {"生产线.csv",
         to_gb18030("企业编号,生产线编号,生产线名称,主要装备,产能,产能单位,是否不可中断,"
                    "降负荷小时数,SO2（千克/天）,NOx（kg/d）,颗粒物(kg/天),VOCs 排放量 (kg/d)\n"
                    "E1,L1,一线,炉,10,t/d,否,1,1.5,2.25,3,0.001\n")},
        {"全社会排放量.csv", to_gb18030("行政区代码,源类,SO2(kg/d),NOx(kg/d),PM(kg/d),VOCs(kg/d)\n"
                                        "410100,工业源,10,20,30,40\n")}};
    const ReadInventory answer = read_inventory(std::move(chinese), "x");
    const ReadInventory english = read_inventory(small_tables(), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->enterprises[0].name, "甲厂");
    EXPECT_EQ(answer.inventory->enterprises[0].grade, english.inventory->enterprises[0].grade);
    EXPECT_EQ(answer.inventory->lines[0].emission, english.inventory->lines[0].emission);
    EXPECT_EQ(answer.inventory->area_emissions[0].source, Source::kIndustry);
}

TEST(ReadInventory, AMissingTableIsAnErrorOnlyWhenItMustBeThere) {
    const ReadInventory whole = read_inventory(small_tables(), "x");
    ASSERT_TRUE(whole.inventory.has_value());
    EXPECT_TRUE(has_finding(whole.findings, "x", 0, 0, "meters (用电监管) is missing"));
    auto tables = small_tables();
    tables.pop_back();
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "x", 0, 0, "area_emissions"));
}

TEST(ReadInventory, AMissingColumnIsNamedWithItsChineseName) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes = "id,name,region,industry\nE1,甲,410122,铸造\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 1, 0,
                            "column 'grade' (绩效等级) is missing"));
}

TEST(ReadInventory, TwoColumnsForOneFieldAreRefused) {
    auto tables = small_tables();
    table_named(tables, "area_emissions.csv").bytes =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d,SO2(kg/d)\n"
        "410100,industry,10,20,30,40,5\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "area_emissions.csv", 1, 7, "a second 'so2_kg_d'"));
}

// A word for a column that came later makes two of them one field.
TEST(ReadInventory, TwoColumnsForOneFieldAreOnlySaidOfAnOldEditionAndTheFieldsOwnNameIsRead) {
    ReadOptions stored;
    stored.wrong_id = rules::Severity::kWarning;
    const std::pair<const char*, int> headers_and_second[] = {
        {"region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d,SO2(kg/d)\n"
         "410100,industry,10,20,30,40,5\n",
         7},
        {"region,source,SO2(kg/d),nox_kg_d,pm_kg_d,vocs_kg_d,so2_kg_d\n"
         "410100,industry,5,20,30,40,10\n",
         3}};
    for (const auto& [bytes, second] : headers_and_second) {
        auto tables = small_tables();
        table_named(tables, "area_emissions.csv").bytes = bytes;
        const ReadInventory old = read_inventory(tables, "x", stored);
        ASSERT_TRUE(old.inventory.has_value()) << rules::to_text(old.findings);
        EXPECT_EQ(old.inventory->area_emissions.at(0).emission.kg(Emission::kSo2), 10.0);
        EXPECT_TRUE(
            has_finding(old.findings, "area_emissions.csv", 1, second, "a second 'so2_kg_d'"))
            << rules::to_text(old.findings);
        EXPECT_FALSE(read_inventory(std::move(tables), "x").inventory.has_value());
    }
}

TEST(ReadInventory, TwoEncodingsInOneFileAreNamedAtTheLine) {
    auto tables = small_tables();
    NamedTable& table = table_named(tables, "enterprises.csv");
    table.bytes += to_gb18030("E2,乙厂有限责任公司,410122,铸造,C,,,,,,\n");
    table.bytes.insert(table.bytes.find("甲厂"), "郑州市示例");
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 2, 0, "mixed encodings"));
}

TEST(ReadInventory, RowsAreGroupedByEnterpriseInTheOrderOfEnterprises) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes += "E2,乙厂,410122,铸造,C,,,,,0371-0000002,\n";
    table_named(tables, "lines.csv").bytes =
        "enterprise,id,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "E2,B,1,1,1,1\nE1,Z,1,1,1,1\nE2,A,1,1,1,1\nE1,Y,1,1,1,1\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    std::vector<std::string> ids;
    for (const Line& line : answer.inventory->lines) ids.push_back(line.enterprise + line.id);
    EXPECT_THAT(ids, ElementsAre("E1Z", "E1Y", "E2B", "E2A"));
}

TEST(ReadInventory, ALongIdleEnterpriseHasIdleLines) {
    auto tables = small_tables();
    NamedTable& table = table_named(tables, "enterprises.csv");
    table.bytes.replace(table.bytes.find(",C,"), 3, ",长期停产,");
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_TRUE(answer.inventory->lines[0].idle);
    EXPECT_EQ(answer.inventory->enterprises[0].grade.name, "ungraded");
}

TEST(ReadInventory, FurtherColumnsOfOwnMeasuresAreKept) {
    auto tables = small_tables();
    tables.push_back({"measures.csv",
                      "enterprise,line,level,action,ratio,detail,target_t_d\n"
                      "E1,L1,red,limit_load,,日投料不超过,768\n"});
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->own_measures[0].extra.at("target_t_d"), "768");
}

TEST(ReadInventory, WhatIsPossibleButUnlikelyIsAWarning) {
    auto tables = small_tables();
    NamedTable& lines = table_named(tables, "lines.csv");
    lines.bytes.replace(lines.bytes.find("no,1,1.5"), 8, "yes,,500");
    NamedTable& enterprises = table_named(tables, "enterprises.csv");
    enterprises.bytes.replace(enterprises.bytes.find("regular"), 7, "small");
    tables.push_back(
        {"meters.csv", "id,enterprise,line,role,rated_kw,idle_kw\nM1,E1,L1,总表,0,\n"});
    tables.push_back({"outlets.csv", "id,enterprise,line,mn,factors\nO1,E1,L1,,\n"});
    tables.push_back({"meter_old.csv", "x\n"});
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_TRUE(has_finding(answer.findings, "lines.csv", 2, 8, "uninterruptible"));
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 2, 6, "emit 500.000 kg/d of so2"));
    EXPECT_TRUE(has_finding(answer.findings, "meters.csv", 2, 3, "total meter with a line"));
    EXPECT_TRUE(has_finding(answer.findings, "meters.csv", 2, 5, "rated power of 0"));
    EXPECT_TRUE(has_finding(answer.findings, "outlets.csv", 2, 4, "no HJ 212 message"));
    EXPECT_TRUE(has_finding(answer.findings, "outlets.csv", 2, 5, "what the outlet measures"));
    EXPECT_TRUE(has_finding(answer.findings, "meter_old.csv", 0, 0, "is not read"));
}

TEST(ReadInventory, AnMnIsWhatDevicesSendAndAnOddLengthIsNoted) {
    auto tables = small_tables();
    tables.push_back({"outlets.csv",
                      "id,enterprise,line,mn,factors\nO1,E1,L1,ZZ_99-x,so2\nO2,E1,L1,"
                      "010000A8900016F000169DC0,so2\n"});
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->outlets[0].mn, "ZZ_99-x");
    EXPECT_TRUE(has_finding(answer.findings, "outlets.csv", 2, 4, "has 7 characters"));
    EXPECT_FALSE(has_finding(answer.findings, "outlets.csv", 3, 4, "characters"));
}

TEST(ReadInventory, ATradeOutsideTheCatalogueIsNoted) {
    ReadOptions options;
    options.knows_trade = [](std::string_view trade) { return trade == "水泥"; };
    const ReadInventory answer = read_inventory(small_tables(), "x", options);
    ASSERT_TRUE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 2, 4, "'铸造' is not a trade"));
}

TEST(ReadInventory, ALineMayHaveAnOvenHeightAndALeastLoad) {
    auto tables = small_tables();
    table_named(tables, "lines.csv").bytes =
        "enterprise,id,oven_height_m,最低安全负荷,核定基准日用电量(kWh),so2_kg_d,nox_kg_d,pm_kg_d,"
        "vocs_kg_d\nE1,J1,4.3,0.7,120000,1,1,1,1\nE1,J2,,,,1,1,1,1\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->lines[0].oven_height_cm, 430);
    EXPECT_EQ(minimum_load_of(answer.inventory->lines[0]), 0.7);
    EXPECT_EQ(answer.inventory->lines[1].oven_height_cm, 0);
    EXPECT_EQ(minimum_load_of(answer.inventory->lines[1]), std::nullopt);
    EXPECT_EQ(baseline_kwh_d_of(answer.inventory->lines[0]), 120000);
    EXPECT_EQ(baseline_kwh_d_of(answer.inventory->lines[1]), std::nullopt);

    auto wrong = small_tables();
    table_named(wrong, "lines.csv").bytes =
        "enterprise,id,minimum_load,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\nE1,J1,70,1,1,1,1\n";
    EXPECT_TRUE(
        has_finding(read_inventory(std::move(wrong), "x").findings, "lines.csv", 2, 3, "70"));
}

TEST(ReadInventory, ReasonsAndTheirDocumentsAreReadForEnterprisesAndLines) {
    auto tables = small_tables();
    NamedTable& enterprises = table_named(tables, "enterprises.csv");
    enterprises.bytes =
        "id,name,region,industry,grade,category,contact,phone,permit,加严放宽理由,加严放宽依据\n"
        "E1,甲厂,410122,铸造,C,regular,甲,0371-0000001,P1,限制类；RTO,；豫环验〔2025〕3号\n";
    NamedTable& lines = table_named(tables, "lines.csv");
    lines.bytes =
        "enterprise,id,name,equipment,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d,reasons\n"
        "E1,L1,一线,炉,1,1,1,1,未治理\n";
    const auto read = read_inventory(tables, "版");
    ASSERT_TRUE(read.inventory.has_value()) << rules::to_text(read.findings);
    const Enterprise& enterprise = read.inventory->enterprises[0];
    EXPECT_EQ(enterprise.reasons, "限制类;RTO");
    EXPECT_EQ(enterprise.reason_evidence, ";豫环验〔2025〕3号");
    EXPECT_EQ(read.inventory->lines[0].reasons, "未治理");
    EXPECT_TRUE(read.inventory->lines[0].reason_evidence.empty());
    enterprises.bytes =
        "id,name,region,industry,grade,category,contact,phone,permit,reasons,reason_evidence\n"
        "E1,甲厂,410122,铸造,C,regular,甲,0371-0000001,P1,,豫环验〔2025〕3号\n";
    EXPECT_TRUE(has_finding(read_inventory(tables, "版").findings, "enterprises.csv", 2, 10,
                            "the cell is empty beside"));
    lines.bytes.insert(lines.bytes.size() - 1, std::string(20, ';'));
    EXPECT_TRUE(
        has_finding(read_inventory(tables, "版").findings, "lines.csv", 2, 9, "too many reasons"));
}

TEST(ReadInventory, ALineMayNameOneOfItsEnterprisesTrades) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes =
        "id,name,region,industry,grade\nE1,甲厂,410122,铸造；水泥熟料,C;D\n";
    table_named(tables, "lines.csv").bytes =
        "enterprise,id,所属行业,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "E1,L1,水泥熟料,1,1,1,1\nE1,L2,,1,1,1,1\nE1,L3,玻璃,1,1,1,1\n";
    ReadOptions options;
    options.is_trade_of = [](std::string_view trade, std::string_view industry) {
        return industry.find(trade) != std::string_view::npos;
    };
    const ReadInventory answer = read_inventory(std::move(tables), "x", options);
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->lines[0].industry, "水泥熟料");
    EXPECT_TRUE(answer.inventory->lines[1].industry.empty());
    EXPECT_TRUE(has_finding(answer.findings, "lines.csv", 4, 3, "none of the enterprise's trades"));
    EXPECT_FALSE(has_finding(answer.findings, "lines.csv", 2, 3, "none of"));
}

TEST(ReadInventory, TablesReadBesideEachOtherGiveTheSameInventoryAndFindings) {
    auto tables = sample_tables();
    table_named(tables, "lines.csv").bytes +=
        "NOBODY,L1,x,炉,1,t/d,no,1,1,1,1,1\n,L2,x,炉,1,t/"
        "d,no,1,1,1,1,1\nNOBODY,L3,x,炉,-1,,?,,,,,\n";
    ReadOptions alone;
    alone.rows_beside = SIZE_MAX / 64;
    ReadOptions beside;
    beside.rows_beside = 0;
    const auto findings = [&](const ReadOptions& options) {
        return rules::to_text(read_inventory(tables, "x", options).findings);
    };
    EXPECT_EQ(findings(beside), findings(alone));
    EXPECT_NE(findings(alone).find("'NOBODY' is not an enterprise"), std::string::npos);
    const auto good = [&](const ReadOptions& options) {
        return *read_inventory(sample_tables(), "x", options).inventory;
    };
    EXPECT_TRUE(compare(good(beside), good(alone)).changes.empty());
    EXPECT_EQ(good(beside).lines.back().row, good(alone).lines.back().row);
}

TEST(ReadInventory, EmissionsAreExactToTheGramWhateverTheirDigits) {
    std::mt19937_64 random(3);
    std::vector<std::int64_t> wanted;
    auto tables = small_tables();
    std::string& lines = table_named(tables, "lines.csv").bytes;
    lines.resize(lines.find('\n') + 1);
    for (int i = 0; i < 3'000; ++i) {
        const auto decimals = static_cast<int>(random() % 8);
        std::int64_t scale = 1;
        for (int d = 0; d < decimals; ++d) scale *= 10;
        const auto whole = static_cast<std::int64_t>(random() % 1'000'000);
        std::int64_t part = decimals == 0 ? 0 : static_cast<std::int64_t>(random()) % scale;
        if (part < 0) part = -part;
        if (decimals > 3 && i % 5 == 0)
            part = part / (scale / 1000) * (scale / 1000) + scale / 2000;
        std::string text = std::to_string(whole);
        if (decimals > 0) text += "." + std::to_string(scale + part).substr(1);
        lines += "E1,L" + std::to_string(i) + ",x,炉,1,t/d,no,1," + text + ",0,0,0\n";
        // Half to even, by hand: what is below a gram against half of one.
        const std::int64_t milli = part * 1000;
        std::int64_t grams = whole * 1000 + milli / scale;
        const std::int64_t twice = 2 * (milli % scale);
        if (twice > scale || (twice == scale && grams % 2 != 0)) ++grams;
        wanted.push_back(grams);
    }
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        ASSERT_EQ(answer.inventory->lines[i].emission.grams[0], wanted[i]) << i;
    }
}

TEST(ReadInventory, EveryControlCharacterIsFoundWhereverItStands) {
    for (int code = 0; code < 0x80; ++code) {
        const bool is_control =
            (code < 0x20 && code != '\n' && code != '\r' && code != '\t') || code == 0x7F;
        if (!is_control && code != ' ' && code != '~') continue;
        for (std::size_t before = 0; before < 18; ++before) {
            auto tables = small_tables();
            std::string& bytes = table_named(tables, "enterprises.csv").bytes;
            const std::string name = std::string(before, 'x') + static_cast<char>(code) + "厂";
            bytes.replace(bytes.find("甲厂"), std::string_view("甲厂").size(), name);
            const ReadInventory answer = read_inventory(std::move(tables), "x");
            EXPECT_EQ(has_finding(answer.findings, "enterprises.csv", 2, 2, "control character"),
                      is_control)
                << code << " after " << before;
        }
    }
}

TEST(ReadInventory, AMissingColumnDoesNotHideTheOtherFaultsOfItsTable) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes =
        "id,name,region,industry,category,lon\nE1,甲,410122,铸造,vip,x\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 1, 0, "column 'grade'"));
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 2, 5, "'vip' is not a category"));
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 2, 6, "'x' is not a number"));
    EXPECT_FALSE(has_finding(answer.findings, "lines.csv", 2, 1, "no enterprise"));
}

TEST(ReadInventory, ABrokenRowOfAnEnterpriseIsNotSaidAgainByItsLines) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes += "E2,\"乙厂,410122,铸造,C,,,,,0371-0000002,\n";
    table_named(tables, "lines.csv").bytes += "E2,L1,一线,炉,10,t/d,no,1,1,1,1,1\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 3, 2, "never closed"));
    EXPECT_FALSE(has_finding(answer.findings, "lines.csv", 3, 1, "no enterprise"))
        << rules::to_text(answer.findings);
}

TEST(ReadInventory, ATitleAboveTheHeaderIsPassedOver) {
    auto tables = small_tables();
    NamedTable& lines = table_named(tables, "lines.csv");
    lines.bytes = "某市应急减排清单,,,,,,,,,,,\n" + lines.bytes;
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->lines[0].row, 3);
    EXPECT_TRUE(has_finding(answer.findings, "lines.csv", 1, 0, "above the header in row 2"));
}

TEST(ReadInventory, EverydayHeadersNameAFieldOnlyWhereNoOtherColumnDoes) {
    auto tables = small_tables();
    tables.push_back(
        {"meters.csv", "编号,企业,生产线,类型,额定功率,待机功率\nM1,E1,L1,生产,100,5\n"});
    NamedTable& lines = table_named(tables, "lines.csv");
    lines.bytes =
        "enterprise,id,SO2日排放量（千克）,氮氧化物排放量,颗粒物,VOCs(kg/日),SO2排放量(t/a)\n"
        "E1,L1,1,2,3,4,99\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_THAT(answer.inventory->lines[0].emission.grams, ElementsAre(1000, 2000, 3000, 4000));
    EXPECT_TRUE(has_finding(answer.findings, "lines.csv", 1, 7, "is not known"));
    EXPECT_EQ(answer.inventory->meters[0].role, rules::MeterRole::kProduction);
}

TEST(ReadInventory, AShareOfAStopIsAShareOfTheLines) {
    auto tables = small_tables();
    tables.push_back({"measures.csv",
                      "enterprise,line,level,action,ratio,detail\nE1,,yellow,stop,0.5,停产50%\n"
                      "E1,,red,stop,,全停\n"});
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->own_measures[0].ratio, 0.5);
    EXPECT_EQ(answer.inventory->own_measures[1].ratio, 1);
    EXPECT_TRUE(has_finding(answer.findings, "measures.csv", 2, 5, "share of the lines standing"));
}

TEST(ReadInventory, ACharacterThatNobodySeesIsRefusedWithItsPlaceAndOnlySaidOfAnOldEdition) {
    auto tables = small_tables();
    std::string& bytes = table_named(tables, "enterprises.csv").bytes;
    bytes.replace(bytes.find("甲厂"), std::string_view("甲厂").size(), "甲\u202E厂");
    const ReadInventory answer = read_inventory(tables, "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 2, 2, "第2个字符看不见（U+202E）"))
        << rules::to_text(answer.findings);
    ReadOptions stored;
    stored.wrong_id = rules::Severity::kWarning;
    const ReadInventory old = read_inventory(tables, "x", stored);
    EXPECT_TRUE(old.inventory.has_value()) << rules::to_text(old.findings);
    EXPECT_TRUE(has_finding(old.findings, "enterprises.csv", 2, 2, "U+202E"));
}

// Before the column had a meaning it stood in an edition as any other.
TEST(ReadInventory, WhatStandsInAColumnThatCameLaterIsRefusedAndOnlySaidOfAnOldEdition) {
    auto tables = small_tables();
    std::string& bytes = table_named(tables, "lines.csv").bytes;
    const std::size_t header = bytes.find('\n');
    bytes.insert(bytes.find('\n', header + 1), ",七成");
    bytes.insert(header, ",最低负荷");
    const ReadInventory answer = read_inventory(tables, "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "lines.csv", 2, 13, "is not a number"))
        << rules::to_text(answer.findings);
    ReadOptions stored;
    stored.wrong_id = rules::Severity::kWarning;
    const ReadInventory old = read_inventory(tables, "x", stored);
    ASSERT_TRUE(old.inventory.has_value()) << rules::to_text(old.findings);
    EXPECT_FALSE(minimum_load_of(old.inventory->lines[0]));
}

TEST(ReadInventory, ControlCharactersAndShortRowsAreNamedAtTheCell) {
    auto tables = small_tables();
    NamedTable& enterprises = table_named(tables, "enterprises.csv");
    enterprises.bytes += std::string("E2,乙\0厂,410122,铸造,C,regular,,,,0371-0000002,\n", 52);
    NamedTable& lines = table_named(tables, "lines.csv");
    lines.bytes += "E1,L2,二线,炉,10,t/d,no,1,1,1\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_FALSE(answer.inventory.has_value());
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 3, 2, "control character"))
        << rules::to_text(answer.findings);
    EXPECT_TRUE(has_finding(answer.findings, "lines.csv", 3, 11, "10 cells, the header 12"));
}

TEST(ReadInventory, AnExemptionThatIsOverIsNamed) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes =
        "id,name,region,industry,grade,phone,exempt_class,exempt_until,exempt_evidence\n"
        "E1,甲厂,410122,铸造,C,0371-0000001,重点项目,2025-03-31,文号\n";
    ReadOptions options;
    options.today = rules::parse_day("2025-04-01");
    const ReadInventory over = read_inventory(tables, "x", options);
    EXPECT_TRUE(has_finding(over.findings, "enterprises.csv", 2, 8, "is over"));
    options.today = rules::parse_day("2025-03-31");
    EXPECT_FALSE(has_finding(read_inventory(tables, "x", options).findings, "enterprises.csv", 2, 8,
                             "is over"));
}

TEST(ReadInventory, MoreThanThePermitAllowsIsNamed) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes =
        "id,name,region,industry,grade,phone,permit,permit_so2_t_a,permit_nox_t_a\n"
        "E1,甲厂,410122,铸造,C,0371-0000001,P1,0.5,1\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    // 1.5 kg/d is 547.5 kg a year; 2.25 kg/d is 821 kg.
    EXPECT_TRUE(has_finding(answer.findings, "enterprises.csv", 2, 8, "0.5 t/a of so2"));
    EXPECT_FALSE(has_finding(answer.findings, "enterprises.csv", 2, 9, "t/a of nox"));
}

TEST(ReadInventory, AnIdThatASpreadsheetChangedIsNamedAsThat) {
    for (const auto* id : {"2026-01-02", "1月2日", "2-Jan"}) {
        EXPECT_THAT(changed_by_spreadsheet(id), testing::HasSubstr("is a date")) << id;
    }
    EXPECT_THAT(changed_by_spreadsheet("9.14101E+17"), testing::HasSubstr("digits are lost"));
    for (const auto* id : {"1-2", "L1", "1号", "2-Kiln", "12-abc", "E+1", "2026-01", "月日"}) {
        EXPECT_EQ(changed_by_spreadsheet(id), "") << id;
    }
    auto tables = small_tables();
    std::string& lines = table_named(tables, "lines.csv").bytes;
    const std::size_t id = lines.find(",", lines.find('\n')) + 1;
    lines.replace(id, lines.find(",", id) - id, "2026-01-02");
    EXPECT_TRUE(has_finding(read_inventory(std::move(tables), "x").findings, "lines.csv", 2, 2,
                            "a spreadsheet made of an id"));
}

TEST(ReadInventory, AReferenceThatASpreadsheetChangedIsNamedAsThat) {
    auto tables = small_tables();
    tables.push_back({"measures.csv",
                      "enterprise,line,level,action,ratio,detail\n"
                      "E1,2026-01-02,orange,stop,1,停产\n9.14101E+17,L1,orange,stop,1,停产\n"});
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_TRUE(has_finding(answer.findings, "measures.csv", 2, 2, "made of an id"));
    EXPECT_TRUE(has_finding(answer.findings, "measures.csv", 3, 1, "digits are lost"));
}

TEST(ReadInventory, FullWidthDigitsAreNumbers) {
    auto tables = small_tables();
    std::string& lines = table_named(tables, "lines.csv").bytes;
    lines.replace(lines.find("1.5,"), 3, "５０．５");
    lines.replace(lines.find("10,t/d"), 2, "１０");
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    ASSERT_TRUE(answer.inventory) << rules::to_text(answer.findings);
    EXPECT_EQ(answer.inventory->lines.at(0).emission.grams[0], 50'500);
    EXPECT_EQ(answer.inventory->lines.at(0).capacity, 10);
}

TEST(ReadInventory, SumsAndRemarksBelowATableAreNotRead) {
    auto tables = small_tables();
    std::string& lines = table_named(tables, "lines.csv").bytes;
    if (!lines.ends_with('\n')) lines += '\n';
    const auto rows = std::ranges::count(lines, '\n');
    lines += "合计\n注：本表由企业填报\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_TRUE(answer.inventory);
    EXPECT_TRUE(has_finding(answer.findings, "lines.csv", static_cast<int>(rows) + 1, 0,
                            "'合计' is a sum or a remark"));
}

TEST(ReadInventory, AStrokeInANumberMeansThatItIsLeftOut) {
    auto tables = small_tables();
    table_named(tables, "enterprises.csv").bytes =
        "id,name,region,industry,grade,category,lon,lat\nE1,甲,410122,铸造,C,regular,/,—\n";
    EXPECT_FALSE(has_finding(read_inventory(std::move(tables), "x").findings, "enterprises.csv", 2,
                             7, "is not a number"));
}

}  // namespace
}  // namespace qk::plans
