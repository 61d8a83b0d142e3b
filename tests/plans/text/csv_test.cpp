#include "plans/text/csv.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "plans/text/trimmed.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;

TEST(Csv, QuotedCellsMayHoldCommasQuotesAndLineEnds) {
    CsvReader reader("a,\"b,\"\"c\"\"\n d\",e\r\nf,g,h\n", "t.csv");
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    EXPECT_THAT(row.cells, ElementsAre("a", "b,\"c\"\n d", "e"));
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.line, 3);
    EXPECT_FALSE(reader.next(row));
    EXPECT_TRUE(reader.faults().empty());
}

TEST(Csv, AnOpenQuoteIsNamedWithItsPlace) {
    CsvReader reader("a,b\nc,\"d\n", "t.csv");
    CsvRow row;
    while (reader.next(row)) {
    }
    ASSERT_EQ(reader.faults().size(), 1u);
    EXPECT_EQ(reader.faults()[0].place, (rules::Place{"t.csv", 2, 2}));
}

TEST(Csv, AnOpenQuoteDoesNotSwallowTheRowsBelowIt) {
    CsvReader reader("a,b\nc,\"d\ne,f\n\"g,h\",i\nj,\"k\nl,m\n", "t.csv");
    CsvRow row;
    std::vector<std::string> first_cells;
    while (reader.next(row)) first_cells.emplace_back(row.cells[0]);
    EXPECT_THAT(first_cells, ElementsAre("a", "e", "g,h", "l"));
    ASSERT_EQ(reader.faults().size(), 2u);
    EXPECT_EQ(reader.faults()[0].place, (rules::Place{"t.csv", 2, 2}));
    EXPECT_EQ(reader.faults()[1].place, (rules::Place{"t.csv", 5, 2}));
    EXPECT_THAT(reader.faults()[0].what, testing::HasSubstr("never closed"));
    ASSERT_EQ(reader.broken().size(), 2u);
    EXPECT_THAT(reader.broken()[0].cells, ElementsAre("c"));
}

TEST(Csv, EmptyLinesAreSkippedAndLastLineNeedsNoEnd) {
    CsvReader reader("a\n\n\nb", "t.csv");
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.line, 4);
    EXPECT_FALSE(reader.next(row));
}

RC_GTEST_PROP(Csv, AnyCellsComeBackAsTheyWereWritten, (const std::vector<std::string>& cells)) {
    RC_PRE(!cells.empty());
    std::string line;
    std::vector<std::string> wanted;
    for (const std::string& cell : cells) {
        std::string plain;
        for (const char c : cell) {
            if (c != '\0' && c != ' ' && c != '\t') plain += c;
        }
        plain = trimmed(plain);
        if (wanted.empty() && cells.size() == 1 && plain.empty()) plain = "x";
        line += (wanted.empty() ? "" : ",") + to_csv_cell(plain);
        wanted.push_back(plain);
    }
    CsvReader reader(line, "t.csv");
    CsvRow row;
    RC_ASSERT(reader.next(row));
    RC_ASSERT(std::vector<std::string>(row.cells.begin(), row.cells.end()) == wanted);
}

std::vector<std::string> cells_of(std::string_view text, int rows_before = 0) {
    CsvReader reader(text, "t.csv", csv_shape(text));
    CsvRow row;
    for (int i = 0; i <= rows_before; ++i) {
        if (!reader.next(row)) return {"nothing"};
    }
    return {row.cells.begin(), row.cells.end()};
}

TEST(Csv, WhatPartsTheCellsIsSeen) {
    const std::vector<std::string> wanted{"region", "time", "pm25"};
    for (const auto* text : {"region,time,pm25\nA,1,2\n", "region;time;pm25\nA;1;2,5\n",
                             "region\ttime\tpm25\nA\t1\t2\n", "region|time|pm25\n",
                             "sep=;\nregion;time;pm25\n", "\"sep=,\"\r\nregion,time,pm25\n"}) {
        EXPECT_EQ(cells_of(text), wanted) << text;
    }
    EXPECT_EQ(cells_of("空气质量；2016年\nregion,time,pm25\na,b;c;d;e;f,g\n", 1), wanted);
    EXPECT_EQ(cells_of("a,\"b;c;d;e\"\n"), (std::vector<std::string>{"a", "b;c;d;e"}));
}

TEST(Csv, ALineThatNamesTheSeparatorIsCountedAsALine) {
    const std::string_view text = "sep=,\na\n";
    CsvReader reader(text, "t.csv", csv_shape(text));
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.line, 2);
}

TEST(Csv, CarriageReturnsAloneEndLinesToo) {
    CsvReader reader("a,b\r\"x\"y,1\rc,d\r", "t.csv");
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    ASSERT_TRUE(reader.next(row));
    EXPECT_EQ(row.line, 3);
    EXPECT_EQ(row.cells[0], "c");
    ASSERT_EQ(reader.faults().size(), 1U);
    EXPECT_EQ(reader.faults()[0].place, (rules::Place{"t.csv", 2, 1}));
}

TEST(Csv, AHeaderInOneCellSaysWhatStandsBetweenItsColumns) {
    CsvReader reader("region，time，pm25\n", "t.csv");
    CsvRow row;
    ASSERT_TRUE(reader.next(row));
    EXPECT_NE(separator_cure(row).find("'，'"), std::string::npos);
    CsvReader plain("region\n", "t.csv");
    ASSERT_TRUE(plain.next(row));
    EXPECT_EQ(separator_cure(row), "");
}

TEST(Csv, WhatLooksLikeABlankIsNoPartOfACell) {
    for (const auto* cell : {"郑州\u3000", "\u00a0郑州", "郑州\u200b", "\ufeff郑州", "郑州\u200e",
                             "郑州\u2003", "\" 郑州\n\"", "郑州"}) {
        EXPECT_EQ(cells_of(std::string(cell) + ",1\n")[0], "郑州") << cell;
    }
    EXPECT_EQ(cells_of("郑\u3000州,1\n")[0], "郑\u3000州");
    EXPECT_EQ(cells_of("35\u00a0,1\n")[0], "35");
}

TEST(Csv, AFaultQuotesACellShortAndClean) {
    EXPECT_EQ(quoted_cell("abc"), "'abc'");
    EXPECT_EQ(quoted_cell(std::string_view("a\0b\nc", 5)), "'a?b?c'");
    EXPECT_EQ(quoted_cell("甲\u202E乙"), "'甲<U+202E>乙'");
    EXPECT_EQ(quoted_cell(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
    std::string name;
    for (int i = 0; i < 40; ++i) name += "京";
    EXPECT_EQ(quoted_cell("x" + name), "'x" + name.substr(0, 57) + "...'");
}

}  // namespace
}  // namespace qk::plans
