#include "daemon/orders/order_rows.hpp"

#include <fmt/format.h>

#include <cassert>

#include "daemon/base/mqtt_reason.hpp"
#include "daemon/orders/order_holder.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "enterprise, region, warning, order_id, revision, signed_text, exercise, obligations, "
    "issued_at, effective_from, effective_to, acked_revision, published_at, receipt_state, "
    "receipt_at, wanted, refused_code, refused_at, "
    "satisfied, receipt_proof";

StoredOrder order_of(Statement& row) {
    StoredOrder order;
    order.enterprise = row.text(0);
    order.region = row.text(1);
    order.warning = row.text(2);
    order.order = row.text(3);
    order.revision = row.integer(4);
    order.signed_text = row.text(5);
    order.exercise = row.flag(6);
    order.obligations = row.get<std::size_t>(7);
    order.issued_at = row.instant(8);
    order.effective_from = row.instant(9);
    order.effective_to = row.maybe<rules::Instant>(10);
    order.acked_revision = row.integer(11);
    order.published_at = row.maybe<rules::Instant>(12);
    order.receipt_state = row.text(13);
    order.receipt_at = row.maybe<rules::Instant>(14);
    order.wanted = row.integer(15);
    order.refused_code = row.get<int>(16);
    order.refused_at = row.maybe<rules::Instant>(17);
    order.satisfied = row.integer(18);
    order.receipt_proof = row.text(19);
    return order;
}

std::vector<StoredOrder> orders_of(Statement& read) {
    std::vector<StoredOrder> orders;
    while (read.next()) orders.push_back(order_of(read));
    return orders;
}

std::vector<OrderHead> heads_of(Statement& read) {
    std::vector<OrderHead> heads;
    while (read.next()) heads.push_back({read.text(0), read.text(1), read.text(2)});
    return heads;
}

std::vector<SignedOrder> signed_of(Statement& read) {
    std::vector<SignedOrder> orders;
    while (read.next()) orders.push_back({read.text(0), read.text(1)});
    return orders;
}

// Asked for like a state of the receipt.
constexpr const char* kSetAside = "set aside";

RowFilter filter_of(const std::string& warning, const std::string& receipt_state) {
    RowFilter filter;
    filter.add_if_given("warning = ?", warning);
    if (receipt_state == kSetAside) {
        filter.add("refused_code <> 0");
    } else {
        filter.add_if_given("receipt_state = ?", receipt_state);
    }
    return filter;
}

}  // namespace

std::optional<StoredOrder> load_order(Session& db, const std::string& enterprise) {
    static const std::string kSql =
        fmt::format("SELECT {} FROM orders WHERE enterprise = ?", kColumns);
    Statement read(db, kSql, enterprise);
    if (!read.next()) return std::nullopt;
    return order_of(read);
}

std::vector<StoredOrder> list_orders(Session& db, const std::string& warning,
                                     const std::string& receipt_state, std::size_t offset,
                                     std::size_t limit, const std::string& region_prefix,
                                     const std::string& after) {
    RowFilter filter = filter_of(warning, receipt_state);
    // In the order of the table, so that the rows of a page are the only ones that are kept.
    filter.add_beginning("+region", region_prefix);
    filter.add_if_given("enterprise > ?", after);
    Statement read(db, fmt::format("SELECT {} FROM orders{} ORDER BY enterprise LIMIT ? OFFSET ?",
                                   kColumns, filter.where()));
    const int place = filter.bind_to(read);
    read.bind(place, limit);
    read.bind(place + 1, offset);
    return orders_of(read);
}

std::size_t count_orders(Session& db, const std::string& warning, const std::string& receipt_state,
                         const std::string& region_prefix) {
    RowFilter filter = filter_of(warning, receipt_state);
    filter.add_beginning("region", region_prefix);
    Statement read(db, "SELECT count(*) FROM orders" + filter.where());
    filter.bind_to(read);
    return read.next() ? read.get<std::size_t>(0) : 0;
}

std::vector<OrderHead> orders_that_bind(Session& db, const std::string& warning,
                                        const std::string& after, std::size_t limit) {
    Statement read(db,
                   "SELECT enterprise, region, order_id FROM orders WHERE warning = ?1 AND "
                   "enterprise > ?2 AND obligations > 0 ORDER BY enterprise LIMIT ?3",
                   warning, after, limit);
    return heads_of(read);
}

