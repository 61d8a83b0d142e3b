// Goal: a line that is taken at once has the cells that reading it cell by cell finds, and every
// other one is left. Method: lines of every length around the blocks, each mark at every place.
#include "plans/text/csv_line.hpp"

#include <gmock/gmock.h>

#include <random>

#include "plans/text/csv.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;

// Far enough from the end of the text that a line may be taken at once.
const std::string kBehind(200, 'x');

TEST(CsvLine, GivesTheTrimmedCellsAndTheLengthWithItsEnd) {
    std::vector<std::string_view> cells;
    const std::string text = "a, b ,,\u3000丙\t,5\nnext" + kBehind;
    EXPECT_EQ(take_plain_line(text, ',', cells), text.find("next"));
    EXPECT_THAT(cells, ElementsAre("a", "b", "", "丙", "5"));
}

TEST(CsvLine, AnEndOfTwoBytesGoesWithTheLine) {
    std::vector<std::string_view> cells;
    const std::string text = "a;b\r\n" + kBehind;
    EXPECT_EQ(take_plain_line(text, ';', cells), 5U);
    EXPECT_THAT(cells, ElementsAre("a", "b"));
}

TEST(CsvLine, LeavesQuotesLoneReturnsAndWhatIsNearTheEnd) {
    std::vector<std::string_view> cells;
    EXPECT_EQ(take_plain_line("a,\"b\"\n" + kBehind, ',', cells), 0U);
    EXPECT_EQ(take_plain_line("a,b\rc\n" + kBehind, ',', cells), 0U);
    EXPECT_EQ(take_plain_line("a,b\n", ',', cells), 0U);
    EXPECT_EQ(take_plain_line(std::string(100'000, 'a') + "\n" + kBehind, ',', cells), 0U);
    EXPECT_EQ(take_plain_line("a,b\n" + kBehind, '"', cells), 0U);
    const std::string many = std::string(2000, ',') + "\n" + kBehind;
    EXPECT_EQ(take_plain_line(many, ',', cells), 0U);
}

// The reader takes short tables cell by cell and long ones by lines: what stands behind a table
// must not change what its rows are.
TEST(CsvLine, RowsAreTheSameByLineAndByCell) {
    const auto rows_of = [](const std::string& text, std::size_t count) {
        CsvReader reader(text, "t.csv");
        std::vector<std::vector<std::string>> rows;
        CsvRow row;
        while (rows.size() < count && reader.next(row)) {
            rows.push_back({std::to_string(row.line)});
            for (const std::string_view cell : row.cells) rows.back().emplace_back(cell);
        }
        return rows;
    };
    std::mt19937 random(3);
    const std::string alphabet = "aaaaab,,, \r\n\n\";\xE4";
    for (int round = 0; round < 3000; ++round) {
        std::string text;
        const std::size_t size = 1 + random() % 150;
        while (text.size() < size) text += alphabet[random() % alphabet.size()];
        text += "\nend\n";
        const auto by_cell = rows_of(text, 1000);
        // An open quote is closed by nothing that follows here.
        ASSERT_EQ(rows_of(text + kBehind, by_cell.size()), by_cell) << text;
    }
}

}  // namespace
}  // namespace qk::plans
