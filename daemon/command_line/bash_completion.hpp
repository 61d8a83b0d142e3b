// The script that lets bash complete a program's commands, options and their values.
#pragma once

#include <string>

#include "daemon/command_line/command_line.hpp"

namespace qk::command_line {

[[nodiscard]] std::string bash_completion(const Command& program);

}  // namespace qk::command_line