std::vector<SignedOrder> orders_of_season(Session& db, const std::string& after,
                                          std::size_t limit) {
    Statement read(
        db,
        "SELECT enterprise, signed_text FROM orders WHERE obligations > 0 AND "
        "(warning = '' OR colour IS NULL) AND enterprise > ?1 ORDER BY enterprise LIMIT ?2",
        after, limit);
    return signed_of(read);
}

std::vector<SignedOrder> signed_orders(Session& db, const std::string& after, std::size_t limit) {
    Statement read(db,
                   "SELECT enterprise, signed_text FROM orders WHERE enterprise > ?1 ORDER BY "
                   "enterprise LIMIT ?2",
                   after, limit);
    return signed_of(read);
}

void replace_signed_text(Session& db, const SignedOrder& order) {
    db.exec("UPDATE orders SET signed_text = ?2, wanted = wanted + 1 WHERE enterprise = ?1",
            order.enterprise, order.text);
}

std::optional<std::string> signed_revision(Session& db, const std::string& enterprise,
                                           std::int64_t revision) {
    Statement row(db,
                  "SELECT signed_text FROM order_revisions WHERE enterprise = ? AND revision = ?",
                  enterprise, revision);
    if (!row.next()) return std::nullopt;
    return row.text(0);
}

std::vector<std::string> regions_left(Session& db, const std::string& enterprise,
                                      std::int64_t revision) {
    // Asked for each order that leaves, and nearly always of the same county: in the one form that
    // is signed these two members stand side by side, so that is seen without reading the document.
    static const std::string kSame =
        R"(instr(r.signed_text, '"region":"' || o.region || '","revision":') > 0)";
    static const std::string kSql = fmt::format(
        "SELECT DISTINCT region FROM (SELECT CASE WHEN {0} THEN o.region ELSE "
        "json_extract(r.signed_text, '$.region') END AS region, o.region AS present FROM orders AS "
        "o JOIN order_revisions AS r ON r.enterprise = o.enterprise WHERE o.enterprise = ?1 AND "
        "r.revision < ?2 AND ({0} OR json_valid(r.signed_text)) ORDER BY r.revision DESC LIMIT 3) "
        "WHERE region <> present",
        kSame);
    Statement read(db, kSql, enterprise, revision);
    std::vector<std::string> regions;
    while (read.next()) regions.push_back(read.text(0));
    return regions;
}

OrderWriter::OrderWriter(Session& db)
    : content_(db,
               "SELECT revision, content_sha256, effective_from FROM orders WHERE enterprise = ?"),
      order_(db,
             "INSERT INTO orders(enterprise, region, warning, order_id, revision, "
             "content_sha256, signed_text, exercise, obligations, issued_at, effective_from, "
             "effective_to, colour) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(enterprise) DO "
             "UPDATE "
             "SET region = excluded.region, warning = excluded.warning, order_id = "
             "excluded.order_id, revision = excluded.revision, content_sha256 = "
             "excluded.content_sha256, signed_text = excluded.signed_text, exercise = "
             "excluded.exercise, obligations = excluded.obligations, issued_at = "
             "excluded.issued_at, effective_from = excluded.effective_from, effective_to = "
             "excluded.effective_to, colour = excluded.colour, wanted = wanted + 1, published_at = "
             "NULL, receipt_state = "
             "'none', receipt_at = NULL, receipt_proof = ''"),
      revision_(db,
                "INSERT INTO order_revisions(enterprise, revision, warning, order_id, "
                "issued_at, signed_text) VALUES(?,?,?,?,?,?)"),
      obligation_(db,
                  "INSERT INTO obligations(enterprise, revision, obligation, order_id, warning, "
                  "line, verified_by, exercise, from_at, to_at, json) "
                  "VALUES(?,?,?,?,?,?,?,?,?,?,?)"),
      close_revision_(db,
                      "UPDATE order_revisions SET replaced_at = ?3 WHERE enterprise = ?1 AND "
                      "revision = ?2"),
      close_obligations_(db,
                         "UPDATE obligations SET replaced_at = ?3 WHERE enterprise = ?1 AND "
                         "revision = ?2"),
      close_calls_(db,
                   "UPDATE phone_list SET done_at = ?3 WHERE enterprise = ?1 AND revision = ?2 "
                   "AND done_at IS NULL"),
      close_refusal_(db,
                     "UPDATE refusals SET standing = 'superseded', answered_at = ?3 WHERE "
                     "enterprise = ?1 AND revision = ?2 AND standing = 'open'") {}

