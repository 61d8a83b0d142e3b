#include "daemon/orders/receipts.hpp"

#include <boost/json/object.hpp>

#include "daemon/base/canary.hpp"
#include "daemon/orders/enterprise_key_rows.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/refusals.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

boost::json::object event_of(const Receipt& receipt, const ReceiptOrigin& origin) {
    boost::json::object detail;
    detail["enterprise"] = origin.enterprise;
    detail["order"] = receipt.order;
    detail["revision"] = receipt.revision;
    detail["state"] = std::string(to_text(receipt.state));
    detail["by"] = receipt.by;
    detail["channel"] = origin.channel;
    if (!origin.sender.empty()) detail["sender"] = origin.sender;
    const bool is_signed =
        origin.proof == ReceiptProof::kProved || origin.proof == ReceiptProof::kWrongSignature;
    if (is_signed) {
        detail["proof"] = std::string(to_text(origin.proof));
        detail["key"] = receipt.seal->key;
    }
    return detail;
}

// As an event of this kind, and in the audit.
void tell(Session& db, const Receipt& receipt, const ReceiptOrigin& origin, const std::string& kind,
          boost::json::object detail) {
    append_event(db, origin.arrived, kind, detail);
    AuditEntry entry;
    entry.at = origin.arrived;
    entry.person =
        origin.person.empty() ? "enterprise:" + enterprise_of(origin.enterprise) : origin.person;
    entry.remote = origin.remote;
    entry.action = "order." + kind;
    entry.subject = receipt.order;
    entry.detail = std::move(detail);
    append_audit(db, entry);
}

// Two answers that cannot both be true: told to everybody, and asked about on the telephone.
void note_contradiction(Session& db, const Receipt& receipt, const ReceiptOrigin& origin,
                        ReceiptState on_record) {
    boost::json::object detail = event_of(receipt, origin);
    detail["on_record"] = std::string(to_text(on_record));
    append_event(db, origin.arrived, "receipt-contradicts", detail);
    list_contradiction(db, origin.enterprise, receipt.revision, origin.arrived);
}

// What the order's new state brings with it.
void follow_state(Session& db, const Receipt& receipt, const ReceiptOrigin& origin,
                  ReceiptState before, std::int64_t number) {
    if (origin.corrects) overrule_receipts(db, receipt, origin, number);
    move_order(db, receipt, origin);
    if (before == ReceiptState::kRefused) overrule_refusal(db, receipt, origin);
    if (receipt.state == ReceiptState::kRefused) open_refusal(db, receipt, origin, number);
}

boost::json::object counts_of(Session& db, rules::Instant now) {
    boost::json::object counts;
    for (const auto& [region, count] : listed_by_region(db, now)) counts[region] = count;
    return counts;
}

ReceiptProof proof_by_keys(Session& db, const Receipt& receipt, const ReceiptOrigin& origin) {
    if (!origin.person.empty()) return ReceiptProof::kRecorded;
    if (!receipt.seal) return ReceiptProof::kClaimed;
    const std::string enterprise = enterprise_of(origin.enterprise);
    return proof_of(receipt, enterprise, keys_of_enterprise(db, enterprise));
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
    const bool is_wrongly_signed = origin.proof == ReceiptProof::kWrongSignature;
    if (is_wrongly_signed && is_of_an_order(effect)) effect = ReceiptEffect::kWrongSignature;
    const bool is_of_present = effect == ReceiptEffect::kTaken || effect == ReceiptEffect::kLate;
    ReceiptFinding finding{effect};
    if (is_of_present && !is_correction && contradicts(present->state, receipt.state)) {
        finding.against = present->state;
    }
    const auto number = store_receipt(db, receipt, origin, finding);
    if (!number) return ReceiptEffect::kRepeat;
    // What somebody has claimed before, the enterprise itself may still prove.
    const bool proves = effect == ReceiptEffect::kRepeat && origin.proof == ReceiptProof::kProved;
    if (proves && !present->is_proved) prove_order(db, origin.enterprise);
    if (finding.against) note_contradiction(db, receipt, origin, *finding.against);
    // A person has spoken with them.
    const bool is_of_person = !origin.person.empty();
    if (is_of_person) end_contradiction(db, origin.enterprise, receipt.revision, origin.arrived);
    if (effect == ReceiptEffect::kWrongSignature) {
        tell(db, receipt, origin, "receipt-wrong-signature", event_of(receipt, origin));
    }
    if (effect != ReceiptEffect::kTaken) return effect;
    follow_state(db, receipt, origin, present->state, *number);
    boost::json::object detail = event_of(receipt, origin);
    if (is_correction) {
        detail["corrects"] = std::string(to_text(present->state));
        detail["note"] = receipt.note;
    }
    tell(db, receipt, origin, "receipt", std::move(detail));
    return effect;
}

std::size_t list_overdue(Session& db, const ReceiptDeadlines& deadlines, rules::Instant now) {
    if (planted(Canary::kNobodyCalled)) return 0;
    const std::size_t listed = insert_overdue(db, deadlines, now);
    if (listed > 0) {
        append_event(db, now, "phone-list", {{"new", listed}, {"by_region", counts_of(db, now)}});
    }
    return listed;
}

}  // namespace qk::daemon
