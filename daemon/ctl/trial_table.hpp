// What trying other measures or grades on the inventory has shown, for people who decide on it.
#pragma once

#include <boost/json/value.hpp>

#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {

// Prints an answer that carries a trial: what changes on stderr in short, the answer on stdout
// (whole, or a row per obligation that changes). Gives the exit code.
[[nodiscard]] int show_trial(const rules::Result<OnlineAnswer>& answer, Format format);

}  // namespace qk::ctl
