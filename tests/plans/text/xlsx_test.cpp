#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "plans/text/xlsx_cells.hpp"
#include "plans/text/xlsx_reader.hpp"
#include "plans/text/xlsx_writer.hpp"
#include "plans/text/xlsx_zip.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr const char* kTypes =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";

struct Parts {
    std::string sheet;
    std::string shared;  // <si> elements
    std::string styles;  // contents of styleSheet
    std::string book_head = "";
    std::string prolog = "";
};

// A workbook of one sheet "表" from pieces of XML, with a prefix on every element as some writers
// do.
std::string workbook(const Parts& parts) {
    const std::string ns = std::string(" xmlns=\"") + kMain + "\"";
    const auto relation = [](int id, const std::string& type, const std::string& target) {
        return "<Relationship Id=\"r" + std::to_string(id) + "\" Type=\"" + kTypes + type +
               "\" Target=\"" + target + "\"/>";
    };
    return write_zip(
        {{"_rels/.rels", "<Relationships>" + relation(1, "officeDocument", "/xl/workbook.xml") +
                             "</Relationships>"},
         {"xl/workbook.xml", "<x:workbook xmlns:x=\"" + std::string(kMain) +
                                 "\" xmlns:rel=\"u:r\">" + parts.book_head +
                                 "<x:sheets><x:sheet name=\" 表 \" sheetId=\"7\" rel:id=\"r1\"/>"
                                 "</x:sheets></x:workbook>"},
         {"xl/_rels/workbook.xml.rels",
          "<Relationships>" + relation(1, "worksheet", "../xl/worksheets/a.xml") +
              relation(2, "sharedStrings", "strings.xml") + relation(3, "styles", "styles.xml") +
              "</Relationships>"},
         {"xl/strings.xml", "<sst" + ns + ">" + parts.shared + "</sst>"},
         {"xl/styles.xml", "<styleSheet" + ns + ">" + parts.styles + "</styleSheet>"},
         {"xl/worksheets/a.xml", parts.prolog + "<worksheet" + ns + "><sheetData>" + parts.sheet +
                                     "</sheetData></worksheet>"}});
}

std::vector<std::vector<std::string>> rows_of(const Workbook& book) {
    std::vector<std::vector<std::string>> rows;
    for (const Sheet::Row& row : book.sheets.at(0).rows) {
        const auto cells = book.sheets[0].cells_of(row);
        rows.emplace_back(cells.begin(), cells.end());
    }
    return rows;
}

std::vector<std::vector<std::string>> read(const Parts& parts) {
    auto book = read_xlsx(workbook(parts), "t.xlsx");
    if (!book) return {{rules::to_text(book.error())}};
    EXPECT_EQ(book->sheets[0].name, "表");
    return rows_of(*book);
}

std::string refusal(const Parts& parts, const XlsxLimits& limits = {}) {
    const auto book = read_xlsx(workbook(parts), "t.xlsx", limits);
    return book ? "" : rules::to_text(book.error());
}

TEST(Xlsx, StringsMayBeSharedInlineOrOfAFormula) {
    EXPECT_THAT(read({.sheet = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c>"
                               "<c r=\"B1\" t=\"inlineStr\"><is><t>内联</t></is></c>"
                               "<c r=\"C1\" t=\"str\"><f>A1&amp;B1</f><v>公式</v></c></row>",
                      .shared = "<si><t>零</t></si><si><t xml:space=\"preserve\"> 一 </t></si>",
                      .styles = ""}),
                ElementsAre(ElementsAre("一", "内联", "公式")));
}

TEST(Xlsx, RichTextIsJoinedAndPhoneticGuidesAreLeftOut) {
    EXPECT_THAT(read({.sheet = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c>"
                               "<c r=\"B1\" t=\"inlineStr\"><is><r><t>甲</t></r><r><t>乙</t></r>"
                               "<rPh sb=\"0\" eb=\"1\"><t>jia</t></rPh></is></c></row>",
                      .shared = "<si><r><rPr><b/></rPr><t>水</t></r><r><t>泥</t></r>"
                                "<rPh sb=\"0\" eb=\"2\"><t>shui ni</t></rPh><phoneticPr/></si>",
                      .styles = ""}),
                ElementsAre(ElementsAre("水泥", "甲乙")));
}

