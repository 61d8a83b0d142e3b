// Pre-notice (预提示): when a forecast makes a level likely, who cannot stop at once and must begin
// ahead.
//
// Lists the lines marked uninterruptible that would owe a stop or a limit at that level, with the
// instant at which the ramp-down has to begin. It orders nothing; the warning itself does.
#pragma once

#include <string>
#include <vector>

#include "plans/response/obligation_table.hpp"

namespace qk::plans {

struct PreNotice {
    std::size_t enterprise = 0;  // index into the inventory
    std::size_t line = 0;
    rules::Instant begin_by{};  // start of the level less the ramp-down
    bool too_late = false;      // already past at `now`: begin at once
    std::string text;           // Chinese
};

// In order of `begin_by`, then of the inventory. `table` is the level's plan with its likely start.
[[nodiscard]] std::vector<PreNotice> pre_notices(const DeriveInput& input,
                                                 const ObligationTable& table, rules::Instant now);

}  // namespace qk::plans
