// An inventory from a path: a folder of CSV tables, or one .xlsx workbook.
#pragma once

#include <string>

#include "plans/inventory/read_inventory.hpp"

namespace qk::ctl {

// A refusal means that the path itself cannot be read (exit code 2); findings about what stands in
// the tables are in the answer (exit code 1 when they hold an error).
[[nodiscard]] rules::Result<plans::ReadInventory> load_inventory(
    const std::string& path, const plans::ReadOptions& options = {});

}  // namespace qk::ctl