TEST(Xlsx, RowsAndCellsMayBeSparseOrWithoutReference) {
    auto book = read_xlsx(workbook({.sheet = "<row r=\"3\"><c r=\"C3\"><v>5</v></c></row>"
                                             "<row r=\"5\"><c r=\"B5\" s=\"1\"/></row>"
                                             "<row><c><v>1</v></c><c><v>2</v></c></row>",
                                    .shared = "",
                                    .styles = ""}),
                          "t.xlsx");
    ASSERT_TRUE(book.has_value());
    EXPECT_THAT(rows_of(*book), ElementsAre(ElementsAre("", "", "5"), ElementsAre("1", "2")));
    EXPECT_EQ(book->sheets[0].rows[0].number, 3);
    EXPECT_EQ(book->sheets[0].rows[1].number, 6);
}

TEST(Xlsx, NumbersReadAsThePersonSawThem) {
    EXPECT_THAT(
        read({.sheet =
                  "<row><c><v>0.30000000000000004</v></c><c><v>1E-3</v></c><c><v>12.50</v></c>"
                  "<c><v>410122</v></c><c t=\"b\"><v>1</v></c><c><v>1234567890123</v></c></row>",
              .shared = "",
              .styles = ""}),
        ElementsAre(ElementsAre("0.3", "0.001", "12.5", "410122", "true", "1234567890123")));
}

TEST(Xlsx, DatesAreKnownByTheirFormat) {
    const std::string styles =
        "<numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
        "<numFmt numFmtId=\"171\" formatCode=\"0.0&quot;day&quot;;[Red]-0\"/></numFmts>"
        "<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
        "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"170\"/>"
        "<xf numFmtId=\"171\"/><xf numFmtId=\"22\"/></cellXfs>";
    const std::string sheet =
        "<row><c s=\"0\"><v>46112</v></c><c s=\"1\"><v>46112</v></c><c s=\"2\"><v>46112</v></c>"
        "<c s=\"3\"><v>46112</v></c><c s=\"4\"><v>46112.5</v></c><c s=\"1\"><v>59</v></c>"
        "<c s=\"1\"><v>61</v></c></row>";
    EXPECT_THAT(read({.sheet = sheet, .shared = "", .styles = styles}),
                ElementsAre(ElementsAre("46112", "2026-03-31", "2026-03-31", "46112",
                                        "2026-03-31T12:00:00", "1900-02-28", "1900-03-01")));
    EXPECT_THAT(read({.sheet = "<row><c s=\"1\"><v>44650</v></c></row>",
                      .shared = "",
                      .styles = styles,
                      .book_head = "<x:workbookPr date1904=\"1\"/>"}),
                ElementsAre(ElementsAre("2026-03-31")));
}

TEST(Xlsx, AnErrorValueIsAFindingWithItsPlace) {
    auto book =
        read_xlsx(workbook({.sheet = "<row r=\"4\"><c r=\"B4\" t=\"e\"><v>#REF!</v></c></row>",
                            .shared = "",
                            .styles = ""}),
                  "t.xlsx");
    ASSERT_TRUE(book.has_value());
    ASSERT_EQ(book->sheets[0].findings.size(), 1u);
    EXPECT_EQ(book->sheets[0].findings[0].place, (rules::Place{"t.xlsx:表", 4, 2}));
}

// The findings of the one sheet, "row:column what: cure" each on a line.
std::string findings(const Parts& parts, const XlsxLimits& limits = {}) {
    const auto book = read_xlsx(workbook(parts), "t.xlsx", limits);
    return book ? rules::to_text(book->sheets.at(0).findings) : rules::to_text(book.error());
}

