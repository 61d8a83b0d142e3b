// Decisions about warnings with what they were decided on, as rows: for whoever computes them again
// out of a database alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct DecisionRow {
    std::int64_t number = 0;
    std::string warning;
    rules::Instant at{};
    std::string event;
    std::string check;
    std::string found;
    std::string inputs_sha256;
    std::optional<std::string> inputs;  // none: they are gone
};

// Whether the file is a database of qingkongd.
[[nodiscard]] bool has_story(Session& db);
// In order of their numbers, from behind `after`; entries that were decided on nothing are left
// out.
[[nodiscard]] std::vector<DecisionRow> load_decisions(Session& db, std::int64_t after,
                                                      std::size_t limit);

// The newest first, with a number below `below`.
[[nodiscard]] std::vector<DecisionRow> load_newest_decisions(Session& db, std::int64_t below,
                                                             std::size_t limit);

// Of every warning that is no exercise, its id and standing.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> standings_of_warnings(Session& db);

}  // namespace qk::daemon
