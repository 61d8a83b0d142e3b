// What --help prints, Chinese first, made from the table of commands.
#pragma once

#include <string>
#include <string_view>

#include "daemon/command_line/command_line.hpp"

namespace qk::command_line {

// `path`: the command as it is typed, "qingkongctl warning sign".
[[nodiscard]] std::string help_text(const Command& command, std::string_view path);

// What could be typed there instead, and where to read more: for who typed something wrong.
[[nodiscard]] std::string hint_text(const Command& command, std::string_view path);

}  // namespace qk::command_line
