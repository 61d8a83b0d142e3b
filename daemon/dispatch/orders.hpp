// Orders as desired state in the database: what every enterprise owes now, with a revision that
// only rises.
//
// put_orders() is called inside the transaction of the decision that causes it; wake the EventFeed
// after the commit, which also wakes the Dispatcher. A document whose content is what the
// enterprise already has is no new revision. Publishing is the Dispatcher's work: it makes the
// broker and the enterprises match these rows, again and again, until they do.
#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
PutOrders put_orders(SQLite::Database& db, std::vector<plans::OrderDocument> documents,
                     const plans::SigningKey& key, rules::Zone zone, rules::Instant now);

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
    std::int64_t wanted = 0;  // number of the latest reason to publish it
    std::int64_t acked_revision = 0;
    std::optional<rules::Instant> published_at;
    std::string receipt_state;  // "none", "received", ...
    std::optional<rules::Instant> receipt_at;
};

[[nodiscard]] std::optional<StoredOrder> load_order(SQLite::Database& db,
                                                    const std::string& enterprise);
// In order of enterprise. Empty `warning` or `receipt_state`: all; `stem`: what the codes of the
// counties begin with.
[[nodiscard]] std::vector<StoredOrder> list_orders(SQLite::Database& db, const std::string& warning,
                                                   const std::string& receipt_state,
                                                   std::size_t offset, std::size_t limit,
                                                   const std::string& stem = {});
[[nodiscard]] std::size_t count_orders(SQLite::Database& db, const std::string& warning,
                                       const std::string& receipt_state,
                                       const std::string& stem = {});

// Orders that must still go out, after `enterprise`, at most `limit`.
[[nodiscard]] std::vector<StoredOrder> unpublished_orders(SQLite::Database& db,
                                                          const std::string& after,
                                                          std::size_t limit);
[[nodiscard]] std::size_t count_unpublished(SQLite::Database& db);
// The broker has taken the order as it was loaded. What was wanted since then stays wanted.
void note_published(SQLite::Database& db, const StoredOrder& order, rules::Instant now);
// Asks for the present order to be published again (the enterprise came online). False: it has
// none.
bool ask_again(SQLite::Database& db, const std::string& enterprise);
// Asks for every order to be published again; how many there are.
std::size_t ask_all_again(SQLite::Database& db);

[[nodiscard]] std::string order_topic(const StoredOrder& order);

}  // namespace qk::daemon