TEST(Xlsx, AFormulaWithoutAStoredValueIsAFindingAndAnEmptyTextIsNone) {
    EXPECT_THAT(findings({.sheet = "<row r=\"2\"><c r=\"C2\"><f>SUM(1,2)</f><v/></c></row>",
                          .shared = "",
                          .styles = ""}),
                HasSubstr("t.xlsx:表:2:3: a formula without a stored value"));
    EXPECT_EQ(findings({.sheet = "<row r=\"2\"><c r=\"A2\" t=\"str\"><f>A1</f><v></v></c>"
                                 "<c r=\"B2\"><f>1+2</f><v>3</v></c><c r=\"C2\"/></row>",
                        .shared = "",
                        .styles = ""}),
              "");
}

TEST(Xlsx, ANumberThatLostDigitsIsAFinding) {
    EXPECT_THAT(findings({.sheet = "<row r=\"2\"><c r=\"A2\"><v>41000000000000000012</v></c></row>",
                          .shared = "",
                          .styles = ""}),
                HasSubstr(":2:1: '41000000000000000012' is a number of more than 15 digits"));
    EXPECT_THAT(findings({.sheet = "<row r=\"2\"><c r=\"A2\"><v>9.14E+17</v></c></row>",
                          .shared = "",
                          .styles = ""}),
                HasSubstr("format the column as text"));
    EXPECT_EQ(findings({.sheet = "<row r=\"2\"><c r=\"A2\"><v>123456789012345</v></c></row>",
                        .shared = "",
                        .styles = ""}),
              "");
}

std::string text_cell(const std::string& at, const std::string& text) {
    return "<c r=\"" + at + "\" t=\"str\"><v>" + text + "</v></c>";
}

// A sheet with ranges that are merged; merges stand behind the rows.
std::string merged_workbook(const std::string& rows, const std::string& range) {
    return workbook({.sheet = rows + "</sheetData><mergeCells><mergeCell ref=\"" + range +
                              "\"/></mergeCells><sheetData>",
                     .shared = "",
                     .styles = ""});
}

TEST(Xlsx, TextOfMergedCellsStandsInEachOfTheirRowsAndANumberInNone) {
    const std::string rows = "<row r=\"1\">" + text_cell("A1", "E1") + text_cell("B1", "L1") +
                             "</row><row r=\"2\">" + text_cell("B2", "L2") + "</row><row r=\"3\">" +
                             text_cell("B3", "L3") + "</row>";
    const auto book = read_xlsx(merged_workbook(rows, "A1:A2"), "t.xlsx");
    ASSERT_TRUE(book) << rules::to_text(book.error());
    EXPECT_THAT(rows_of(*book), ElementsAre(ElementsAre("E1", "L1"), ElementsAre("E1", "L2"),
                                            ElementsAre("", "L3")));
    const auto last =
        read_xlsx(merged_workbook("<row r=\"1\">" + text_cell("A1", "x") + text_cell("C1", "z") +
                                      "</row><row r=\"2\">" + text_cell("A2", "y") + "</row>",
                                  "C1:C2"),
                  "t.xlsx");
    ASSERT_TRUE(last);
    EXPECT_THAT(rows_of(*last), ElementsAre(ElementsAre("x", "", "z"), ElementsAre("y", "", "z")));
    const auto number =
        read_xlsx(merged_workbook("<row r=\"1\"><c r=\"A1\"><v>12</v></c></row><row r=\"2\">" +
                                      text_cell("B2", "y") + "</row>",
                                  "A1:A2"),
                  "t.xlsx");
    ASSERT_TRUE(number);
    EXPECT_THAT(rules::to_text(number->sheets[0].merged_numbers),
                HasSubstr("t.xlsx:表:2:1: the cell is merged with A1, which holds '12'"));
}

TEST(Xlsx, AFilledCellFarFromTheTableIsNamedAndNotRead) {
    const Parts parts{.sheet = "<row r=\"1\">" + text_cell("A1", "id") +
                               "</row><row r=\"1048550\">" + text_cell("XFD1048550", "2") +
                               "</row>",
                      .shared = "",
                      .styles = ""};
    EXPECT_THAT(read(parts), ElementsAre(ElementsAre("id")));
    EXPECT_THAT(findings(parts), HasSubstr("go to XFD1048550, delete its row and column"));
}

