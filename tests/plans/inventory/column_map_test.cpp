#include "plans/inventory/column_map.hpp"

#include <gmock/gmock.h>

#include "plans/inventory/compare.hpp"
#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

// A bureau's list: title row, one row a line, the enterprise's cells merged, names of its own.
std::vector<NamedTable> bureau_tables() {
    return {
        {"2026年清单.csv",
         "示例市应急减排清单,,,,,,,,,,\n"
         "序号,单位名称,企业统一社会信用代码,县区,所属行业类别,企业绩效等级,生产线编号,"
         "生产工序名称,"
         "SO2日排放量（kg/天）,NOx日排放量（kg/天）,颗粒物日排放量（kg/天）,VOCs日排放量（kg/天）\n"
         "1,甲厂,E1,示例县,铸造,C级,L1,一线,1,2,3,4\n"
         ",,,,,,L2,二线,1.5,2,3,4\n"
         "2,乙厂,E2,示例县,家具,D级,L1,喷漆,0,0,1,4\n"},
        {"全社会.csv",
         "行政区划代码,排放源,SO2排放量(kg/d),NOx排放量(kg/d),颗粒物排放量(kg/d),VOCs排放量(kg/d)\n"
         "410100,工业源,10,20,30,40\n"}};
}

const TableMap& table_of_map(const ColumnMap& map, TableKind kind) {
    return *std::ranges::find(map.tables, kind, &TableMap::kind);
}

TEST(ColumnMap, ABureausSheetIsUnderstoodWithItsTitleAndItsOwnNames) {
    const ProposedMap proposal = propose_map(*workbook_of(bureau_tables()), "x");
    const TableMap& enterprises = table_of_map(proposal.map, TableKind::kEnterprises);
    EXPECT_EQ(enterprises.sheet, "2026年清单");
    EXPECT_EQ(enterprises.header_row, 2);
    EXPECT_EQ(enterprises.columns.at("id"), "企业统一社会信用代码");
    EXPECT_EQ(enterprises.columns.at("grade"), "企业绩效等级");
    EXPECT_EQ(enterprises.distinct, "id");
    const TableMap& lines = table_of_map(proposal.map, TableKind::kLines);
    EXPECT_EQ(lines.columns.at("nox_kg_d"), "NOx日排放量（kg/天）");
    EXPECT_THAT(lines.fill_down, ElementsAre("enterprise"));
    EXPECT_EQ(table_of_map(proposal.map, TableKind::kAreaEmissions).sheet, "全社会");
}

TEST(ColumnMap, TheProposalSaysHowSureItIsAndMustBeConfirmed) {
    const std::string toml = to_toml(propose_map(*workbook_of(bureau_tables()), "x"));
    EXPECT_THAT(toml,
                HasSubstr("id = \"企业统一社会信用代码\"  # 统一社会信用代码: 80%, contains"));
    const auto map = read_column_map(toml, "map.toml");
    ASSERT_FALSE(map.has_value());
    EXPECT_THAT(rules::to_text(map.error()), HasSubstr("nobody has confirmed"));
}

std::string confirmed(std::string toml) {
    const std::string empty = "confirmed_by = \"\"";
    toml.replace(toml.find(empty), empty.size(), "confirmed_by = \"张工\"");
    return toml;
}

TEST(ColumnMap, AConfirmedMapReadsTheSheetWithMergedCellsAndOwnWords) {
    std::string toml = confirmed(to_toml(propose_map(*workbook_of(bureau_tables()), "x")));
    if (const auto at = toml.find("# region = \"\""); at != std::string::npos) {
        toml.replace(at, toml.find('\n', at) - at, "region = \"县区\"");
    }
    toml += "\n[enterprises.values.region]\n\"示例县\" = \"410122\"\n";
    const auto map = read_column_map(toml, "map.toml");
    ASSERT_TRUE(map.has_value()) << rules::to_text(map.error()) << toml;
    const ReadInventory answer = read_mapped(*workbook_of(bureau_tables()), *map, "x", "edition");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    ASSERT_EQ(answer.inventory->enterprises.size(), 2u);
    EXPECT_EQ(answer.inventory->enterprises[0].region, "410122");
    ASSERT_EQ(answer.inventory->lines.size(), 3u);
    EXPECT_EQ(answer.inventory->lines[1].enterprise, "E1");
    EXPECT_EQ(answer.inventory->lines[1].emission.grams[0], 1500);
}

TEST(ColumnMap, AColumnInAnotherUnitIsNotProposedAndSaidSo) {
    auto tables = bureau_tables();
    std::string& text = tables[0].bytes;
    const std::string daily = "SO2日排放量（kg/天）";
    text.replace(text.find(daily), daily.size(), "SO2排放量(t/a)");
    const ProposedMap proposal = propose_map(*workbook_of(tables), "x");
    EXPECT_FALSE(table_of_map(proposal.map, TableKind::kLines).columns.contains("so2_kg_d"));
    EXPECT_THAT(rules::to_text(proposal.remarks), HasSubstr("is in t/a, 'so2_kg_d' wants kg/d"));
}

