// Tables that were made to cost much, or to break what their ids are used for.
#include <gmock/gmock.h>

#include "plans/inventory/column_map.hpp"
#include "plans/text/xlsx_reader.hpp"
#include "plans/text/xlsx_zip.hpp"
#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;

std::vector<NamedTable> tables_with_ids(const std::string& enterprise, const std::string& line,
                                        const std::string& meter) {
    return {
        {"enterprises.csv", "id,name,region,industry,grade,category,phone\n\"" + enterprise +
                                "\",甲厂,410122,铸造,C,regular,0371-0000001\n"},
        {"lines.csv",
         "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n\"" +
             enterprise + "\",\"" + line + "\",一线,炉,no,1,2,3,4\n"},
        {"meters.csv", "id,enterprise,line,role,rated_kw,idle_kw\n\"" + meter + "\",\"" +
                           enterprise + "\",\"" + line + "\",production,100,5\n"},
        {"outlets.csv", "id,enterprise,line,mn,factors\n\"" + meter + "\",\"" + enterprise +
                            "\",\"" + line + "\",MN1,so2\n"},
        {"area_emissions.csv",
         "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n410100,industry,10,20,30,40\n"}};
}

TEST(HostileTables, AnIdIsTheSameWithAndWithoutBlanksThatCannotBeSeen) {
    for (const char* blank : {"\u3000", "\u00a0", "\u200b", "\ufeff", "\n"}) {
        auto tables = tables_with_ids("E1", "L1", "M1");
        tables[0].bytes.replace(tables[0].bytes.find("\"E1\""), 4,
                                "\"E1" + std::string(blank) + "\"");
        const auto read = read_inventory(std::move(tables), "t");
        EXPECT_TRUE(read.inventory) << blank;
    }
}

TEST(HostileTables, AnIdThatBreaksATopicIsAnErrorWithItsPlaceAndCure) {
    for (const std::string bad :
         {"A#1", "A+", "a/b", "$x", "=1", "A\u00a01", "_x000D_A", "..", "A@1"}) {
        const auto good = read_inventory(tables_with_ids("E1", "L1", "M1"), "t");
        ASSERT_TRUE(good.inventory);
        const auto read = read_inventory(tables_with_ids(bad, "L1", bad), "t");
        EXPECT_FALSE(read.inventory) << bad;
        EXPECT_TRUE(has_finding(read.findings, "enterprises.csv", 2, 1, "column 'id'")) << bad;
        EXPECT_TRUE(has_finding(read.findings, "meters.csv", 2, 1, "column 'id'")) << bad;
        EXPECT_TRUE(has_finding(read.findings, "outlets.csv", 2, 1, "column 'id'")) << bad;
        for (const rules::Fault& fault : read.findings) {
            EXPECT_TRUE(fault.severity != rules::Severity::kError || !fault.cure.empty());
        }
    }
    EXPECT_TRUE(read_inventory(tables_with_ids("E1", "1#", "M1"), "t").inventory);
    const auto line = read_inventory(tables_with_ids("E1", "1/2", "M1"), "t");
    EXPECT_TRUE(has_finding(line.findings, "lines.csv", 2, 2, "'/'"));
}

// An edition of before: the daemon must start with it.
TEST(HostileTables, AnIdMayBeForgivenWhereItWasTakenInBefore) {
    ReadOptions options;
    options.wrong_id = rules::Severity::kWarning;
    const auto read = read_inventory(tables_with_ids("A#1", "L1", "1#总表"), "t", options);
    ASSERT_TRUE(read.inventory);
    EXPECT_TRUE(has_finding(read.findings, "meters.csv", 2, 1, "holds '#'"));
}

