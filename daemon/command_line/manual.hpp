// The manual page of a program (man 1), made from its table of commands: roff, for man and groff.
#pragma once

#include <string>

#include "daemon/command_line/command_line.hpp"

namespace qk::command_line {

[[nodiscard]] std::string manual(const Command& program);

}  // namespace qk::command_line
