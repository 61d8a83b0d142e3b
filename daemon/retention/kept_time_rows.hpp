// Times of verdicts, obligations and cases, as kept_times.hpp asks for them: from a place on, at
// most `limit`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/compliance/keeping.hpp"

namespace qk::daemon {

// When an enterprise was bound, exercises apart; those that end together as one from their first
// start.
[[nodiscard]] std::vector<rules::BoundTime> list_bound_times(Session& db,
                                                             const std::string& enterprise);

struct VerdictTimes {
    std::int64_t number = 0;
    std::string enterprise;
    rules::Span window;
    rules::Instant judged_at{};
    bool is_open = false;  // the latest of its window, and not final
};
[[nodiscard]] std::vector<VerdictTimes> list_verdict_times(Session& db, std::int64_t after,
                                                           std::size_t limit);

// Obligations that end together, in the order of their end.
struct EndTimes {
    rules::Instant first{};             // of their starts
    rules::Instant place{};             // after which the next ones end
    std::optional<rules::Instant> end;  // empty: they bind as yet
};
[[nodiscard]] std::vector<EndTimes> list_end_times(Session& db, rules::Instant after,
                                                   std::size_t limit);

// Of the obligations of a case that is open.
struct CaseTimes {
    std::int64_t number = 0;
    std::optional<rules::Instant> first;  // empty: it has none
    std::optional<rules::Instant> end;    // empty: they bind as yet
};
[[nodiscard]] std::vector<CaseTimes> list_case_times(Session& db, std::int64_t after,
                                                     std::size_t limit);

}  // namespace qk::daemon