TEST(ColumnMap, EveryFaultOfAMapIsNamedAtItsLine) {
    const auto map = read_column_map(
        "confirmed_by = \"张工\"\n[factories]\n[enterprises]\nheader_row = 0\ncolour = 1\n"
        "[enterprises.columns]\nid = 5\nplanet = \"x\"\n",
        "map.toml");
    ASSERT_FALSE(map.has_value());
    const std::string text = rules::to_text(map.error());
    EXPECT_THAT(text, HasSubstr("map.toml:2:1: 'factories' is not a table"));
    EXPECT_THAT(text, HasSubstr("map.toml:4:14: 'header_row' is not a row"));
    EXPECT_THAT(text, HasSubstr("map.toml:5:10: 'colour' is not known"));
    EXPECT_THAT(text, HasSubstr("map.toml:7:6: 'id' is not a text"));
    EXPECT_THAT(text, HasSubstr("names no sheet"));
    EXPECT_THAT(text, HasSubstr("'planet' is not a column of enterprises"));
}

TEST(ColumnMap, WhoConfirmsItIsSomebodyWhoCanBeSeen) {
    const auto faults_with = [](const std::string& name) {
        const auto map = read_column_map("confirmed_by = \"" + name + "\"\n", "map.toml");
        return map ? std::string() : rules::to_text(map.error());
    };
    EXPECT_EQ(faults_with("张工"), "");
    for (const char* blank : {"", " ", "\u3000", "\u00A0"}) {
        EXPECT_THAT(faults_with(blank), HasSubstr("nobody has confirmed")) << blank;
    }
    EXPECT_THAT(faults_with("张\u202E工"), HasSubstr("第2个字符看不见（U+202E）"));
    EXPECT_THAT(faults_with("\u200B"), HasSubstr("U+200B"));
    EXPECT_THAT(faults_with("张工\\n李工"), HasSubstr("line break"));
    EXPECT_THAT(faults_with(std::string(201, 'x')), HasSubstr("more than 200 bytes"));
}

TEST(ColumnMap, AMapFitsTheSheetsItWasMadeForAndNamesWhatOthersLack) {
    const auto map =
        read_column_map(confirmed(to_toml(propose_map(*workbook_of(bureau_tables()), "x"))), "m");
    ASSERT_TRUE(map.has_value()) << rules::to_text(map.error());
    EXPECT_TRUE(misfits(*workbook_of(bureau_tables()), *map, "x").empty());
    auto tables = bureau_tables();
    std::string& text = tables[0].bytes;
    text.replace(text.find("企业绩效等级"), std::string("企业绩效等级").size(), "评价");
    tables[1].name = "社会.csv";
    const std::string missing = rules::to_text(misfits(*workbook_of(tables), *map, "x"));
    EXPECT_THAT(missing, HasSubstr("column '企业绩效等级' of the map (for grade) is missing"));
    EXPECT_THAT(missing, HasSubstr("sheet '全社会' of the map (for area_emissions) is missing"));
}

TEST(ColumnMap, WhoConfirmsStandsInItUnlessSomebodyDoesAlready) {
    EXPECT_EQ(confirmed_map("# x\nconfirmed_by = \"\"\n", "张\"工"),
              "# x\nconfirmed_by = \"张\\\"工\"\n");
    EXPECT_EQ(confirmed_map("confirmed_by = \"李工\"\n", "张工"), "confirmed_by = \"李工\"\n");
    EXPECT_EQ(confirmed_map("", "张工"), "");
}

TEST(ColumnMap, OnlySheetsWithNamesOfTheirOwnNeedAMap) {
    EXPECT_TRUE(has_own_names(propose_map(*workbook_of(bureau_tables()), "x")));
    EXPECT_FALSE(has_own_names(propose_map(*workbook_of(sample_tables()), "x")));
}

TEST(ColumnMap, TheInventorysOwnTablesMapToThemselves) {
    const ProposedMap proposal = propose_map(*workbook_of(sample_tables()), "x");
    EXPECT_EQ(proposal.map.tables.size(), kTableCount - 1);  // the sample has no further series
    const auto map = read_column_map(confirmed(to_toml(proposal)), "map.toml");
    ASSERT_TRUE(map.has_value()) << rules::to_text(map.error());
    const ReadInventory mapped = read_mapped(*workbook_of(sample_tables()), *map, "x", "sample");
    ASSERT_TRUE(mapped.inventory.has_value()) << rules::to_text(mapped.findings);
    const ReadInventory plain = read_inventory(sample_tables(), "sample");
    EXPECT_TRUE(compare(*mapped.inventory, *plain.inventory).changes.empty());
}

}  // namespace
}  // namespace qk::plans
