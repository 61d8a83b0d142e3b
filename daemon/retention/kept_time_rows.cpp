#include "daemon/retention/kept_time_rows.hpp"

#include <fmt/format.h>

#include <limits>

namespace qk::daemon {
namespace {

constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

// The end of an obligation as the index has it: its own or that of its revision, kOpen while it
// binds.
constexpr const char* kObligationEnd =
    "min(coalesce(to_at, 9223372036854775807), coalesce(replaced_at, 9223372036854775807))";

std::optional<rules::Instant> end_at(const Statement& row, int column) {
    const std::int64_t end = row.integer(column);
    return end == kOpen ? std::nullopt : std::optional{instant_of(end)};
}

}  // namespace

std::vector<rules::BoundTime> list_bound_times(Session& db, const std::string& enterprise) {
    Statement rows(db,
                   fmt::format("SELECT min(from_at), {} AS ended FROM obligations WHERE"
                               " enterprise = ?1 AND exercise = 0 GROUP BY ended",
                               kObligationEnd),
                   enterprise);
    std::vector<rules::BoundTime> times;
    while (rows.next()) times.push_back({rows.instant(0), end_at(rows, 1)});
    return times;
}

std::vector<VerdictTimes> list_verdict_times(Session& db, std::int64_t after, std::size_t limit) {
    Statement rows(db,
                   "SELECT number, enterprise, window_from, window_to, judged_at, is_latest = 1"
                   " AND is_final = 0 FROM verdicts WHERE number > ?1 ORDER BY number LIMIT ?2",
                   after, limit);
    std::vector<VerdictTimes> times;
    while (rows.next()) {
        times.push_back({rows.integer(0),
                         rows.text(1),
                         {rows.instant(2), rows.instant(3)},
                         rows.instant(4),
                         rows.flag(5)});
    }
    return times;
}

std::vector<EndTimes> list_end_times(Session& db, rules::Instant after, std::size_t limit) {
    Statement rows(db,
                   fmt::format("SELECT min(from_at), {0} AS ended FROM obligations WHERE {0}"
                               " > ?1 GROUP BY {0} ORDER BY {0} LIMIT ?2",
                               kObligationEnd),
                   after, limit);
    std::vector<EndTimes> times;
    while (rows.next()) times.push_back({rows.instant(0), rows.instant(1), end_at(rows, 1)});
    return times;
}

std::vector<CaseTimes> list_case_times(Session& db, std::int64_t after, std::size_t limit) {
    Statement rows(
        db,
        fmt::format(
            "SELECT c.number, (SELECT min(o.from_at) FROM obligations AS o WHERE o.enterprise"
            " = c.enterprise AND o.warning = c.warning), (SELECT max({}) FROM obligations"
            " AS o WHERE o.enterprise = c.enterprise AND o.warning = c.warning) FROM cases"
            " AS c WHERE c.state <> 'closed' AND c.number > ?1 ORDER BY c.number LIMIT ?2",
            kObligationEnd),
        after, limit);
    std::vector<CaseTimes> times;
    while (rows.next()) {
        times.push_back({rows.integer(0), rows.maybe<rules::Instant>(1), end_at(rows, 2)});
    }
    return times;
}

}  // namespace qk::daemon
