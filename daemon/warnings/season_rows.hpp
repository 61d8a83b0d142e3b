// What the ledger of missed days rests on, out of the database: entries of people and verdicts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/accounts/season_ledger.hpp"
#include "plans/inventory/inventory.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/season_obligations.hpp"

namespace qk::daemon {

struct SeasonEntryRow {
    std::string window;
    std::string enterprise;
    std::string line;  // empty: the enterprise as a whole
    plans::SeasonEntry entry;
    std::string note;
};
void store_season_entry(Session& db, const SeasonEntryRow& row, rules::Instant now,
                        const std::string& person);

struct LedgerQuery {
    std::string window;         // id; empty: all
    std::string enterprise;     // likewise
    std::string region_prefix;  // what the codes of the counties begin with
    rules::CivilDay as_of{};
};
struct LedgerInput {
    const plans::Inventory& inventory;
    const plans::SeasonPlan& season;
    const plans::RegionRules& rules;
    rules::Zone zone;
    const std::vector<plans::GradeChange>& grade_changes;  // that count beside the edition
};
// What the ledger has an entry for, in its order.
[[nodiscard]] std::vector<plans::SeasonTarget> ledger_targets(const LedgerInput& input,
                                                              const LedgerQuery& query);
// `all`: what every window that has begun asks for, since a day made up pays one debt only.
[[nodiscard]] plans::SeasonDebt load_debt(Session& db, const LedgerInput& input,
                                          const plans::SeasonTarget& target,
                                          const std::vector<plans::SeasonTarget>& all,
                                          rules::CivilDay as_of);

}  // namespace qk::daemon