TEST(Xlsx, BlanksThatCannotBeSeenAreNoPartOfACell) {
    EXPECT_THAT(
        read({.sheet = "<row>" + text_cell("A1", "TEST01\u00a0") +
                       text_cell("B1", "\u200bTEST01\u3000") + text_cell("C1", "TEST01_x000D_") +
                       text_cell("D1", "TEST01\n") + "</row>",
              .shared = "",
              .styles = ""}),
        ElementsAre(ElementsAre("TEST01", "TEST01", "TEST01", "TEST01")));
}

TEST(Xlsx, PartNamesAreComparedWithoutCaseAndWithSlashesOfEitherKind) {
    const std::string sheet = "<worksheet xmlns=\"" + std::string(kMain) + "\"><sheetData><row>" +
                              text_cell("A1", "id") + "</row></sheetData></worksheet>";
    const std::string book = "<workbook xmlns=\"" + std::string(kMain) +
                             "\" xmlns:r=\"u:r\"><sheets><sheet name=\"a\" sheetId=\"1\" "
                             "r:id=\"r1\"/></sheets></workbook>";
    const auto relations = [](const std::string& type, const std::string& target) {
        return "<Relationships><Relationship Id=\"r1\" Type=\"" + std::string(kTypes) + type +
               "\" Target=\"" + target + "\"/></Relationships>";
    };
    for (const auto& [slash, front] :
         {std::pair<std::string, std::string>{"\\", ""}, {"/", "/"}, {"/", ""}}) {
        const auto read = read_xlsx(
            write_zip({{front + "_RELS" + slash + ".rels",
                        relations("officeDocument", "xl\\workbook.xml")},
                       {front + "XL" + slash + "Workbook.xml", book},
                       {front + "xl" + slash + "_rels" + slash + "workbook.xml.rels",
                        relations("worksheet", "Worksheets/Sheet1.xml")},
                       {front + "xl" + slash + "worksheets" + slash + "sheet1.xml", sheet}}),
            "t.xlsx");
        ASSERT_TRUE(read) << rules::to_text(read.error());
        EXPECT_THAT(rows_of(*read), ElementsAre(ElementsAre("id")));
    }
}

TEST(Xlsx, ADocumentTypeIsRefused) {
    EXPECT_THAT(refusal({.sheet = "<row><c t=\"str\"><v>&a;</v></c></row>",
                         .shared = "",
                         .styles = "",
                         .prolog = "<!DOCTYPE w [<!ENTITY a \"b\">]>"}),
                HasSubstr("document type declaration"));
    EXPECT_THAT(
        refusal({.sheet = "<row><c t=\"str\"><v>&a;</v></c></row>", .shared = "", .styles = ""}),
        HasSubstr("undefined entity"));
}

TEST(Xlsx, EveryBoundIsAFaultThatNamesIt) {
    const Parts parts{
        .sheet = "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"ZZ1\"><v>1</v></c></row>",
        .shared = "<si><t>a</t></si><si><t>b</t></si>",
        .styles = ""};
    EXPECT_EQ(refusal(parts), "");
    XlsxLimits limits;
    limits.cells_max = 100;
    EXPECT_THAT(refusal(parts, limits), HasSubstr("more than 100 cells"));
    limits = {};
    limits.strings_max = 1;
    EXPECT_THAT(refusal(parts, limits), HasSubstr("more than 1 strings"));
    limits = {};
    limits.total_bytes_max = 100;
    EXPECT_THAT(refusal(parts, limits), HasSubstr("when inflated"));
    limits = {};
    limits.file_bytes_max = 10;
    EXPECT_THAT(refusal(parts, limits), HasSubstr("is over"));
    limits = {};
    limits.parts_max = 2;
    EXPECT_THAT(refusal(parts, limits), HasSubstr("more than 2 parts"));
}

TEST(Xlsx, ABombIsRefusedBeforeItIsInflated) {
    const Parts parts{
        .sheet = "<row><c t=\"str\"><v>" + std::string(20 << 20, 'a'), .shared = "", .styles = ""};
    XlsxLimits limits;
    limits.cell_bytes_max = std::size_t{1} << 30;
    EXPECT_THAT(refusal(parts, limits), HasSubstr("inflates to more than 300 times"));
}

