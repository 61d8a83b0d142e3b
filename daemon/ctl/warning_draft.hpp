// qingkongctl warning draft: what the last signature would send out, before anybody signs.
#pragma once

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] Command warning_draft_command();

}  // namespace qk::ctl
