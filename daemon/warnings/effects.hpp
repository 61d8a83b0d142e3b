// What a decision causes, written in its own transaction: response plan and orders, notices.
// Carrying them out (publishing, delivering) is the work of the dispatcher and the publisher, which
// retry.
#pragma once

#include <vector>

#include "daemon/store/session.hpp"
#include "daemon/warnings/desk.hpp"

namespace qk::daemon {

// Raises warning.plan_generation where a plan is written.
void write_effects(Session& db, const DeskView& view, StoredWarning& warning,
                   const std::vector<rules::Effect>& effects, const rules::Why& why);

// The plan that a colour would mean from an instant on, beside the plan in force: duties, floors,
// and what differs. Writes nothing.
[[nodiscard]] boost::json::value preview_plan(Session& db, const DeskView& view,
                                              const StoredWarning& warning, rules::Colour colour,
                                              rules::Instant from);
[[nodiscard]] boost::json::array plans_of(Session& db, const std::string& warning,
                                          rules::Zone zone);

}  // namespace qk::daemon
