// CSV by RFC 4180: header row, quoted cells, CRLF, LF or CR. Rows know their line, cells their
// column, so that every fault can name its place. Nothing is converted here; cells are text.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr std::size_t kCsvColumnsMax = 1024;
inline constexpr std::size_t kCsvCellBytesMax = 1 << 20;

struct CsvRow {
    int line = 0;  // 1-based line of the row's first byte
    // Trimmed (trimmed.hpp); valid while the reader lives, of a text in pieces until its next row.
    std::vector<std::string_view> cells;
};

// A row that could not be read, with the cells before the one that is wrong (none of a text in
// pieces).
struct BrokenCsvRow {
    int line = 0;
    std::vector<std::string_view> cells;
};

// What parts the cells of a text, and where its first row begins.
struct CsvShape {
    char separator = ',';
    std::size_t begin = 0;
    int line = 1;
};
// As spreadsheets save "CSV" too: cells parted by ';', tab or '|', and the line "sep=;" above the
// header, which is none of the table's rows.
[[nodiscard]] CsvShape csv_shape(std::string_view text);
// Where a header stands in one cell: what seems to part its columns, as a cure. Else empty.
[[nodiscard]] std::string separator_cure(const CsvRow& header);

// Puts the next bytes of a text that comes in pieces; how many, 0 at its end.
using NextBytes = std::function<std::size_t(std::span<char> into)>;

// Reads row after row from text that outlives it, or from one that comes in pieces, of which no
// more is held than a piece and the row that is read. A malformed row (open quote, text after a
// closing quote, over a limit) is noted in faults(); reading goes on at the line after the one
// where the wrong cell begins, so that an open quote does not swallow the rows below it.
class CsvReader {
 public:
    CsvReader(std::string_view text, std::string file, CsvShape shape = {});
    // Its shape is csv_shape() of it; byte order marks are passed over.
    CsvReader(NextBytes next, std::string file);
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;

    // False at the end. Empty lines are skipped. `row` is reused to save allocations.
    bool next(CsvRow& row);

    [[nodiscard]] const std::string& file() const { return file_; }
    [[nodiscard]] const rules::Faults& faults() const { return faults_; }
    [[nodiscard]] const std::vector<BrokenCsvRow>& broken() const { return broken_; }
    // Place of a cell: its column is the number of the cell, counted from 1.
    [[nodiscard]] rules::Place place(const CsvRow& row, std::size_t cell) const {
        return {file_, row.line, static_cast<int>(cell) + 1};
    }

 private:
    enum class RowIs { kRead, kEmpty, kBroken };
    // Where a row begins, to go back to when its end is not in the piece.
    struct Mark {
        std::size_t at = 0;
        int line = 1;
        std::size_t faults = 0;
        std::size_t broken = 0;
    };
    struct Pieces {
        NextBytes next;
        std::string window;
    };

    RowIs read_row(CsvRow& row);
    void go_back(const Mark& mark);
    void take_piece();
    bool read_plain_cell(CsvRow& row);
    bool read_quoted_cell(CsvRow& row);
    void refuse_row(const CsvRow& row, std::string what, std::string cure);
    void skip_line();

    void end_line();

    std::string_view text_;
    std::unique_ptr<Pieces> pieces_;  // null once all of the text is there
    std::string last_window_;         // what text_ lies in then
    bool comes_in_pieces_ = false;
    bool reached_end_ = false;  // of text_, while a row was read
    std::string file_;
    char separator_ = ',';
    std::size_t at_ = 0;
    int line_ = 1;
    std::deque<std::string> unescaped_;  // cells that held doubled quotes
    rules::Faults faults_;
    std::vector<BrokenCsvRow> broken_;
};

// The header row as a lookup: names are compared after trimming, without regard to ASCII case.
class CsvHeader {
 public:
    explicit CsvHeader(const CsvRow& row);
    // Number of the first column that has one of the names.
    [[nodiscard]] std::optional<std::size_t> find(
        std::initializer_list<std::string_view> names) const;
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

 private:
    std::vector<std::string> names_;
};

// A cell as a fault quotes it: in '', cut where it is long, without control characters.
[[nodiscard]] std::string quoted_cell(std::string_view cell);

// Text of a CSV cell, quoted where RFC 4180 wants it.
[[nodiscard]] std::string to_csv_cell(std::string_view text);

}  // namespace qk::plans
