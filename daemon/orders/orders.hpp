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

#include "daemon/orders/order_rows.hpp"
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
// that never had an order and owes nothing gets none. What was granted when a refusal was answered
// (refusal.hpp) is not asked. An order of an exercise is another order of the same enterprise, with
// revisions of its own (order_holder.hpp).
PutOrders put_orders(Session& db, std::vector<plans::OrderDocument> documents,
                     const plans::SigningKey& key, rules::Zone zone, rules::Instant now);

// The highest revision that we are known to have issued and that is not in this database, as after
// a restore from a copy; 0: none. Enterprises take nothing that is not above what they have, so all
// that is put from now on is above it.
[[nodiscard]] std::int64_t revision_floor(Session& db);
void raise_revision_floor(Session& db, std::int64_t revision);

// Signs every order in force with another key of ours: same content, same revision; each must go
// out again. The revisions keep the signature they were issued with. How many there are.
std::size_t sign_orders_again(Session& db, const plans::SigningKey& key);

// The broker has taken these. True: each is what is wanted now.
bool note_published(Session& db, const std::vector<SentOrder>& orders, rules::Instant now);
void note_published(Session& db, const StoredOrder& order, rules::Instant now);
// The broker refuses these: set aside and put on the phone list, with one event. An order that has
// changed meanwhile is not. How many were not set aside before.
std::size_t note_refused(Session& db, const std::vector<SentOrder>& orders, rules::Instant now);
// The filters of all topics on which we publish orders.
inline constexpr const char* kOrderTopics = "qingkong/1/+/+/order";
inline constexpr const char* kExerciseOrderTopics = "qingkong/1/+/+/exercise/order";
[[nodiscard]] std::string order_topic(const StoredOrder& order);

}  // namespace qk::daemon
