// The board at the plant's gate (公示牌): who, which grade, what is done at each level, whom to
// call.
//
// Plants with simple processes, or that stop whole plants or lines, may have only this
// (handbook 3.3).
#pragma once

#include "plans/paper/duty_paper.hpp"

namespace qk::plans {

[[nodiscard]] std::string public_board_html(const PaperSource& source, std::size_t enterprise);

}  // namespace qk::plans
