// A screen that stays true: shown once, or with --watch again and again until it is interrupted.
#pragma once

#include <functional>
#include <iosfwd>

#include "daemon/command_line/command_line.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {

[[nodiscard]] command_line::Option watch_option();

// `show` writes what there is to see and gives the exit code. A first look that fails ends it; a
// later one is tried again.
[[nodiscard]] int show_or_watch(const command_line::Call& call, Format format,
                                const std::function<int(std::ostream&)>& show);

}  // namespace qk::ctl
