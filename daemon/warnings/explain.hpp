// The whole story of a warning (预警始末): every event with person, role, reason, clause, what it
// saw and what it caused; and each finding computed again from the stored inputs, to show that it
// is what was decided on then.
#pragma once

#include <boost/json/value.hpp>

#include "daemon/store/session.hpp"
#include "daemon/warnings/warning_rows.hpp"

namespace qk::daemon {

// {"warning":…, "story":[…], "recomputed":n, "equal":n, "holds":true|false}
[[nodiscard]] boost::json::value explain(Session& db, const StoredWarning& warning,
                                         rules::Zone zone);
[[nodiscard]] boost::json::array consultations_of(Session& db, const std::string& warning,
                                                  rules::Zone zone);

}  // namespace qk::daemon
