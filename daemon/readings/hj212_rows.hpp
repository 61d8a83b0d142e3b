// What devices have reported over HJ 212, read back: the moments and minutes of an hour, and the
// hours that a day is held against.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/hj212/period_means.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// By factor, in the order of time; of one time the first that came stands first.
[[nodiscard]] std::map<std::string, std::vector<plans::hj212::PartValue>> list_parts(
    Session& db, const std::string& outlet, const std::string& command, const rules::Span& span);
// Whether the outlet reported by this command of any time in the span.
[[nodiscard]] bool has_reported(Session& db, const std::string& outlet, const std::string& command,
                                const rules::Span& span);
[[nodiscard]] bool has_stack_reading(Session& db, const std::string& outlet,
                                     const std::string& factor, rules::Instant t_end);
// Valid readings of the stack that end at these times.
[[nodiscard]] std::vector<double> list_normal_hours(Session& db, const std::string& outlet,
                                                    const std::string& factor,
                                                    const rules::Span& span);

}  // namespace qk::daemon
