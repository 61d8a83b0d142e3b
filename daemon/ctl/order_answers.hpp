// qingkongctl order, what a person says to an answer: told on the telephone, overruled, and what is
// answered to a refusal.
#pragma once

#include <vector>

#include "daemon/command_line/command_line.hpp"

namespace qk::ctl {

[[nodiscard]] std::vector<command_line::Command> order_answer_commands();

}  // namespace qk::ctl
