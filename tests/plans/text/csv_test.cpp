#include "plans/text/csv.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

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
        if (wanted.empty() && cells.size() == 1 && plain.empty()) plain = "x";
        line += (wanted.empty() ? "" : ",") + to_csv_cell(plain);
        wanted.push_back(plain);
    }
    CsvReader reader(line, "t.csv");
    CsvRow row;
    RC_ASSERT(reader.next(row));
    RC_ASSERT(std::vector<std::string>(row.cells.begin(), row.cells.end()) == wanted);
}

TEST(Csv, AFaultQuotesACellShortAndClean) {
    EXPECT_EQ(quoted_cell("abc"), "'abc'");
    EXPECT_EQ(quoted_cell(std::string_view("a\0b\nc", 5)), "'a?b?c'");
    EXPECT_EQ(quoted_cell(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
    std::string name;
    for (int i = 0; i < 40; ++i) name += "京";
    EXPECT_EQ(quoted_cell("x" + name), "'x" + name.substr(0, 57) + "...'");
}

}  // namespace
}  // namespace qk::plans
