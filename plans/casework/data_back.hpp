// When data that a verdict missed have come back (数据恢复), so that nobody has to close the case
// about them by hand: 85 % of all cases were once such noise.
//
// They are back when no verdict that cannot tell speaks of the instrument any more; or when a
// silent meter has been heard again: its readings go on behind the gap and up to now. A gap that is
// never filled leaves its verdict at "cannot tell" for good, but the meter needs nobody any more.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "rules/compliance/verdict.hpp"

namespace qk::plans {

// So long behind the gap a meter must have sent, and no longer ago than that its last reading is.
// So long it must have been silent, too, before anybody is bothered: readings come late by minutes.
inline constexpr std::chrono::minutes kBackFor{60};

// Whether a finding is about data and not about conduct.
[[nodiscard]] bool is_about_data(const rules::Finding& finding);
// Whether somebody has to see to it now; a gap behind which the meter is heard asks for nothing.
[[nodiscard]] bool calls_for_a_case(const rules::Finding& finding,
                                    const std::optional<rules::Instant>& last_reading,
                                    rules::Instant now);
// `findings`: those about one instrument, of the latest verdicts that cannot tell.
[[nodiscard]] bool is_data_back(const std::vector<rules::Finding>& findings,
                                const std::optional<rules::Instant>& last_reading,
                                rules::Instant now);

}  // namespace qk::plans
