// The empty workbook a bureau fills in: a sheet a table with Chinese headers, and a legend of every
// column. Filled in, it is read as it stands.
#pragma once

#include <string>

namespace qk::plans {

[[nodiscard]] std::string empty_inventory_workbook();  // bytes of an .xlsx

}  // namespace qk::plans
