// The commands of qingkongctl. Each takes what was typed after its name and returns an exit code.
#pragma once

#include <string>
#include <vector>

#include "daemon/ctl/exit_code.hpp"

namespace qk::ctl {

using Arguments = std::vector<std::string>;

[[nodiscard]] int call_command(const Arguments& arguments);
[[nodiscard]] int events_command(const Arguments& arguments);
[[nodiscard]] int inventory_command(const Arguments& arguments);
[[nodiscard]] int key_command(const Arguments& arguments);
[[nodiscard]] int token_command(const Arguments& arguments);

}  // namespace qk::ctl
