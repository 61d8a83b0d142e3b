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
#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// How a receipt came: over MQTT from the enterprise itself, told on the telephone to a named
// person, or written by a named person who overrules what is on record.
struct ReceiptOrigin {
    std::string enterprise;
    std::string channel = "mqtt";  // "mqtt", "phone" or "desk"
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

// What changes nothing is kept for as long as there is something to learn from it, and so are the
// answers to one revision, so that a sender who goes on costs no more than these. Counted for each
// proof, so that what anybody may claim displaces nothing that the enterprise has signed.
inline constexpr std::int64_t kAnswersKept = 100;
struct ReceiptFinding {
    ReceiptEffect effect = ReceiptEffect::kTaken;
    std::optional<ReceiptState> against{};  // the state on record that it contradicts
};
// Its number. None: it is stored already: of what changes the state, the same message; of what
// changes nothing, one of this state of this revision, of the same channel, sender and person. One
// of another proof is another, and so is a correction. One that came before the revision was issued
// proves nothing, and makes room for the true one; one of a wrong signature stands beside it.
std::optional<std::int64_t> store_receipt(Session& db, const Receipt& receipt,
                                          const ReceiptOrigin& origin,
                                          const ReceiptFinding& finding);
// The receipts that brought the order into this state are taken back by that number; of `kNone`,
// all of the revision, what changed nothing too.
void overrule_receipts(Session& db, const Receipt& by, const ReceiptOrigin& origin,
                       std::int64_t number);
// Receipts of an enterprise for orders or revisions that were never issued.
[[nodiscard]] std::int64_t count_unknown_receipts(Session& db, const std::string& enterprise);
// All of this state of that revision.
void forget_receipt(Session& db, const std::string& enterprise, const Receipt& receipt);
// The order is in this state now, and its enterprise need not be called for what lies before it;
// where a person took a state back, it may have to be called again.
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
    std::string key;      // that it names
    std::string against;  // empty: it contradicted nothing
    std::optional<std::int64_t> overruled_by{};
};
// An empty enterprise or warning means all; `region_prefix` as of list_orders().
[[nodiscard]] std::vector<StoredReceipt> list_receipts(Session& db, const std::string& enterprise,
                                                       const std::string& warning,
                                                       const NewestFirst& stretch,
                                                       const std::string& region_prefix = {});
// Of one revision, newest first.
[[nodiscard]] std::vector<StoredReceipt> receipts_of_revision(Session& db,
                                                              const std::string& enterprise,
                                                              const PresentOrder& order);
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

// Calls that were made or not needed are forgotten, so that the enterprise is listed again for the
// same revision where its answer is due again.
void forget_calls(Session& db, const std::string& enterprise, std::int64_t revision);
// Contradicting answers are asked about at once.
void list_contradiction(Session& db, const std::string& enterprise, std::int64_t revision,
                        rules::Instant now);
// A person has spoken with the enterprise, or has decided.
void end_contradiction(Session& db, const std::string& enterprise, std::int64_t revision,
                       rules::Instant now);

struct PhoneEntry {
    std::string enterprise;
    std::int64_t revision = 0;
    // "received", "accepted", "executing"; "publish": the broker refuses the order, so it must be
    // told on the telephone; "refusal": nobody has answered its refusal; "contradiction": which of
    // its answers is true.
    std::string wanted;
    rules::Instant listed_at{};
};
[[nodiscard]] std::vector<PhoneEntry> phone_list(Session& db, std::size_t offset, std::size_t limit,
                                                 const std::string& region_prefix = {});
[[nodiscard]] std::size_t count_phone_list(Session& db, const std::string& region_prefix = {});

}  // namespace qk::daemon
