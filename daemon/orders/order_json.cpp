#include "daemon/orders/order_json.hpp"

#include "daemon/base/mqtt_reason.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<rules::Instant>& t, rules::Zone zone) {
    if (!t) return nullptr;
    return json::value(rules::to_iso(*t, zone));
}

json::value text_or_null(const std::string& text) {
    if (text.empty()) return nullptr;
    return json::value(text);
}

// Newest first.
bool is_contradicted(const std::vector<StoredReceipt>& receipts) {
    for (const StoredReceipt& one : receipts) {
        if (!one.origin.person.empty()) return false;
        if (!one.against.empty()) return true;
    }
    return false;
}

}  // namespace

json::object OrderJson::order(const StoredOrder& order) const {
    json::object object;
    object["enterprise"] = order.enterprise;
    object["region"] = order.region;
    object["warning"] = order.warning;
    object["order"] = order.order;
    object["revision"] = order.revision;
    object["exercise"] = order.exercise;
    object["obligations"] = order.obligations;
    object["issued_at"] = rules::to_iso(order.issued_at, zone);
    object["effective_from"] = rules::to_iso(order.effective_from, zone);
    object["effective_to"] = time_or_null(order.effective_to, zone);
    object["acknowledged_by_broker"] = order.acked_revision == order.revision;
    object["published_at"] = time_or_null(order.published_at, zone);
    object["receipt_state"] = order.receipt_state;
    object["receipt_at"] = time_or_null(order.receipt_at, zone);
    object["receipt_proof"] = order.receipt_proof;
    // Set aside, because the broker refuses it.
    const bool is_refused = order.refused_code != 0;
    object["refused_code"] = is_refused ? json::value(order.refused_code) : json::value();
    object["refused_why"] =
        is_refused ? json::value(words_of(order.refused_code).chinese) : json::value();
    object["refused_cure"] =
        is_refused ? json::value(words_of(order.refused_code).cure_chinese) : json::value();
    object["refused_at"] = time_or_null(order.refused_at, zone);
    return object;
}

json::object OrderJson::receipt(const StoredReceipt& stored) const {
    json::object object;
    object["number"] = stored.number;
    object["enterprise"] = stored.enterprise;
    object["order"] = stored.receipt.order;
    object["revision"] = stored.receipt.revision;
    object["state"] = std::string(to_text(stored.receipt.state));
    object["at"] = rules::to_iso(stored.receipt.at, zone);
    object["by"] = stored.receipt.by;
    object["note"] = stored.receipt.note;
    object["arrived"] = rules::to_iso(stored.origin.arrived, zone);
    object["stated_ahead_s"] = (stored.receipt.at - stored.origin.arrived).count();
    object["channel"] = stored.origin.channel;
    object["sender"] = stored.origin.sender;
    object["recorded_by"] = stored.origin.person;
    object["effect"] = stored.effect;
    object["proof"] = stored.proof;
    object["key"] = stored.key;
    object["contradicts"] = text_or_null(stored.against);
    object["overruled_by"] =
        stored.overruled_by ? json::value(*stored.overruled_by) : json::value();
    return object;
}

json::object OrderJson::refusal(const RefusalRow& row) const {
    json::object object;
    object["number"] = row.number;
    object["enterprise"] = row.enterprise;
    object["order"] = row.order;
    object["revision"] = row.revision;
    object["receipt"] = row.receipt;
    object["by"] = row.by;
    object["note"] = row.note;
    object["opened_at"] = rules::to_iso(row.opened_at, zone);
    object["answer_by"] = rules::to_iso(row.opened_at + deadlines.refusal, zone);
    object["standing"] = std::string(to_text(row.standing));
    object["answered_at"] = time_or_null(row.answered_at, zone);
    object["answered_by"] = text_or_null(row.answered_by);
    object["reason"] = text_or_null(row.reason);
    return object;
}

json::object OrderJson::answers(const std::vector<StoredReceipt>& receipts,
                                const std::optional<RefusalRow>& refused) const {
    json::array list;
    for (const StoredReceipt& one : receipts) list.push_back(receipt(one));
    json::object object;
    object["answers"] = std::move(list);
    object["contradicted"] = is_contradicted(receipts);
    object["refusal"] = refused ? json::value(refusal(*refused)) : json::value();
    return object;
}

}  // namespace qk::daemon
