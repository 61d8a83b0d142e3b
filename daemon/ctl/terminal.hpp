// What is asked of the person at the terminal. Without a terminal nobody is asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qk::ctl {

// Whether somebody can be asked: standard input is a terminal.
[[nodiscard]] bool can_ask();

// Reads a line that is not shown while it is typed; empty where there is no terminal or nothing
// came.
[[nodiscard]] std::optional<std::string> ask_secret(std::string_view prompt);

// Whether the person types "yes" (or 是).
[[nodiscard]] bool ask_yes(std::string_view question);

}  // namespace qk::ctl
