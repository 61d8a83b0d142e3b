// What a receipt rests on: whether the enterprise's own registered key has signed it. Pure.
//
// A signature that is wrong is worse than none: it is never taken for a claim. Who has no key
// registered may sign with what it likes; that says no more than a claim does, unless it does not
// even fit itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/orders/receipt.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

enum class ReceiptProof {
    kClaimed,         // nothing proves it but the channel
    kProved,          // signed with a key that is registered
    kWrongSignature,  // signed, and not with a key that is registered
    kRecorded,        // by a named person who was told
};
[[nodiscard]] std::string_view to_text(ReceiptProof proof);

struct EnterpriseKey {
    std::int64_t number = 0;
    std::string enterprise;
    std::string key;  // public, 64 hex digits
    rules::Instant registered_at{};
    std::string registered_by;
    std::string registered_why;
    std::optional<rules::Instant> revoked_at;
    std::string revoked_by{};
    std::string revoked_why{};
};

// `keys`: all that were ever registered for the enterprise. A key counts by when the receipt
// arrives: what a revoked key has signed may have been signed since by whoever has it.
[[nodiscard]] ReceiptProof proof_of(const Receipt& receipt, const std::string& enterprise,
                                    const std::vector<EnterpriseKey>& keys);

}  // namespace qk::daemon
