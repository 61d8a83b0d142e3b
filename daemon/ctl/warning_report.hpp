// qingkongctl warning report: the evaluation report of a warning, as a summary or as the page
// itself.
#pragma once

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] Command warning_report_command();

}  // namespace qk::ctl
