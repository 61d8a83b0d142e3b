// Orders as rows: the present order of each enterprise, every revision, every obligation, and what
// the broker has taken of them. orders.hpp decides what is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/row_filter.hpp"
#include "daemon/store/session.hpp"
#include "plans/response/order.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// One row of `orders`.
struct StoredOrder {
    std::string enterprise;  // the holder (order_holder.hpp), here and below
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
    std::string receipt_proof;  // "proved", "claimed", "recorded"; empty: there is none
    std::optional<rules::Instant> receipt_at;
    // Set aside: the broker refuses it for this reason (an MQTT v5 code,
    // daemon/base/mqtt_reason.hpp).
    int refused_code = 0;
    std::optional<rules::Instant> refused_at;
};

[[nodiscard]] std::optional<StoredOrder> load_order(Session& db, const std::string& enterprise);
// In order of enterprise. Empty `warning` or `receipt_state`: all; "set aside" is taken for a state
// too; `region_prefix`: what the codes of the counties begin with; only those behind `after`.
[[nodiscard]] std::vector<StoredOrder> list_orders(Session& db, const std::string& warning,
                                                   const std::string& receipt_state,
                                                   std::size_t offset, std::size_t limit,
                                                   const std::string& region_prefix = {},
                                                   const std::string& after = {});
[[nodiscard]] std::size_t count_orders(Session& db, const std::string& warning,
                                       const std::string& receipt_state,
                                       const std::string& region_prefix = {});

// Who holds an order, without the document.
struct OrderHead {
    std::string enterprise;
    std::string region;
    std::string order;
};
// Orders of one warning that owe something, in order of enterprise, those behind `after`.
[[nodiscard]] std::vector<OrderHead> orders_that_bind(Session& db, const std::string& warning,
                                                      const std::string& after, std::size_t limit);

// The document of an enterprise's present order.
struct SignedOrder {
    std::string enterprise;
    std::string text;
};
// Orders that owe something and are of no warning, or of one without a colour: it has been
// lifted, and what remains is of the season. Paged as above.
[[nodiscard]] std::vector<SignedOrder> orders_of_season(Session& db, const std::string& after,
                                                        std::size_t limit);
// All of them, likewise.
[[nodiscard]] std::vector<SignedOrder> signed_orders(Session& db, const std::string& after,
                                                     std::size_t limit);
// The same order in another signature; it must go out again.
void replace_signed_text(Session& db, const SignedOrder& order);

// The signed document of one revision; empty where it was never issued.
[[nodiscard]] std::optional<std::string> signed_revision(Session& db, const std::string& enterprise,
                                                         std::int64_t revision);

// The other regions to which the last few revisions before this one went.
[[nodiscard]] std::vector<std::string> regions_left(Session& db, const std::string& enterprise,
                                                    std::int64_t revision);

// What is compared before a new revision is made.
struct OrderContent {
    std::int64_t revision = 0;
    std::string sha256;
    rules::Instant effective_from{};
};
// The statements of one decision, prepared once for all its documents.
class OrderWriter {
 public:
    explicit OrderWriter(Session& db);
    [[nodiscard]] std::optional<OrderContent> content_of(const std::string& enterprise);
    // The present order from now on.
    void store_present(const plans::OrderDocument& document, const std::string& sha256,
                       const std::string& text);
    void store_revision(const plans::OrderDocument& document, const std::string& text,
                        rules::Zone zone);
    // The revision is replaced, with its obligations, whatever was asked about it by telephone, and
    // a refusal of it that was not answered.
    void close(const std::string& enterprise, std::int64_t revision, rules::Instant now);

 private:
    Statement content_;
    Statement order_;
    Statement revision_;
    Statement obligation_;
    Statement close_revision_;
    Statement close_obligations_;
    Statement close_calls_;
    Statement close_refusal_;
};

// ---- On their way out ----

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
// The broker has taken them.
class PublishedWriter {
 public:
    explicit PublishedWriter(Session& db);
    struct State {
        bool is_wanted_again = false;
        bool was_refused = false;
    };
    // No order of this enterprise: the state of one that is not wanted.
    State note(const SentOrder& order, rules::Instant now);

 private:
    Statement order_;
    Statement first_;
};
struct RefusedRow {
    int code = 0;  // 0: not set aside
    std::string region;
};
// Empty: the enterprise's order is not of this revision any more.
[[nodiscard]] std::optional<RefusedRow> refused_row(Session& db, const SentOrder& order);
// Publishing it did not help for long, so the pause grows; and its enterprise is to be telephoned.
void set_aside(Session& db, const SentOrder& order, rules::Instant now);
void no_longer_refused(Session& db, const std::string& enterprise, rules::Instant now);

// Asks for the present order to be published again (the enterprise came online). False: it has
// none.
bool ask_again(Session& db, const std::string& enterprise);
// Asks for every order to be published again; how many there are.
std::size_t ask_all_again(Session& db);
// Orders for whose publication nothing is outstanding, in order of enterprise, those behind
// `after`.
[[nodiscard]] std::vector<std::string> satisfied_orders(Session& db, const std::string& after,
                                                        std::size_t limit);

// What the broker holds, against the present order; prepared once for all documents.
class HeldOrders {
 public:
    explicit HeldOrders(Session& db);
    struct Present {
        std::string region;
        bool is_same = false;  // as the document that is held
        bool is_going_out = false;
        std::int64_t revision = 0;
    };
    // Empty: no order of this enterprise.
    [[nodiscard]] std::optional<Present> present(const std::string& enterprise,
                                                 const std::string& document);
    // Whether it is a revision that we issued.
    [[nodiscard]] bool was_issued(const std::string& enterprise, const std::string& document);
    // Asks for it to be published, unless it is going out already.
    void ask(const std::string& enterprise);

 private:
    Statement present_;
    Statement issued_;
    Statement ask_;
};

}  // namespace qk::daemon
