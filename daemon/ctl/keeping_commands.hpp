// The commands that keep the whole of an installation: as a set, and a season as one file.
#pragma once

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] Command archive_command();
[[nodiscard]] Command backup_command();
[[nodiscard]] Command restore_command();

}  // namespace qk::ctl
