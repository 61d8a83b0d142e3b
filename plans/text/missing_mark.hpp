// What people and programs write into a cell of numbers where there is none. One list for every
// reader: what is missing in a table of air is missing in a table of meters.
#pragma once

#include <string_view>

namespace qk::plans {

// Empty, NA, N/A, #N/A, NaN, null, \N, none, -, --, —, ——, /, _, 缺测, 无 and the like, without
// regard to case. Of a trimmed cell.
[[nodiscard]] bool is_missing_mark(std::string_view cell);
// Empty, or strokes alone: a person's "not applicable" (/, —). "nan" of a program is none.
[[nodiscard]] bool is_left_out(std::string_view cell);

}  // namespace qk::plans
