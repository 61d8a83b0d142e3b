// The desk as it was at an instant, read from what is stored with its time: what had been decided,
// ordered, answered and found by then, and nothing that came later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// A change that had been proposed and had not been signed, rejected or withdrawn, or lapsed.
struct PastChange {
    std::string warning;
    std::int64_t number = 0;
    std::string kind;
    std::string colour;
    std::string proposer;
    rules::Instant proposed_at{};
};
[[nodiscard]] std::vector<PastChange> changes_pending_at(Session& db, rules::Instant at);

// The order that an enterprise had, with the last answer that had moved it.
struct PastOrder {
    std::string enterprise;  // the holder
    std::string warning;
    std::string order;
    std::int64_t revision = 0;
    rules::Instant issued_at{};
    std::string state;  // "none", "received", ...
    std::optional<rules::Instant> state_at{};
};
// In order of the holder, those behind `after`.
[[nodiscard]] std::vector<PastOrder> orders_at(Session& db, rules::Instant at,
                                               const std::string& after, std::size_t limit);
struct PastCount {
    std::string state;
    bool exercise = false;
    std::int64_t orders = 0;
};
[[nodiscard]] std::vector<PastCount> count_orders_at(Session& db, rules::Instant at);

// A case that had been opened, with the last step that had been taken; empty: none.
struct PastCase {
    std::int64_t number = 0;
    std::string kind;
    std::string enterprise;
    std::string warning;
    std::string text;
    rules::Instant opened_at{};
    std::string step;
    std::string person;
    std::optional<rules::Instant> step_at{};
    bool closed = false;  // by then
};
// Newest first.
[[nodiscard]] std::vector<PastCase> cases_at(Session& db, rules::Instant at, std::size_t limit);
[[nodiscard]] std::size_t count_cases_at(Session& db, rules::Instant at);

struct PastMatter {
    std::int64_t number = 0;
    std::string kind;
    std::string text;
    bool exercise = false;
    rules::Instant opened_at{};
    rules::Instant deadline{};
};
[[nodiscard]] std::vector<PastMatter> matters_open_at(Session& db, rules::Instant at,
                                                      std::size_t limit);

// The first and the last instant of which something of this kind is stored; empty: nothing is.
[[nodiscard]] std::optional<rules::Span> span_of_stories(Session& db);

}  // namespace qk::daemon
