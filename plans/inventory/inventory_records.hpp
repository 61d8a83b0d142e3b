// Rows of an inventory as canonical text: one JSON array a line, first its kind, then every field
// in a fixed order. Reading is strict: a line that does not say exactly one row is refused with its
// number.
#pragma once

#include <string>
#include <string_view>

#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

// Row numbers say where a row stood in its file; they are not content.
enum class RowNumbers { kKept, kLeftOut };

[[nodiscard]] std::string records_text(const Inventory& inventory, RowNumbers rows);
// `first_line` is the number of the text's first line within `file`.
[[nodiscard]] rules::Result<Inventory> read_records(std::string_view text, const std::string& file,
                                                    int first_line);

}  // namespace qk::plans