std::optional<OrderContent> OrderWriter::content_of(const std::string& enterprise) {
    if (!content_.find(enterprise)) return std::nullopt;
    return OrderContent{content_.integer(0), content_.text(1), content_.instant(2)};
}

void OrderWriter::store_present(const plans::OrderDocument& document, const std::string& sha256,
                                const std::string& text) {
    std::optional<std::string> colour;
    if (document.colour) colour = std::string(rules::to_text(*document.colour));
    order_.run(order_holder_of(document.enterprise, document.exercise), document.region,
               document.warning, document.order, document.revision, sha256, text,
               document.exercise ? 1 : 0, document.obligations.size(), document.issued_at,
               document.effective_from, document.effective_to, colour);
}

void OrderWriter::store_revision(const plans::OrderDocument& document, const std::string& text,
                                 rules::Zone zone) {
    const std::string holder = order_holder_of(document.enterprise, document.exercise);
    revision_.run(holder, document.revision, document.warning, document.order, document.issued_at,
                  text);
    for (const rules::Obligation& one : document.obligations) {
        obligation_.run(holder, document.revision, one.id, document.order, document.warning,
                        one.line, to_text(one.verified_by), document.exercise ? 1 : 0, one.from,
                        one.to, plans::to_text(plans::to_json(one, zone)));
    }
}

void OrderWriter::close(const std::string& enterprise, std::int64_t revision, rules::Instant now) {
    for (Statement* write :
         {&close_revision_, &close_obligations_, &close_calls_, &close_refusal_}) {
        write->run(enterprise, revision, now);
    }
}

std::vector<StoredOrder> unpublished_orders(Session& db, const std::string& after,
                                            std::size_t limit) {
    Statement read(db,
                   fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND "
                               "refused_code = 0 AND enterprise > ? ORDER BY "
                               "enterprise LIMIT ?",
                               kColumns),
                   after, limit);
    return orders_of(read);
}

std::vector<StoredOrder> refused_orders(Session& db, const RefusedDue& due, std::size_t limit) {
    if (count_set_aside(db) == 0) return {};
    const rules::Instant beyond = due.now + kRefusedMost;  // the clock was set back since
    // Those that make the broker end the link come one at a time, after all others.
    Statement read(
        db,
        fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND refused_code <> 0 AND "
                    "refused_code <> ?4 AND (refused_next <= ?1 OR refused_next > ?5 OR "
                    "refused_at <= ?2) "
                    "ORDER BY enterprise LIMIT ?3",
                    kColumns),
        due.now, due.linked_at - kRefusedFirst, limit, kReasonCutsLink, beyond);
    std::vector<StoredOrder> orders = orders_of(read);
    if (!orders.empty()) return orders;
    Statement alone(
        db,
        fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND refused_code = ?2 AND "
                    "(refused_next <= ?1 OR refused_next > ?3) ORDER BY refused_next LIMIT 1",
                    kColumns),
        due.now, kReasonCutsLink, beyond);
    return orders_of(alone);
}

std::optional<rules::Instant> next_refused(Session& db, rules::Instant linked_at) {
    if (count_set_aside(db) == 0) return std::nullopt;
    Statement read(db,
                   "SELECT min(CASE WHEN refused_code <> ?2 AND refused_at <= ?1 THEN "
                   "refused_at ELSE refused_next END) FROM orders WHERE satisfied < wanted "
                   "AND refused_code <> 0",
                   linked_at - kRefusedFirst, kReasonCutsLink);
    if (!read.next()) return std::nullopt;
    return read.maybe<rules::Instant>(0);
}

std::size_t count_unpublished(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT unpublished FROM order_tally"));
}

std::size_t count_set_aside(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT set_aside FROM order_tally"));
}

