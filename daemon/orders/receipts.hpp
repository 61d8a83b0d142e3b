// Receipts in the database: taking one in, listing them, and the list of enterprises to be
// telephoned.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/orders/receipt.hpp"
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
    std::string remote;
    rules::Instant arrived{};
    std::optional<ReceiptState> corrects{};  // what the person says is wrong on record
};

// Stores the receipt with its effect; one that is taken also moves the order's state, takes the
// enterprise off the phone list, and leaves an audit entry and an event. A repeat leaves nothing.
// Where a person corrects what is on record, it stays there, and the audit entry says what was
// wrong and why.
ReceiptEffect take_receipt(Session& db, const Receipt& receipt, const ReceiptOrigin& origin);

// The order whose revision that is; empty where none of that number was ever issued.
[[nodiscard]] std::optional<std::string> order_of_revision(Session& db,
                                                           const std::string& enterprise,
                                                           std::int64_t revision);

struct StoredReceipt {
    std::int64_t number = 0;
    std::string enterprise;
    Receipt receipt;
    ReceiptOrigin origin;
    std::string effect;
};
// Newest first, of numbers below `below`; an empty enterprise or warning means all; `stem` as of
// list_orders().
[[nodiscard]] std::vector<StoredReceipt> list_receipts(Session& db, const std::string& enterprise,
                                                       const std::string& warning,
                                                       std::size_t offset, std::size_t limit,
                                                       const std::string& stem = {},
                                                       std::int64_t below = INT64_MAX);
[[nodiscard]] std::size_t count_receipts(Session& db, const std::string& enterprise,
                                         const std::string& warning, const std::string& stem = {});

// Puts every enterprise whose answer is overdue on the phone list; how many are new. Deadlines for
// received and accepted run from the issue, for executing from when the order takes effect. A
// lifted order must only be received.
std::size_t list_overdue(Session& db, const ReceiptDeadlines& deadlines, rules::Instant now);

// Puts one enterprise on it whose present order is that revision and could not be known otherwise;
// false where it is on the list already or the order is another by now.
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
                                                 const std::string& stem = {});
[[nodiscard]] std::size_t count_phone_list(Session& db, const std::string& stem = {});

}  // namespace qk::daemon