TEST(HostileTables, ManyWrongRowsAreABoundedAnswer) {
    auto tables = tables_with_ids("E1", "L1", "M1");
    std::string& rows = tables[1].bytes;
    for (int i = 0; i < 30'000; ++i) rows += "E9,L,x,y,perhaps,-1,a,b,1e400\n";
    const auto read = read_inventory(std::move(tables), "t");
    EXPECT_FALSE(read.inventory);
    EXPECT_LE(read.findings.size(), 3 * rules::FaultList::kKeptMax + 10);
    std::string last;
    for (const rules::Fault& fault : read.findings) last += fault.what + "\n";
    EXPECT_THAT(last, HasSubstr("reading stops here: too many errors"));
    EXPECT_THAT(last, HasSubstr("more errors"));
}

TEST(HostileTables, RowsThatCannotBeReadAreABoundedAnswer) {
    auto tables = tables_with_ids("E1", "L1", "M1");
    for (int i = 0; i < 20'000; ++i) tables[0].bytes += "\"a\"b,c\n";
    const auto read = read_inventory(std::move(tables), "t");
    EXPECT_FALSE(read.inventory);
    EXPECT_LE(read.findings.size(), 2 * rules::FaultList::kKeptMax);
}

TEST(HostileTables, EmptyLinesMakeNoRoom) {
    auto tables = tables_with_ids("E1", "L1", "M1");
    tables[1].bytes += std::string(5'000'000, '\n');
    EXPECT_TRUE(read_inventory(std::move(tables), "t").inventory);
}

TEST(HostileTables, ATableOfTooManyCellsIsNoWorkbook) {
    std::string commas = "a\n";
    for (int i = 0; i < 4100; ++i) commas += std::string(999, ',') + "x\n";
    const auto book = workbook_of({{"a.csv", commas}});
    ASSERT_FALSE(book);
    EXPECT_THAT(rules::to_text(book.error()), HasSubstr("cells"));
}

std::string relation(const std::string& id, const std::string& type, const std::string& target) {
    return "<Relationship Id=\"" + id + "\" Type=\"http://x/" + type + "\" Target=\"" + target +
           "\"/>";
}

std::string refusal_of(const std::vector<ZipPart>& parts, const XlsxLimits& limits = {}) {
    const auto book = read_xlsx(write_zip(parts), "t.xlsx", limits);
    return book ? std::string() : rules::to_text(book.error());
}

// A small file that costs as much as a large one.
TEST(HostileTables, APartIsReadOnceHoweverOftenItIsNamed) {
    std::string sheets, relations;
    for (int i = 0; i < 200; ++i) {
        const std::string id = "r" + std::to_string(i);
        sheets += "<sheet name=\"s" + id + "\" id=\"" + id + "\"/>";
        relations += relation(id, "worksheet", i % 2 == 0 ? "s.xml" : "/xl/s.xml");
    }
    const std::string cells = "<w><row><c t=\"str\"><v>x</v></c></row></w>";
    EXPECT_THAT(refusal_of({{"xl/workbook.xml", "<w>" + sheets + "</w>"},
                            {"xl/_rels/workbook.xml.rels", "<r>" + relations + "</r>"},
                            {"xl/s.xml", cells}}),
                HasSubstr("is named twice"));
}

TEST(HostileTables, WhatAWorkbookInflatesToIsBoundedOverAllParts) {
    std::string sheets, relations;
    std::vector<ZipPart> parts;
    for (int i = 0; i < 20; ++i) {
        const std::string id = "r" + std::to_string(i);
        sheets += "<sheet name=\"s" + id + "\" id=\"" + id + "\"/>";
        relations += relation(id, "worksheet", id + ".xml");
        parts.push_back({"xl/" + id + ".xml", "<w>" + std::string(100'000, ' ') + "</w>"});
    }
    parts.push_back({"xl/workbook.xml", "<w>" + sheets + "</w>"});
    parts.push_back({"xl/_rels/workbook.xml.rels", "<r>" + relations + "</r>"});
    EXPECT_EQ(refusal_of(parts), "");
    XlsxLimits limits;
    limits.total_bytes_max = std::size_t{1} << 20;
    EXPECT_THAT(refusal_of(parts, limits), HasSubstr("over 1 MiB when inflated"));
}

TEST(HostileTables, EachLimitOfAWorkbookIsNamed) {
    const auto book = [](const std::string& sheet, const std::string& more_relations = "",
                         const std::string& styles = "") {
        return std::vector<ZipPart>{
            {"xl/workbook.xml", "<w><sheet name=\"s\" id=\"r\"/></w>"},
            {"xl/_rels/workbook.xml.rels", "<r>" + relation("r", "worksheet", "s.xml") +
                                               relation("t", "styles", "t.xml") + more_relations +
                                               "</r>"},
            {"xl/t.xml", "<w>" + styles + "</w>"},
            {"xl/s.xml", "<w>" + sheet + "</w>"}};
    };
    XlsxLimits limits;
    limits.text_bytes_max = 1000;
    limits.relations_max = 10;
    limits.formats_max = 10;
    limits.element_bytes_max = 100'000;
    std::string many, formats;
    for (int i = 0; i < 20; ++i) {
        many += relation("x" + std::to_string(i), "theme", "x");
        formats += "<numFmt numFmtId=\"" + std::to_string(i) + "\" formatCode=\"0\"/>";
    }
    const std::string text(600, 'x');
    const std::string cell = "<row><c t=\"str\"><v>" + text + "</v></c></row>";
    EXPECT_EQ(refusal_of(book(cell), limits), "");
    EXPECT_THAT(refusal_of(book(cell + cell), limits), HasSubstr("more text than"));
    EXPECT_THAT(refusal_of(book(cell, many), limits), HasSubstr("more than 10 relations"));
    EXPECT_THAT(refusal_of(book(cell, "", formats), limits), HasSubstr("more than 10 formats"));
    EXPECT_THAT(refusal_of(book("<row r=\"1\" x=\"" + std::string(400'000, 'y') + "\"/>"), limits),
                HasSubstr("an element of more than"));
}

}  // namespace
}  // namespace qk::plans
