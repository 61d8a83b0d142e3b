// Rows of one inventory table, wherever they come from, and their cells by field with findings that
// name the place and the column. Empty cells read as empty text; nothing here knows what a row
// means.
//
// A finding's `what` begins with the column's name, because a person looks for the column by name
// and a program by number.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/fields.hpp"
#include "plans/text/csv.hpp"
#include "plans/text/identifier.hpp"
#include "rules/base/fault_list.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

class Workbook;  // plans/text/xlsx_reader.hpp
struct Sheet;

// Where rows come from. Cells stay valid as long as the source.
class RowSource {
 public:
    virtual ~RowSource() = default;
    // False at the end; rows without any cell are skipped.
    virtual bool next(CsvRow& row) = 0;
    [[nodiscard]] virtual const std::string& place() const = 0;  // file or sheet
    [[nodiscard]] virtual const rules::Faults& faults() const = 0;
    [[nodiscard]] virtual std::size_t row_estimate() const = 0;  // for reserving memory only
    // Rows that could not be read, with the cells before the wrong one. Complete at the end.
    [[nodiscard]] virtual const std::vector<BrokenCsvRow>& broken() const;
    // Whether a row with fewer cells than the header has is a fault: in a CSV file, not in a sheet.
    [[nodiscard]] virtual bool wants_full_rows() const { return false; }
    // Whether a cell may hold characters that nobody sees; they are looked for only then.
    [[nodiscard]] virtual bool may_hold_unseen() const { return true; }
    // What such a character is. In an edition that was taken in before they were looked for, it is
    // said only; a control character was always an error.
    void set_unseen_is(rules::Severity severity) { unseen_is_ = severity; }
    [[nodiscard]] rules::Severity unseen_is() const { return unseen_is_; }

 private:
    rules::Severity unseen_is_ = rules::Severity::kError;
};

class CsvRowSource : public RowSource {
 public:
    CsvRowSource(std::string utf8, std::string file);
    bool next(CsvRow& row) override { return reader_.next(row); }
    [[nodiscard]] const std::string& place() const override { return reader_.file(); }
    [[nodiscard]] const rules::Faults& faults() const override { return reader_.faults(); }
    [[nodiscard]] std::size_t row_estimate() const override;
    [[nodiscard]] const std::vector<BrokenCsvRow>& broken() const override {
        return reader_.broken();
    }
    [[nodiscard]] bool wants_full_rows() const override { return true; }
    [[nodiscard]] bool may_hold_unseen() const override { return may_hold_unseen_; }

 private:
    std::string text_;
    CsvReader reader_;
    bool may_hold_unseen_ = false;
};

class SheetRowSource : public RowSource {
 public:
    SheetRowSource(std::shared_ptr<const Workbook> book, std::size_t sheet, std::string place);
    bool next(CsvRow& row) override;
    [[nodiscard]] const std::string& place() const override { return place_; }
    [[nodiscard]] const rules::Faults& faults() const override { return faults_; }
    [[nodiscard]] std::size_t row_estimate() const override;

 private:
    std::shared_ptr<const Workbook> book_;
    const Sheet& sheet_;
    std::string place_;
    rules::Faults faults_;
    std::size_t at_ = 0;
};

// A number that cannot be, for every field that has no tighter limit of its own.
inline constexpr double kAbsurdNumber = 1e9;
inline constexpr std::int64_t kAbsurdKgPerDay = 1'000'000;
// Of all of a region's society together; a province emits some thousand tonnes a day.
inline constexpr std::int64_t kAbsurdSocietyKgPerDay = 100'000'000;

// A header stands in one of the first rows; above it a title may stand.
inline constexpr std::size_t kRowsAboveHeaderMax = 5;

// Of one table, and how many errors are looked for before reading it stops.
inline constexpr std::size_t kTableRowsMax = 1'000'000;
inline constexpr std::size_t kErrorsLookedForMax = 10'000;
// What a table makes room for before it is read; a file of empty lines has many that hold nothing.
inline constexpr std::size_t kRowsReservedMax = 400'000;

class TableRows {
 public:
    // Reads the header row: findings for missing, unknown and doubled columns. The rows are read
    // even where a column is missing, so that one look finds everything; what a row lacks because
    // of a missing column is not said again.
    TableRows(const TableSpec& spec, RowSource& source, rules::FaultList& findings);

    [[nodiscard]] bool usable() const { return usable_; }  // there is a header
    // Whether every required column is there, so that the rows can be compared with other tables'.
    [[nodiscard]] bool is_sound() const { return usable_ && !lacks_column_; }
    bool next();

    [[nodiscard]] int line() const { return row_.line; }
    [[nodiscard]] const std::string& place() const { return source_.place(); }
    [[nodiscard]] bool has(std::size_t field) const { return columns_[field] >= 0; }
    [[nodiscard]] std::string_view text(std::size_t field) const;
    // Column of a field, counted from 1; 0 where the table has none.
    [[nodiscard]] int column_number(std::size_t field) const { return columns_[field] + 1; }
    // A column that is not one of the table's fields: its header and its cell in this row.
    struct Extra {
        std::string_view header;
        std::size_t column = 0;
    };
    [[nodiscard]] const std::vector<Extra>& extras() const { return extras_; }
    [[nodiscard]] std::string_view extra_text(const Extra& extra) const;

    // Typed cells. An empty cell is not a finding here, a wrong one is.
    // `wrong`: what a cell is that holds none.
    [[nodiscard]] std::optional<double> number(std::size_t field, double least, double most,
                                               std::string_view cure,
                                               rules::Severity wrong = rules::Severity::kError);
    [[nodiscard]] std::optional<double> share(std::size_t field);  // 0 to 1, or percent
    // kg -> whole grams, half even; more than `most_kg` a day is an error.
    [[nodiscard]] std::int64_t grams(std::size_t field, std::int64_t most_kg = kAbsurdKgPerDay);
    [[nodiscard]] bool yes(std::size_t field);

    // An id in the row's cell, held against every place where it is used; false with an error. A
    // wrong one may be a warning only, in what was taken in before ids were checked.
    bool is_good_id(std::size_t field, IdUse use, rules::Severity wrong);

    void error(std::size_t field, std::string_view what, std::string_view cure = {});
    void warn(std::size_t field, std::string_view what, std::string_view cure = {});
    void note(std::size_t field, std::string_view what, std::string_view cure = {});

 private:
    bool take_row();
    [[nodiscard]] bool find_header(CsvRow& header);
    void read_header();
    void assign_columns(const CsvRow& header);
    void check_cells();
    bool is_over();
    void add(rules::Severity severity, std::size_t field, std::string_view what,
             std::string_view cure);

    const TableSpec& spec_;
    RowSource& source_;
    rules::FaultList& findings_;
    CsvRow row_;
    std::vector<int> columns_;  // by field; -1: not there
    std::vector<Extra> extras_;
    std::vector<std::string> headers_;
    std::vector<CsvRow> looked_at_;  // rows read while the header was looked for
    std::size_t next_looked_at_ = 0;
    std::size_t rows_ = 0;
    bool is_stopped_ = false;
    bool usable_ = true;
    bool lacks_column_ = false;
};

// Empty, or what a spreadsheet has made of an id: a date of 1-2, 9.14E+17 of eighteen digits.
[[nodiscard]] std::string changed_by_spreadsheet(std::string_view id);
inline constexpr std::string_view kEnterAgain = "format the column as text and enter the id again";
// "column 'grade' (绩效等级)", as every finding about a cell begins.
[[nodiscard]] std::string column_words(const Field& field);
// "'x'", cut to a length that a line of a report can carry.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace qk::plans
