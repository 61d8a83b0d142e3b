// The order on record, in the agent's state folder: written whole beside the old one, synced, and
// renamed, so that a power cut leaves the one or the other. The one before is kept; it stands in
// where a disk has spoilt the newest. What is read back is verified again.
#pragma once

#include <optional>
#include <string>

#include "daemon/agent/order_check.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::agent {

struct OrderOnRecord {
    std::string pinned;  // what the configuration said when it was taken
    rules::Instant taken_at{};
    VerifiedOrder order;
};

struct LoadedOrder {
    std::optional<OrderOnRecord> record;
    bool is_of_before = false;     // the newest is damaged
    bool is_of_other_pin = false;  // there was one, of a bureau that is pinned no more
};

// A refusal: there was an order, and neither file of it can be read. Without it an older order
// could pass for a new one, so a person decides.
[[nodiscard]] rules::Result<LoadedOrder> load_order(const std::string& folder,
                                                    const std::string& pinned, const Addressee& us);
// Durable when it returns without a refusal.
[[nodiscard]] rules::Result<void> save_order(const std::string& folder,
                                             const OrderOnRecord& record);

// What the plant's systems read: the obligations, and of which order they are.
[[nodiscard]] std::string obligations_text(const OrderOnRecord& record);

}  // namespace qk::agent
