// Orders as desired state in the database: what every enterprise owes now, with a revision that
// only rises.
//
// put_orders() is called inside the transaction of the decision that causes it; wake the EventFeed
// after the commit, which also wakes the Dispatcher. A document whose content is what the
// enterprise already has is not a new revision. Publishing is the Dispatcher's work: it makes the
// broker and the enterprises match these rows, again and again, until they do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/response/order.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct PutOrders {
    std::size_t new_revisions = 0;
    std::size_t unchanged = 0;
};

// Sets `revision` and `issued_at` (now) of each document, signs it and stores it. Give complete
// documents: one with an empty list of obligations lifts what the enterprise owed. An enterprise
// that never had an order and owes nothing gets none.
PutOrders put_orders(Session& db, std::vector<plans::OrderDocument> documents,
                     const plans::SigningKey& key, rules::Zone zone, rules::Instant now);

// Signs every order in force with another key of ours: same content, same revision; each must go
// out again. The revisions keep the signature they were issued with. How many there are.
std::size_t sign_orders_again(Session& db, const plans::SigningKey& key);

// One row of `orders`.
struct StoredOrder {
    std::string enterprise;
    std::string region;
    std::string warning;
    std::string order;
    std::int64_t revision = 0;
    std::string signed_text;
    bool exercise = false;
    std::size_t obligations = 0;
    rules::Instant issued_at{};
    rules::Instant effective_from{};
    std::optional<rules::Instant> effective_to;
    std::int64_t wanted = 0;     // number of the latest reason to publish it
    std::int64_t satisfied = 0;  // of the latest one that the broker has acknowledged
    std::int64_t acked_revision = 0;
    std::optional<rules::Instant> published_at;
    std::string receipt_state;  // "none", "received", ...
    std::optional<rules::Instant> receipt_at;
    // Set aside: the broker refuses it for this reason (an MQTT v5 code,
    // daemon/base/mqtt_reason.hpp).
    int refused_code = 0;
    std::optional<rules::Instant> refused_at;
};

[[nodiscard]] std::optional<StoredOrder> load_order(Session& db, const std::string& enterprise);
// In order of enterprise. Empty `warning` or `receipt_state`: all; "set aside" is taken for a state
// too; `stem`: what the codes of the counties begin with; only those behind `after`.
[[nodiscard]] std::vector<StoredOrder> list_orders(Session& db, const std::string& warning,
                                                   const std::string& receipt_state,
                                                   std::size_t offset, std::size_t limit,
                                                   const std::string& stem = {},
                                                   const std::string& after = {});
[[nodiscard]] std::size_t count_orders(Session& db, const std::string& warning,
                                       const std::string& receipt_state,
                                       const std::string& stem = {});

// Orders that must still go out and are not set aside, after `enterprise`, at most `limit`.
[[nodiscard]] std::vector<StoredOrder> unpublished_orders(Session& db, const std::string& after,
                                                          std::size_t limit);

// What is set aside is tried again when nothing else is to go out: by time, after pauses that
// double, or on a link that came up so long after the refusal that it cannot be the one that the
// refusal ended.
inline constexpr std::chrono::seconds kRefusedFirst{60};
inline constexpr std::chrono::seconds kRefusedMost{3600};
struct RefusedDue {
    rules::Instant now{};
    rules::Instant linked_at{};
};
// Those that are due; one that makes the broker end the link comes alone.
[[nodiscard]] std::vector<StoredOrder> refused_orders(Session& db, const RefusedDue& due,
                                                      std::size_t limit);
// When the next of them is due.
[[nodiscard]] std::optional<rules::Instant> next_refused(Session& db, rules::Instant linked_at);
// Kept, not counted.
[[nodiscard]] std::size_t count_unpublished(Session& db);
[[nodiscard]] std::size_t count_set_aside(Session& db);

// A publication as it was sent: what was wanted since then stays wanted.
struct SentOrder {
    std::string enterprise;
    std::int64_t revision = 0;
    std::int64_t wanted = 0;
    int reason = 0;  // with which it was refused
};
// The broker has taken these. True: each is what is wanted now.
bool note_published(Session& db, const std::vector<SentOrder>& orders, rules::Instant now);
void note_published(Session& db, const StoredOrder& order, rules::Instant now);
// The broker refuses these: set aside and put on the phone list, with one event. An order that has
// changed meanwhile is not. How many were not set aside before.
std::size_t note_refused(Session& db, const std::vector<SentOrder>& orders, rules::Instant now);
// Asks for the present order to be published again (the enterprise came online). False: it has
// none.
bool ask_again(Session& db, const std::string& enterprise);
// Asks for every order to be published again; how many there are.
std::size_t ask_all_again(Session& db);

// The filter of all topics on which we publish orders.
inline constexpr const char* kOrderTopics = "qingkong/1/+/+/order";
[[nodiscard]] std::string order_topic(const StoredOrder& order);

}  // namespace qk::daemon
