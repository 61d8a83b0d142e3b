// An .xlsx workbook (ECMA-376) in memory -> its sheets as rows of text, within stated bounds.
//
// Shared, inline and formula strings (rich text joined, phonetic guides left out), booleans as
// "true" and "false", numbers as their shortest text, dates and times by the cell's format as ISO
// 8601. Sheets come in the order of the workbook. Formulas give the value that was stored with
// them; text of merged cells stands in each of their rows. Findings of a sheet: an error value
// (#REF!), a formula without a stored value, a number of more digits than a spreadsheet keeps, a
// filled cell far from any table; apart from them a number in merged cells (whose is it?). Part
// names are compared without case, with slashes of either kind. Old .xls files, web pages and other
// formats under the name of a workbook, passwords, DTDs, zip bombs and damaged archives are refused
// whole.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/text/xlsx_zip.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

class Workbook;

struct Sheet {
    struct Row {
        int number = 0;  // as the spreadsheet counts it, from 1
        std::size_t first = 0;
        std::size_t count = 0;
    };

    std::string name;
    bool hidden = false;
    std::vector<Row> rows;                // rows with at least one filled cell, in order
    std::vector<std::string_view> cells;  // trimmed of blanks; point into the workbook
    rules::Faults findings;  // error values and the like, place = file:sheet, row, column
    // Numbers in cells merged over rows. Whether each row has it or none is for the reader to say
    // who knows what the column means.
    rules::Faults merged_numbers;

    [[nodiscard]] std::span<const std::string_view> cells_of(const Row& row) const {
        return {cells.data() + row.first, row.count};
    }
};

class Workbook {
 public:
    Workbook() = default;
    Workbook(Workbook&&) = default;
    Workbook& operator=(Workbook&&) = default;

    std::vector<Sheet> sheets;
    // Text that the cells point to. A deque keeps its elements where they are when it grows or
    // moves.
    std::deque<std::string> strings;
};

[[nodiscard]] bool looks_like_zip(std::string_view bytes);
[[nodiscard]] rules::Result<Workbook> read_xlsx(std::string_view bytes, const std::string& file,
                                                const XlsxLimits& limits = {});

}  // namespace qk::plans
