// What is on record about the order from above that a change refers to, judged by
// rules/warning/order_from_above.hpp.
#pragma once

#include <optional>

#include "daemon/store/session.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/warning/order_from_above.hpp"

namespace qk::daemon {

// Empty where the change refers to none.
[[nodiscard]] std::optional<rules::OrderAnswer> order_on_record(Session& db,
                                                                const rules::Change& change,
                                                                const plans::RegionPack& pack,
                                                                rules::Instant now);

}  // namespace qk::daemon