TEST(Xlsx, WhatIsNoWorkbookIsNamed) {
    const auto refused = [](std::string_view bytes) {
        const auto book = read_xlsx(bytes, "t.xlsx");
        return book ? std::string() : rules::to_text(book.error());
    };
    EXPECT_THAT(refused("id,name\n"), HasSubstr("tables of CSV are given as a folder"));
    EXPECT_THAT(refused("<html><body><table><tr><td>1</td></tr></table></body></html>"),
                HasSubstr("web page"));
    EXPECT_THAT(refused(write_zip({{"xl/workbook.bin", "x"}})), HasSubstr(".xlsb"));
    EXPECT_THAT(refused(write_zip({{"content.xml", "x"}})), HasSubstr(".ods"));
    EXPECT_THAT(refused(""), HasSubstr("not a zip archive"));
    EXPECT_THAT(refused("\xD0\xCF\x11\xE0\xA1\xB1"), HasSubstr("password"));
    EXPECT_THAT(refused(write_zip({{"a.txt", "x"}})), HasSubstr("no workbook"));
    std::string damaged = workbook({.sheet = "<row/>", .shared = "", .styles = ""});
    damaged.resize(damaged.size() / 2);
    EXPECT_THAT(refused(damaged), HasSubstr("damaged"));
}

TEST(Xlsx, ReferencesAndLettersAgree) {
    for (const std::size_t column : {1u, 26u, 27u, 702u, 703u, 16384u}) {
        const auto reference = parse_reference(column_letters(column) + "12");
        ASSERT_TRUE(reference.has_value()) << column;
        EXPECT_EQ(reference->column, column);
    }
    EXPECT_FALSE(parse_reference("XFE1").has_value());
    EXPECT_FALSE(parse_reference("A0").has_value());
    EXPECT_FALSE(parse_reference("12").has_value());
}

// A reader refuses a whole workbook over one character that XML does not know.
TEST(Xlsx, WhatXmlCannotHoldIsWrittenAsAnEscape) {
    const std::string wanted = "a\x01\xEF\xBF\xBE\xEF\xBF\xBF末";
    XlsxSheet sheet{"数据", {{"甲"}}, {}};
    sheet.rows.push_back({XlsxCell(wanted)});
    const std::string bytes = write_xlsx({sheet});
    auto parts = ZipParts::open(bytes, "t.xlsx", {});
    ASSERT_TRUE(parts.has_value());
    std::string xml;
    const auto take = [&xml](std::string_view piece, bool) {
        xml += piece;
        return true;
    };
    ASSERT_TRUE(parts->inflate("xl/worksheets/sheet1.xml", take).has_value());
    EXPECT_NE(xml.find("a_x0001__xFFFE__xFFFF_末"), std::string::npos) << xml;
    auto book = read_xlsx(bytes, "t.xlsx");
    ASSERT_TRUE(book.has_value());
    EXPECT_EQ(rows_of(*book).at(1).front(), wanted);
}

RC_GTEST_PROP(Xlsx, AnyTableComesBackAsItWasWritten,
              (const std::vector<std::vector<std::string>>& table)) {
    XlsxSheet sheet{"数据", {{"甲"}, {"乙"}}, {}};
    std::vector<std::vector<std::string>> wanted{{"甲", "乙"}};
    for (const auto& row : table) {
        std::vector<XlsxCell> cells;
        std::vector<std::string> texts;
        for (const std::string& text : row) {
            std::string plain = "x";
            for (const char c : text) {
                if (static_cast<unsigned char>(c) < 0x80 && c != '\0' && c != '\r') plain += c;
            }
            plain += "_x000D_末";
            cells.emplace_back(plain);
            texts.push_back(plain);
        }
        sheet.rows.push_back(cells);
        if (!texts.empty()) wanted.push_back(texts);
    }
    const std::string bytes = write_xlsx({sheet});
    RC_ASSERT(bytes == write_xlsx({sheet}));
    auto book = read_xlsx(bytes, "t.xlsx");
    RC_ASSERT(book.has_value());
    RC_ASSERT(rows_of(*book) == wanted);
}

}  // namespace
}  // namespace qk::plans
