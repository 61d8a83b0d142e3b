// Hand-overs as rows, and what is counted for one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "plans/documents/handover.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct HandoverRow {
    std::int64_t number = 0;
    rules::Instant since{};
    rules::Instant given_at{};
    std::string given_by;
    std::string given_to;
    std::optional<rules::Instant> taken_at{};
    std::string taken_by{};
    std::string taken_note{};
    std::string sha256{};   // of the content
    std::string content{};  // JSON; empty in lists
};
std::int64_t store_handover(Session& db, const HandoverRow& row);
[[nodiscard]] std::optional<HandoverRow> load_handover(Session& db, std::int64_t number);
[[nodiscard]] std::vector<HandoverRow> list_handovers(Session& db, const NewestFirst& stretch);
[[nodiscard]] std::size_t count_handovers(Session& db);
void take_handover(Session& db, const HandoverRow& row);

// Steps of all warnings in a span of time, the first ones in order, and how many there are.
[[nodiscard]] plans::HandoverList<plans::HandoverDecision> decisions_in(Session& db,
                                                                        const rules::Span& span,
                                                                        std::size_t limit);
// Orders that owe something, by the state of their receipt.
[[nodiscard]] std::map<std::string, std::size_t> orders_by_receipt(Session& db);
[[nodiscard]] std::size_t count_leads(Session& db);

}  // namespace qk::daemon