PublishedWriter::PublishedWriter(Session& db)
    : order_(
          db,
          "UPDATE orders SET satisfied = max(satisfied, ?3), acked_revision = max(acked_revision, "
          "?2), published_at = CASE WHEN revision = ?2 AND published_at IS NULL THEN ?4 ELSE "
          "published_at END WHERE enterprise = ?1 RETURNING satisfied < wanted, refused_code, "
          "satisfied <= wanted AND acked_revision <= revision"),
      // Of every revision the first time: from then on it could be known.
      first_(db,
             "INSERT OR IGNORE INTO order_publications(enterprise, revision, "
             "published_at) VALUES(?1, ?2, ?3)") {}

PublishedWriter::State PublishedWriter::note(const SentOrder& order, rules::Instant now) {
    State state;
    for (bool has = order_.find(order.enterprise, order.revision, order.wanted, now); has;
         has = order_.next()) {
        state = {order_.flag(0), order_.flag(1)};
        assert(order_.flag(2));  // nothing was acknowledged that was never issued
    }
    first_.run(order.enterprise, order.revision, now);
    return state;
}

std::optional<RefusedRow> refused_row(Session& db, const SentOrder& order) {
    Statement read(db,
                   "SELECT refused_code, region FROM orders WHERE enterprise = ? AND revision = ?",
                   order.enterprise, order.revision);
    if (!read.next()) return std::nullopt;
    return RefusedRow{read.get<int>(0), read.text(1)};
}

void set_aside(Session& db, const SentOrder& order, rules::Instant now) {
    db.exec(
        "UPDATE orders SET refused_code = ?2, refused_at = ?3, refused_times = refused_times + 1, "
        "refused_next = ?3 + min(?4 << min(refused_times, 10), ?5) WHERE enterprise = ?1",
        order.enterprise, order.reason, now, kRefusedFirst.count(), kRefusedMost.count());
    db.exec(
        "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
        "VALUES(?,?,'publish',?) ON CONFLICT DO NOTHING",
        order.enterprise, order.revision, now);
}

void no_longer_refused(Session& db, const std::string& enterprise, rules::Instant now) {
    db.exec(
        "UPDATE orders SET refused_code = 0, refused_at = NULL, "
        "refused_times = 0, refused_next = NULL WHERE enterprise = ?",
        enterprise);
    db.exec(
        "UPDATE phone_list SET done_at = ?2 WHERE enterprise = ?1 AND wanted = "
        "'publish' AND done_at IS NULL",
        enterprise, now);
}

bool ask_again(Session& db, const std::string& enterprise) {
    return db.exec("UPDATE orders SET wanted = wanted + 1 WHERE enterprise = ?", enterprise) > 0;
}

std::size_t ask_all_again(Session& db) {
    return static_cast<std::size_t>(db.exec("UPDATE orders SET wanted = wanted + 1"));
}

std::vector<std::string> satisfied_orders(Session& db, const std::string& after,
                                          std::size_t limit) {
    Statement read(db,
                   "SELECT enterprise FROM orders WHERE satisfied >= wanted AND enterprise > ?1 "
                   "ORDER BY enterprise LIMIT ?2",
                   after, limit);
    std::vector<std::string> enterprises;
    while (read.next()) enterprises.push_back(read.text(0));
    return enterprises;
}

HeldOrders::HeldOrders(Session& db)
    : present_(db,
               "SELECT region, signed_text = ?2, satisfied < wanted, revision FROM orders WHERE "
               "enterprise = ?1"),
      issued_(db,
              "SELECT 1 FROM order_revisions WHERE enterprise = ?1 AND signed_text = ?2 LIMIT 1"),
      ask_(db,
           "UPDATE orders SET wanted = wanted + 1 WHERE enterprise = ?1 AND satisfied >= "
           "wanted") {}

std::optional<HeldOrders::Present> HeldOrders::present(const std::string& enterprise,
                                                       const std::string& document) {
    if (!present_.find(enterprise, document)) return std::nullopt;
    return Present{present_.text(0), present_.flag(1), present_.flag(2), present_.integer(3)};
}

bool HeldOrders::was_issued(const std::string& enterprise, const std::string& document) {
    return issued_.find(enterprise, document);
}

void HeldOrders::ask(const std::string& enterprise) { ask_.run(enterprise); }

}  // namespace qk::daemon
