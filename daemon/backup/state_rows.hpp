// What a database answers, in a few words each: taken with a set and asked again of the copy. Two
// databases with the same answers know the same orders, verdicts, warnings and audit log.
#pragma once

#include <map>
#include <string>

#include "daemon/store/session.hpp"

namespace qk::daemon {

using StateFacts = std::map<std::string, std::string>;

// Cheap: no table of readings is walked. Only of a database of this or an older program; what an
// older one has no table for is left out.
[[nodiscard]] StateFacts state_facts(Session& db);

}  // namespace qk::daemon
