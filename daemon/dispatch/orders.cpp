#include "daemon/dispatch/orders.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "daemon/sha256.hpp"
#include "daemon/store/sql.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "enterprise, region, warning, order_id, revision, signed_text, exercise, obligations, "
    "issued_at, effective_from, effective_to, acked_revision, published_at, receipt_state, "
    "receipt_at, wanted";

StoredOrder order_of(SQLite::Statement& row) {
    StoredOrder order;
    order.enterprise = text_at(row, 0);
    order.region = text_at(row, 1);
    order.warning = text_at(row, 2);
    order.order = text_at(row, 3);
    order.revision = row.getColumn(4).getInt64();
    order.signed_text = text_at(row, 5);
    order.exercise = row.getColumn(6).getInt() != 0;
    order.obligations = static_cast<std::size_t>(row.getColumn(7).getInt64());
    order.issued_at = instant_at(row, 8);
    order.effective_from = instant_at(row, 9);
    order.effective_to = optional_instant_at(row, 10);
    order.acked_revision = row.getColumn(11).getInt64();
    order.published_at = optional_instant_at(row, 12);
    order.receipt_state = text_at(row, 13);
    order.receipt_at = optional_instant_at(row, 14);
    order.wanted = row.getColumn(15).getInt64();
    return order;
}

// What makes two documents the same: everything but the number and the time of issue.
std::string content_hash(plans::OrderDocument document, rules::Zone zone) {
    document.revision = 0;
    document.issued_at = rules::Instant{};
    return sha256_hex(plans::canonical_text(to_json(document, zone)));
}

struct Present {
    std::int64_t revision = 0;
    std::string content_sha256;
};

std::optional<Present> present_of(SQLite::Database& db, const std::string& enterprise) {
    SQLite::Statement read(db, "SELECT revision, content_sha256 FROM orders WHERE enterprise = ?");
    read.bind(1, enterprise);
    if (!read.executeStep()) return std::nullopt;
    Present present;
    present.revision = read.getColumn(0).getInt64();
    present.content_sha256 = text_at(read, 1);
    return present;
}

void store_present(SQLite::Database& db, const plans::OrderDocument& document,
                   const std::string& content, const std::string& text) {
    SQLite::Statement write(
        db,
        "INSERT INTO orders(enterprise, region, warning, order_id, revision, content_sha256, "
        "signed_text, exercise, obligations, issued_at, effective_from, effective_to) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(enterprise) DO UPDATE SET "
        "region = excluded.region, warning = excluded.warning, order_id = excluded.order_id, "
        "revision = excluded.revision, content_sha256 = excluded.content_sha256, "
        "signed_text = excluded.signed_text, exercise = excluded.exercise, "
        "obligations = excluded.obligations, issued_at = excluded.issued_at, "
        "effective_from = excluded.effective_from, effective_to = excluded.effective_to, "
        "wanted = wanted + 1, published_at = NULL, receipt_state = 'none', receipt_at = NULL");
    write.bind(1, document.enterprise);
    write.bind(2, document.region);
    write.bind(3, document.warning);
    write.bind(4, document.order);
    write.bind(5, document.revision);
    write.bind(6, content);
    write.bind(7, text);
    write.bind(8, document.exercise ? 1 : 0);
    write.bind(9, static_cast<std::int64_t>(document.obligations.size()));
    bind(write, 10, document.issued_at);
    bind(write, 11, document.effective_from);
    bind(write, 12, document.effective_to);
    write.exec();
}

void close_revision(SQLite::Database& db, const std::string& enterprise, std::int64_t revision,
                    rules::Instant now) {
    for (const char* sql :
         {"UPDATE order_revisions SET replaced_at = ?3 WHERE enterprise = ?1 AND revision = ?2",
          "UPDATE obligations SET replaced_at = ?3 WHERE enterprise = ?1 AND revision = ?2",
          "UPDATE phone_list SET done_at = ?3 WHERE enterprise = ?1 AND revision = ?2 "
          "AND done_at IS NULL"}) {
        SQLite::Statement write(db, sql);
        write.bind(1, enterprise);
        write.bind(2, revision);
        bind(write, 3, now);
        write.exec();
    }
}

void store_revision(SQLite::Database& db, const plans::OrderDocument& document,
                    const std::string& text, rules::Zone zone) {
    SQLite::Statement write(db,
                            "INSERT INTO order_revisions(enterprise, revision, warning, order_id, "
                            "issued_at, signed_text) VALUES(?,?,?,?,?,?)");
    write.bind(1, document.enterprise);
    write.bind(2, document.revision);
    write.bind(3, document.warning);
    write.bind(4, document.order);
    bind(write, 5, document.issued_at);
    write.bind(6, text);
    write.exec();
    SQLite::Statement insert(
        db,
        "INSERT INTO obligations(enterprise, revision, obligation, order_id, warning, line, "
        "verified_by, exercise, from_at, to_at, json) VALUES(?,?,?,?,?,?,?,?,?,?,?)");
    for (const rules::Obligation& obligation : document.obligations) {
        insert.bind(1, document.enterprise);
        insert.bind(2, document.revision);
        insert.bind(3, obligation.id);
        insert.bind(4, document.order);
        insert.bind(5, document.warning);
        insert.bind(6, obligation.line);
        insert.bind(7, std::string(to_text(obligation.verified_by)));
        insert.bind(8, document.exercise ? 1 : 0);
        bind(insert, 9, obligation.from);
        bind(insert, 10, obligation.to);
        insert.bind(11, plans::to_text(plans::to_json(obligation, zone)));
        insert.exec();
        insert.reset();
    }
}

}  // namespace

