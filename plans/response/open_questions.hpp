// What an edition of the inventory has to answer before it is put in force: who emits and owes
// nothing at some level though the catalogue forces something on such enterprises; and what it had
// better answer: whose category is without a document.
//
// An answer is in the edition (不承担措施理由 with 理由说明人), or it is a measure: a word for the
// line, a plan of its own.
#pragma once

#include "plans/inventory/inventory.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

// One warning per line or enterprise, of the lowest level at which it is open; in inventory order.
[[nodiscard]] rules::Faults open_questions(const Inventory& inventory, const Catalogue& catalogue,
                                           const RegionRules& region, rules::Zone zone);
// One warning per enterprise whose category spares it (保障类、白名单) without evidence.
[[nodiscard]] rules::Faults missing_evidence(const Inventory& inventory, const Catalogue& catalogue,
                                             const RegionRules& region, rules::Zone zone);
// One warning per word for a reason (加严放宽理由) that nobody knows, with those that are known,
// and per reason that relaxes without evidence.
[[nodiscard]] rules::Faults reason_findings(const Inventory& inventory, const Catalogue& catalogue,
                                            const RegionRules& region, rules::Zone zone);

}  // namespace qk::plans
