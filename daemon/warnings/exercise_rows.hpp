// Who takes part in an exercise, as rows.
#pragma once

#include <string>
#include <vector>

#include "daemon/store/session.hpp"

namespace qk::daemon {

void store_participants(Session& db, const std::string& warning,
                        const std::vector<std::string>& participants);
// Enterprises and counties, in order; empty: everybody.
[[nodiscard]] std::vector<std::string> participants_of(Session& db, const std::string& warning);

}  // namespace qk::daemon
