// What everybody may read of what enterprises owe: the city's list, and the board at a plant's
// gate.
#pragma once

#include "plans/documents/obligation_documents.hpp"

namespace qk::plans {

// The city's public list (应急减排清单公示): county, enterprise, trade, grade, and the measure at
// each level. Columns as published lists have them (handbook 3.2); contact data of persons is not
// in it.
[[nodiscard]] XlsxSheet public_list_sheet(const DocumentSource& source);
[[nodiscard]] std::string public_list_html(const DocumentSource& source);

// The board at the plant's gate (公示牌): who, which grade, what is done at each level, whom to
// call.
//
// Plants with simple processes, or that stop whole plants or lines, may have only this
// (handbook 3.3).
[[nodiscard]] std::string public_board_html(const DocumentSource& source, std::size_t enterprise);

}  // namespace qk::plans
