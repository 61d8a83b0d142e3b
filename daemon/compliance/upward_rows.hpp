// Gathers a report upwards (plans/documents/upward_report.hpp) from the database as it was at an
// instant: notices, answers, verdicts and site checks that came later are not in it. Only copies
// facts.
#pragma once

#include <optional>
#include <string>

#include "daemon/store/session.hpp"
#include "plans/documents/upward_report.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::daemon {

struct UpwardQuestion {
    const plans::RegionPack& pack;
    plans::UpwardKind kind = plans::UpwardKind::kSituation;
    std::string warning;
    rules::Instant as_of{};
    std::optional<rules::CivilDay> day{};         // of a day's report; empty: that of `as_of`
    const plans::Inventory* inventory = nullptr;  // null: what was really cut is not told
};

// Empty when there is no such warning.
[[nodiscard]] std::optional<plans::UpwardReport> gather_upward(Session& db,
                                                               const UpwardQuestion& question);

}  // namespace qk::daemon
