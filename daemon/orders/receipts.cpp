#include "daemon/orders/receipts.hpp"

#include <boost/json/object.hpp>

#include "daemon/orders/enterprise_key_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

namespace {

ReceiptProof proof_by_keys(Session& db, const Receipt& receipt, const ReceiptOrigin& origin) {
    if (!origin.person.empty()) return ReceiptProof::kRecorded;
    if (!receipt.seal) return ReceiptProof::kClaimed;
    return proof_of(receipt, origin.enterprise, keys_of_enterprise(db, origin.enterprise));
}

// One for an order that was never issued is counted among those, whoever has signed it.
bool is_of_an_order(ReceiptEffect effect) {
    return effect != ReceiptEffect::kUnknownOrder && effect != ReceiptEffect::kUnknownRevision;
}

}  // namespace

ReceiptEffect take_receipt(Session& db, const Receipt& receipt, const ReceiptOrigin& told) {
    ReceiptOrigin origin = told;
    origin.proof = proof_by_keys(db, receipt, origin);
    const std::optional<PresentOrder> present = present_order(db, origin.enterprise);
    ReceiptEffect effect = judge_receipt(present, receipt, origin.corrects);
    const bool is_correction = effect == ReceiptEffect::kTaken && origin.corrects.has_value();
    if (origin.corrects && !is_correction) return effect;
    // One for an order that was made up is kept within the limit of those, whatever its revision.
    const bool is_old = effect == ReceiptEffect::kOldRevision;
    if (is_old && order_of_revision(db, origin.enterprise, receipt.revision) != receipt.order) {
        effect = ReceiptEffect::kUnknownOrder;
    }
    const bool contradicts = origin.proof == ReceiptProof::kContradicting;
    if (contradicts && is_of_an_order(effect)) effect = ReceiptEffect::kContradicting;
    // What somebody has claimed before, the enterprise itself may still prove.
    const bool only_proves = effect == ReceiptEffect::kRepeat &&
                             origin.proof == ReceiptProof::kProved && !present->is_proved;
    if (only_proves) effect = ReceiptEffect::kTaken;
    if (effect == ReceiptEffect::kRepeat) return effect;
    if (!store_receipt(db, receipt, origin, effect)) return ReceiptEffect::kRepeat;
    if (effect != ReceiptEffect::kTaken && effect != ReceiptEffect::kContradicting) return effect;
    if (only_proves) {
        prove_order(db, origin.enterprise);
    } else if (effect == ReceiptEffect::kTaken) {
        move_order(db, receipt, origin);
    }
    boost::json::object detail;
    detail["enterprise"] = origin.enterprise;
    detail["order"] = receipt.order;
    detail["revision"] = receipt.revision;
    detail["state"] = std::string(to_text(receipt.state));
    detail["by"] = receipt.by;
    detail["channel"] = origin.channel;
    if (!origin.sender.empty()) detail["sender"] = origin.sender;
    const bool is_signed = contradicts || origin.proof == ReceiptProof::kProved;
    if (is_signed) {
        detail["proof"] = std::string(to_text(origin.proof));
        detail["key"] = receipt.seal->key;
    }
    if (is_correction) {
        detail["corrects"] = std::string(to_text(present->state));
        detail["note"] = receipt.note;
    }
    append_event(db, origin.arrived, contradicts ? "receipt-contradicting" : "receipt", detail);
    AuditEntry entry;
    entry.at = origin.arrived;
    entry.person = origin.person.empty() ? "enterprise:" + origin.enterprise : origin.person;
    entry.remote = origin.remote;
    entry.action = contradicts ? "order.receipt-contradicting" : "order.receipt";
    entry.subject = receipt.order;
    entry.detail = std::move(detail);
    append_audit(db, entry);
    return effect;
}

namespace {

boost::json::object counts_of(Session& db, rules::Instant now) {
    boost::json::object counts;
    for (const auto& [region, count] : listed_by_region(db, now)) counts[region] = count;
    return counts;
}

}  // namespace

std::size_t list_overdue(Session& db, const ReceiptDeadlines& deadlines, rules::Instant now) {
    const std::size_t listed = insert_overdue(db, deadlines, now);
    if (listed > 0) {
        append_event(db, now, "phone-list", {{"new", listed}, {"by_region", counts_of(db, now)}});
    }
    return listed;
}

}  // namespace qk::daemon
