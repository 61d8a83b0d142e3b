// Generations of response plans as rows. A plan is never changed: whoever cites it can read it
// years later.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::daemon {

struct PlanRow {
    std::string warning;
    std::int64_t generation = 0;
    rules::Instant at{};
    std::string edition;                  // of the inventory
    std::optional<rules::Colour> colour;  // empty: a lift
    std::string summary;                  // JSON
    std::string plan;                     // canonical JSON
    std::string rules{};  // by which catalogue and grades, JSON; empty: as shipped, of before
};
void store_plan(Session& db, const PlanRow& row);
[[nodiscard]] std::optional<PlanRow> load_plan(Session& db, const std::string& warning,
                                               std::int64_t generation);
// In order of generation, without the plans themselves. As many as the warning was signed or
// changed, which people do.
[[nodiscard]] std::vector<PlanRow> list_plans(Session& db, const std::string& warning);

}  // namespace qk::daemon
