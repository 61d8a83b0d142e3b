// How a spreadsheet's stored values read as text: numbers, dates by their format, escapes,
// references.
//
// Source: ECMA-376 part 1, 18.3.1.4 (cells), 18.8.30 (number formats), 22.9.2.19 (ST_Xstring).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace qk::plans {

// Column and row of "AB12", counted from 1; empty when it is no reference. Bounded by the sheet
// size of the format (16384 columns, 1048576 rows).
struct CellReference {
    std::size_t column = 0;
    int row = 0;
};
[[nodiscard]] std::optional<CellReference> parse_reference(std::string_view text);

// "AB12" of column 28 and row 12.
[[nodiscard]] std::string reference_text(std::size_t column, int row);

// Shortest text of a number, without the noise beyond the 15 digits that spreadsheets show:
// "0.30000000000000004" -> "0.3".
[[nodiscard]] std::string number_text(double value);

// Whether a number format shows a date or a time: built-in id, or the code of a custom format.
[[nodiscard]] bool is_date_format_id(int id);
[[nodiscard]] bool is_date_format_code(std::string_view code);

// Serial day -> "2026-03-31", "2026-03-31T08:00:00", or "08:00:00" below one day. Empty beyond the
// calendar of the format (1900 to 9999).
[[nodiscard]] std::optional<std::string> date_text(double serial, bool base_1904);

// "_x000D_" and the like -> the character.
[[nodiscard]] std::string without_escapes(std::string_view text);

}  // namespace qk::plans
