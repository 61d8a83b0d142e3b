// Causes of days as people stated them, as rows. A statement is never changed: it is withdrawn with
// a reason, and another one is made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/decision/decision_inputs.hpp"

namespace qk::daemon {

struct CauseRow {
    plans::StatedCause stated;
    std::string warning;  // in whose consultation it was made; empty: outside of any
    rules::Instant at{};
    std::optional<rules::Instant> withdrawn_at;
    std::string withdrawn_by;
    std::string withdrawn_why;
};
// Gives the number; that of `row` is not looked at.
std::int64_t store_cause(Session& db, const CauseRow& row);
[[nodiscard]] std::optional<CauseRow> load_cause(Session& db, std::int64_t number);
// False: there is no such statement, or it is withdrawn already.
bool withdraw_cause(Session& db, std::int64_t number, rules::Instant at, const std::string& person,
                    const std::string& why);
// The last first, with those that are withdrawn.
[[nodiscard]] std::vector<CauseRow> list_causes(Session& db, std::size_t offset, std::size_t limit);
[[nodiscard]] std::size_t count_causes(Session& db);
// Those that hold and end on that day or later, in their order.
[[nodiscard]] std::vector<plans::StatedCause> causes_now(Session& db, rules::CivilDay since);

}  // namespace qk::daemon
