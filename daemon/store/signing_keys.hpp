// The bureau's public keys as rows (plans/evidence/key_history.hpp).
#pragma once

#include <vector>

#include "daemon/store/session.hpp"
#include "plans/evidence/key_history.hpp"

namespace qk::daemon {

// In the order in which they followed one another.
[[nodiscard]] std::vector<plans::KeyRecord> key_history(Session& db);
// Ends the one in use and begins another.
void add_key(Session& db, const std::string& key,
             const std::optional<plans::Succession>& succession, rules::Instant now);

}  // namespace qk::daemon
