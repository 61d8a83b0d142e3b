// `pack test` and `catalogue test`: runs the cases that a bureau wrote
// (plans/cases/rule_cases.hpp).
#pragma once

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] Command test_command(std::string_view noun);

}  // namespace qk::ctl
