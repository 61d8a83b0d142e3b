// What waits for a person, as the rows of other subjects show it. Each list has the oldest first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// An order whose enterprise has not answered, or refuses it.
struct WaitingOrder {
    std::string enterprise;
    std::string region;
    std::int64_t revision = 0;
    bool exercise = false;
    rules::Instant since{};  // published, else issued, or asked for again; of a refusal: refused
};
// Without any receipt since then or longer. With an enterprise only its own.
[[nodiscard]] std::vector<WaitingOrder> unanswered_orders(Session& db, rules::Instant since,
                                                          std::size_t limit,
                                                          const std::string& enterprise = {});
// When the next of those comes about that was issued later than that.
[[nodiscard]] std::optional<rules::Instant> next_unanswered(Session& db, rules::Instant after);
[[nodiscard]] std::vector<WaitingOrder> refused_by_enterprise(Session& db, std::size_t limit,
                                                              const std::string& enterprise = {});

struct WaitingPlace {
    std::string prompt;
    std::string region;
    std::string name;
    rules::Instant recorded_at{};
    rules::Instant deadline{};
};
// Places that have not followed a prompt that still holds.
[[nodiscard]] std::vector<WaitingPlace> places_waiting(Session& db, rules::Instant now,
                                                       std::size_t limit);

struct WaitingCase {
    std::int64_t number = 0;
    std::string enterprise;
    std::string region;  // of its order; empty: there is none any more
    rules::Instant opened_at{};
};
// Leads that nobody has been sent to. With a number only that one.
[[nodiscard]] std::vector<WaitingCase> cases_without_check(Session& db, std::size_t limit,
                                                           std::int64_t number = 0);

// The newest forecast by its issue, and the newest observed hour; empty: there was never one.
[[nodiscard]] std::optional<rules::Instant> newest_forecast(Session& db);
[[nodiscard]] std::optional<rules::Instant> newest_observation(Session& db,
                                                               const std::string& region);

}  // namespace qk::daemon