PutOrders put_orders(SQLite::Database& db, std::vector<plans::OrderDocument> documents,
                     const plans::SigningKey& key, rules::Zone zone, rules::Instant now) {
    PutOrders answer;
    for (plans::OrderDocument& document : documents) {
        const std::optional<Present> present = present_of(db, document.enterprise);
        const std::string content = content_hash(document, zone);
        const bool is_same = present && present->content_sha256 == content;
        if (is_same || (!present && document.obligations.empty())) {
            ++answer.unchanged;
            continue;
        }
        document.revision = present ? present->revision + 1 : 1;
        document.issued_at = now;
        const std::string text = plans::signed_text(document, key, zone);
        if (present) close_revision(db, document.enterprise, present->revision, now);
        store_present(db, document, content, text);
        store_revision(db, document, text, zone);
        ++answer.new_revisions;
    }
    return answer;
}

std::optional<StoredOrder> load_order(SQLite::Database& db, const std::string& enterprise) {
    SQLite::Statement read(db, fmt::format("SELECT {} FROM orders WHERE enterprise = ?", kColumns));
    read.bind(1, enterprise);
    if (!read.executeStep()) return std::nullopt;
    return order_of(read);
}

std::vector<StoredOrder> list_orders(SQLite::Database& db, const std::string& warning,
                                     const std::string& receipt_state, std::size_t offset,
                                     std::size_t limit, const std::string& stem) {
    std::vector<StoredOrder> orders;
    SQLite::Statement read(db,
                           fmt::format("SELECT {} FROM orders WHERE (?1 = '' OR warning = ?1) AND "
                                       "(?2 = '' OR receipt_state = ?2) AND region LIKE ?5 || '%' "
                                       "ORDER BY enterprise LIMIT ?3 OFFSET ?4",
                                       kColumns));
    read.bind(1, warning);
    read.bind(2, receipt_state);
    read.bind(3, static_cast<std::int64_t>(limit));
    read.bind(4, static_cast<std::int64_t>(offset));
    read.bind(5, stem);
    while (read.executeStep()) orders.push_back(order_of(read));
    return orders;
}

std::size_t count_orders(SQLite::Database& db, const std::string& warning,
                         const std::string& receipt_state, const std::string& stem) {
    SQLite::Statement read(db,
                           "SELECT count(*) FROM orders WHERE (?1 = '' OR warning = ?1) AND "
                           "(?2 = '' OR receipt_state = ?2) AND region LIKE ?3 || '%'");
    read.bind(1, warning);
    read.bind(2, receipt_state);
    read.bind(3, stem);
    read.executeStep();
    return static_cast<std::size_t>(read.getColumn(0).getInt64());
}

std::vector<StoredOrder> unpublished_orders(SQLite::Database& db, const std::string& after,
                                            std::size_t limit) {
    std::vector<StoredOrder> orders;
    SQLite::Statement read(db, fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND "
                                           "enterprise > ? ORDER BY enterprise LIMIT ?",
                                           kColumns));
    read.bind(1, after);
    read.bind(2, static_cast<std::int64_t>(limit));
    while (read.executeStep()) orders.push_back(order_of(read));
    return orders;
}

std::size_t count_unpublished(SQLite::Database& db) {
    return static_cast<std::size_t>(
        count_of(db, "SELECT count(*) FROM orders WHERE satisfied < wanted"));
}

void note_published(SQLite::Database& db, const StoredOrder& order, rules::Instant now) {
    SQLite::Statement write(db,
                            "UPDATE orders SET satisfied = max(satisfied, ?3), "
                            "acked_revision = max(acked_revision, ?2), published_at = "
                            "CASE WHEN revision = ?2 AND published_at IS NULL THEN ?4 "
                            "ELSE published_at END WHERE enterprise = ?1");
    write.bind(1, order.enterprise);
    write.bind(2, order.revision);
    write.bind(3, order.wanted);
    bind(write, 4, now);
    write.exec();
}

bool ask_again(SQLite::Database& db, const std::string& enterprise) {
    SQLite::Statement write(db, "UPDATE orders SET wanted = wanted + 1 WHERE enterprise = ?");
    write.bind(1, enterprise);
    return write.exec() > 0;
}

std::size_t ask_all_again(SQLite::Database& db) {
    SQLite::Statement write(db, "UPDATE orders SET wanted = wanted + 1");
    return static_cast<std::size_t>(write.exec());
}

std::string order_topic(const StoredOrder& order) {
    return fmt::format("qingkong/1/{}/{}/order", order.region, order.enterprise);
}

}  // namespace qk::daemon
