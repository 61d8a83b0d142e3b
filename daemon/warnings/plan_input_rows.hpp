// What response plans were derived from, as rows beside them (plan_rows.hpp): written with the
// plan, read by whoever derives it again out of a database alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Once per content; gives its digest.
std::string keep_plan_text(Session& db, const std::string& text, rules::Instant now);
[[nodiscard]] std::optional<std::string> load_plan_text(Session& db, const std::string& sha256);

struct PlanInputsRow {
    std::string sha256;  // of the body
    std::string body;    // JSON of plans::PlanInputs
    std::string owed;    // JSON of plans::owed_json()
};
void store_plan_inputs(Session& db, const std::string& warning, std::int64_t generation,
                       const PlanInputsRow& row);
// None: the plan is of before inputs were kept, or the database is.
[[nodiscard]] std::optional<PlanInputsRow> load_plan_inputs(Session& db, const std::string& warning,
                                                            std::int64_t generation);
// Until when plans were stored without inputs; empty: to this day, the database is older.
[[nodiscard]] std::optional<rules::Instant> last_without_inputs(Session& db);

struct PlanHead {
    std::string warning;
    std::int64_t generation = 0;
    rules::Instant at{};
};
// The newest first, at most so many; some dozens in a year, each signed by people.
[[nodiscard]] std::vector<PlanHead> list_plan_heads(Session& db, std::size_t limit);

// The texts of a bureau's own catalogue with their digest.
struct OwnCatalogueTexts {
    std::string sha256;
    std::string texts;
};
[[nodiscard]] std::optional<OwnCatalogueTexts> load_own_catalogue(Session& db, std::int64_t number);

}  // namespace qk::daemon
