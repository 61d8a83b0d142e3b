// Findings of a check as an answer of their own: on stdout in every format, with the exit code that
// fits.
#pragma once

#include <functional>
#include <string>

#include "daemon/base/exit_code.hpp"
#include "daemon/ctl/output.hpp"
#include "rules/base/result.hpp"

namespace qk::ctl {

// {"file", "holds", "findings": [{"file", "line", "column", "severity", "what", "cure"}]};
// kNegative where an error is among them, else kHolds.
[[nodiscard]] int print_findings(Format format, const std::string& file,
                                 const rules::Faults& faults);

// `NOUN check FILE`: reads the file and prints what `find` finds wrong with it.
[[nodiscard]] int check_file(
    const std::string& path,
    const std::function<rules::Faults(const std::string& text, const std::string& path)>& find);

}  // namespace qk::ctl
