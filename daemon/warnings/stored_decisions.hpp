// Every decision about a warning out of a database alone, ready to be made once more: what
// `qingkongctl replay` shows.
//
// Nothing is written, and no daemon need run; an archived copy of the database does as well.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plans/decision/decide_again.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct StoredDecision {
    plans::DecisionRecord record;
    std::vector<std::string> faults;  // why it cannot be made once more; empty: it can
};

inline constexpr std::size_t kDecisionsPerReading = 100;  // in one snapshot of the database

// In the order of their numbers. Refused where the file cannot be read or is not a database of
// qingkongd.
[[nodiscard]] rules::Result<void> for_each_decision(
    const std::string& database, const std::function<void(const StoredDecision&)>& take);
// The newest first, at most `most`, until `take` answers false.
[[nodiscard]] rules::Result<void> for_each_newest_decision(
    const std::string& database, std::size_t most,
    const std::function<bool(const StoredDecision&)>& take);

class Session;
// Runs `work` on the database opened to be read; refused as above.
[[nodiscard]] rules::Result<void> read_database(const std::string& database,
                                                const std::function<void(Session&)>& work);

}  // namespace qk::daemon
