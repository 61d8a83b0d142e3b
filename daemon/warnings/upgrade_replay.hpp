// What a newer program makes of the decisions of before, asked before it brings their database
// forward and takes up work: the newest decisions about warnings and response plans are computed
// again, out of the database as the older program left it.
//
// Nothing is written. Where the start is refused, the older program runs on as before; otherwise
// the outcome goes into the log, the audit log and the answer of showUpgrade.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

class Clock;
class Log;
class Session;
struct UpgradeConfig;

struct UpgradeReplay {
    std::size_t decisions = 0;  // computed again
    std::size_t plans = 0;
    std::size_t differing = 0;  // something else comes out, or it cannot be read
    std::size_t reworded = 0;   // the same for other reasons or in other words
    std::size_t no_inputs = 0;  // plans of before inputs were kept
    std::size_t of_open = 0;    // of those that differ: of a warning that is not over
    bool is_out_of_time = false;
    std::vector<std::string> examples;  // of what differs, one sentence each
};
inline constexpr std::size_t kUpgradeExamplesMax = 20;
[[nodiscard]] boost::json::value to_json(const UpgradeReplay& replay);

// Empty: there is no database yet, or it is of this program. Refused as the configuration says, and
// where it cannot be read.
[[nodiscard]] rules::Result<std::optional<UpgradeReplay>> replay_before_upgrade(
    const std::string& database, const UpgradeConfig& setting, const Clock& clock, Log& log);

// In the audit log and where showUpgrade finds it.
void note_upgrade_replay(Session& db, const UpgradeReplay& replay, rules::Instant now,
                         const std::string& version);
// As it was noted last; null: never.
[[nodiscard]] boost::json::value last_upgrade_replay(Session& db);

}  // namespace qk::daemon
