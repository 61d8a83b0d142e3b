// An inventory from a path: a folder of CSV tables, or one .xlsx workbook.
#pragma once

#include <optional>
#include <string>

#include "plans/inventory/column_map.hpp"
#include "plans/inventory/read_inventory.hpp"

namespace qk::ctl {

// A refusal means that the path itself cannot be read (exit code 2); findings about what stands in
// the tables are in the answer (exit code 1 when they hold an error).
[[nodiscard]] rules::Result<plans::ReadInventory> load_inventory(
    const std::string& path, const plans::ReadOptions& options = {});

// The same of a bureau's own sheets, by a map that somebody has confirmed.
[[nodiscard]] rules::Result<plans::ReadInventory> load_mapped_inventory(
    const std::string& path, const plans::ColumnMap& map, const plans::ReadOptions& options = {});

// Either of the two: `map` is the path of a confirmed map, where there is one.
[[nodiscard]] rules::Result<plans::ReadInventory> load_inventory_as(
    const std::string& path, const std::optional<std::string>& map,
    const plans::ReadOptions& options);

// A workbook, a folder of CSV tables or one CSV table as sheets.
[[nodiscard]] rules::Result<plans::Workbook> load_sheets(const std::string& path);

}  // namespace qk::ctl
