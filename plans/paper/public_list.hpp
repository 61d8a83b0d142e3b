// The city's public list (应急减排清单公示): county, enterprise, trade, grade, and the measure at
// each level. Columns as published lists have them (handbook 3.2); contact data of persons is not
// in it.
#pragma once

#include "plans/paper/duty_paper.hpp"

namespace qk::plans {

[[nodiscard]] XlsxSheet public_list_sheet(const PaperSource& source);
[[nodiscard]] std::string public_list_html(const PaperSource& source);

}  // namespace qk::plans
