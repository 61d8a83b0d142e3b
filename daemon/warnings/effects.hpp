// What a decision causes, written in its own transaction: response plan and orders, notices.
// Carrying them out (publishing, delivering) is the work of the dispatcher and the publisher, which
// retry.
#pragma once

#include <SQLiteCpp/Database.h>

#include <vector>

#include "daemon/warnings/desk.hpp"

namespace qk::daemon {

// Raises warning.plan_generation where a plan is written.
void write_effects(SQLite::Database& db, const DeskView& view, StoredWarning& warning,
                   const std::vector<rules::Effect>& effects, const rules::Why& why);

// The plan that a colour would mean from an instant on, beside the plan in force: duties, floors,
// and what differs. Writes nothing.
[[nodiscard]] boost::json::value preview_plan(SQLite::Database& db, const DeskView& view,
                                              const StoredWarning& warning, rules::Colour colour,
                                              rules::Instant from);
[[nodiscard]] boost::json::array plans_of(SQLite::Database& db, const std::string& warning,
                                          rules::Zone zone);

}  // namespace qk::daemon
