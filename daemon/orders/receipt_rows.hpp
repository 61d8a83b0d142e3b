// Receipts as rows, and the list of enterprises to be telephoned. receipts.hpp decides what is
// written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/orders/receipt_proof.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// How a receipt came: over MQTT from the enterprise itself, or told on the telephone to a named
// person.
struct ReceiptOrigin {
    std::string enterprise;
    std::string channel = "mqtt";  // "mqtt" or "phone"
    std::string person;            // who recorded it; empty for mqtt
    std::string sender;            // proved by the channel; empty: `enterprise` is a claim
    std::string remote;
    rules::Instant arrived{};
    std::optional<ReceiptState> corrects{};  // what the person says is wrong on record
    ReceiptProof proof = ReceiptProof::kClaimed;
};

[[nodiscard]] std::optional<PresentOrder> present_order(Session& db, const std::string& enterprise);
// The order whose revision that is; empty where none of that number was ever issued.
[[nodiscard]] std::optional<std::string> order_of_revision(Session& db,
                                                           const std::string& enterprise,
                                                           std::int64_t revision);

// False: it is stored already: of what changes the state, the same message; of what changes
// nothing, one of this state of this revision. A correction is always another. One that came before
// the revision was issued proves nothing, and makes room for the true one. One that is proved, and
// one that contradicts the registered key, stand beside those that are neither.
bool store_receipt(Session& db, const Receipt& receipt, const ReceiptOrigin& origin,
                   ReceiptEffect effect);
// Receipts of an enterprise for orders or revisions that were never issued.
[[nodiscard]] std::int64_t count_unknown_receipts(Session& db, const std::string& enterprise);
// All of this state of that revision.
void forget_receipt(Session& db, const std::string& enterprise, const Receipt& receipt);
// The order is in this state now, and its enterprise need not be called for what lies before it.
void move_order(Session& db, const Receipt& receipt, const ReceiptOrigin& origin);
// The state in which it is already is proved now.
void prove_order(Session& db, const std::string& enterprise);

struct StoredReceipt {
    std::int64_t number = 0;
    std::string enterprise;
    Receipt receipt;
    ReceiptOrigin origin;
    std::string effect;
    std::string proof;
    std::string key;  // that it names
};
// Newest first, of numbers below `below`; an empty enterprise or warning means all; `region_prefix`
// as of list_orders().
[[nodiscard]] std::vector<StoredReceipt> list_receipts(Session& db, const std::string& enterprise,
                                                       const std::string& warning,
                                                       std::size_t offset, std::size_t limit,
                                                       const std::string& region_prefix = {},
                                                       std::int64_t below = INT64_MAX);
[[nodiscard]] std::size_t count_receipts(Session& db, const std::string& enterprise,
                                         const std::string& warning,
                                         const std::string& region_prefix = {});

// Puts every enterprise whose answer is overdue on the phone list; how many are new.
std::size_t insert_overdue(Session& db, const ReceiptDeadlines& deadlines, rules::Instant now);
// Of those that were listed at that time, how many are in each county.
[[nodiscard]] std::map<std::string, std::int64_t> listed_by_region(Session& db,
                                                                   rules::Instant listed_at);

// Puts one enterprise on the phone list whose present order is that revision and could not be known
// otherwise; false where it is on the list already or the order is another by now.
bool list_not_known(Session& db, const std::string& enterprise, std::int64_t revision,
                    rules::Instant now);

struct PhoneEntry {
    std::string enterprise;
    std::int64_t revision = 0;
    // "received", "accepted", "executing"; "publish": the broker refuses the order, so it must be
    // told on the telephone.
    std::string wanted;
    rules::Instant listed_at{};
};
[[nodiscard]] std::vector<PhoneEntry> phone_list(Session& db, std::size_t offset, std::size_t limit,
                                                 const std::string& region_prefix = {});
[[nodiscard]] std::size_t count_phone_list(Session& db, const std::string& region_prefix = {});

}  // namespace qk::daemon
