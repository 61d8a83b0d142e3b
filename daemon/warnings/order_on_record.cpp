#include "daemon/warnings/order_on_record.hpp"

#include <algorithm>

#include "daemon/store/session.hpp"
#include "daemon/warnings/prompt_rows.hpp"

namespace qk::daemon {
std::optional<rules::OrderAnswer> order_on_record(Session& db, const rules::Change& change,
                                                  const plans::RegionPack& pack,
                                                  rules::Instant now) {
    if (change.ordered_by.empty()) return std::nullopt;
    const rules::Instant effect =
        change.kind == rules::ChangeKind::kLift ? now : std::max(now, change.from);
    return rules::judge_order(orders_from_above(db, change.ordered_by, pack.region_code), change,
                              effect, pack.zone);
}

}  // namespace qk::daemon
