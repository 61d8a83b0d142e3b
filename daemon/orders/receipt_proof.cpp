#include "daemon/orders/receipt_proof.hpp"

#include <algorithm>

#include "plans/response/signing.hpp"

namespace qk::daemon {

std::string_view to_text(ReceiptProof proof) {
    switch (proof) {
        case ReceiptProof::kClaimed:
            return "claimed";
        case ReceiptProof::kProved:
            return "proved";
        case ReceiptProof::kWrongSignature:
            return "wrong signature";
        case ReceiptProof::kRecorded:
            return "recorded";
    }
    return "claimed";
}

ReceiptProof proof_of(const Receipt& receipt, const std::string& enterprise,
                      const std::vector<EnterpriseKey>& keys) {
    if (!receipt.seal) return ReceiptProof::kClaimed;
    const ReceiptSeal& seal = *receipt.seal;
    const bool is_signed =
        seal.enterprise == enterprise &&
        plans::verify_hex(seal.key, plans::Purpose::kReceipt, seal.text, seal.signature);
    if (!is_signed) return ReceiptProof::kWrongSignature;
    if (keys.empty()) return ReceiptProof::kClaimed;
    const auto found = std::ranges::find(keys, seal.key, &EnterpriseKey::key);
    const bool is_in_use = found != keys.end() && !found->revoked_at;
    return is_in_use ? ReceiptProof::kProved : ReceiptProof::kWrongSignature;
}

}  // namespace qk::daemon
