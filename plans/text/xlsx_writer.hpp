// Tables -> the bytes of an .xlsx workbook that spreadsheets open: a bold, frozen, filterable
// header row and typed cells. The same tables give the same bytes: no clock, no temporary file
// (libxlsxwriter, which Debian carries, wants both, so the few parts of the format that a table
// needs are written here).
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace qk::plans {

using XlsxCell = std::variant<std::string, double>;  // empty text: an empty cell

struct XlsxColumn {
    std::string title;
    double width = 14;  // in characters, as spreadsheets count
};

struct XlsxSheet {
    std::string name;  // cut to 31 characters; what the format forbids becomes '_'
    std::vector<XlsxColumn> columns;
    std::vector<std::vector<XlsxCell>> rows;
};

[[nodiscard]] std::string write_xlsx(const std::vector<XlsxSheet>& sheets);

// "A", "Z", "AA" of a column counted from 1.
[[nodiscard]] std::string column_letters(std::size_t column);

}  // namespace qk::plans
