#include "daemon/orders/receipts.hpp"

#include <boost/json/object.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/sql.hpp"

namespace qk::daemon {
namespace {

std::optional<PresentOrder> present_order(SQLite::Database& db, const std::string& enterprise) {
    SQLite::Statement read(
        db, "SELECT order_id, revision, receipt_state FROM orders WHERE enterprise = ?");
    read.bind(1, enterprise);
    if (!read.executeStep()) return std::nullopt;
    PresentOrder present;
    present.order = text_at(read, 0);
    present.revision = read.getColumn(1).getInt64();
    present.state = parse_receipt_state(text_at(read, 2)).value_or(ReceiptState::kNone);
    return present;
}

// False: this state of this revision is stored already. One that came before the revision was issued
// proves nothing, and makes room for the true one.
bool store_receipt(SQLite::Database& db, const Receipt& receipt, const ReceiptOrigin& origin,
                   ReceiptEffect effect) {
    SQLite::Statement write(db,
                            "INSERT INTO receipts(enterprise, order_id, revision, state, at, "
                            "by_whom, note, arrived, channel, person, effect) "
                            "VALUES(?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(enterprise, order_id, "
                            "revision, state) DO UPDATE SET at = excluded.at, by_whom = "
                            "excluded.by_whom, note = excluded.note, arrived = excluded.arrived, "
                            "channel = excluded.channel, person = excluded.person, effect = "
                            "excluded.effect WHERE receipts.effect IN (?12, ?13) AND "
                            "excluded.effect NOT IN (?12, ?13)");
    write.bind(12, std::string(to_text(ReceiptEffect::kUnknownRevision)));
    write.bind(13, std::string(to_text(ReceiptEffect::kUnknownOrder)));
    write.bind(1, origin.enterprise);
    write.bind(2, receipt.order);
    write.bind(3, receipt.revision);
    write.bind(4, std::string(to_text(receipt.state)));
    bind(write, 5, receipt.at);
    write.bind(6, receipt.by);
    write.bind(7, receipt.note);
    bind(write, 8, origin.arrived);
    write.bind(9, origin.channel);
    write.bind(10, origin.person);
    write.bind(11, std::string(to_text(effect)));
    return write.exec() > 0;
}

void move_order(SQLite::Database& db, const Receipt& receipt, const ReceiptOrigin& origin) {
    SQLite::Statement write(
        db, "UPDATE orders SET receipt_state = ?2, receipt_at = ?3 WHERE enterprise = ?1");
    write.bind(1, origin.enterprise);
    write.bind(2, std::string(to_text(receipt.state)));
    bind(write, 3, origin.arrived);
    write.exec();
    // Whoever has come this far need not be called for anything that lies before it.
    SQLite::Statement done(
        db,
        "UPDATE phone_list SET done_at = ?2 WHERE enterprise = ?1 AND done_at IS NULL AND "
        "(wanted IN ('received', 'publish') OR (wanted = 'accepted' AND ?3 >= 2) OR ?3 >= 3)");
    done.bind(1, origin.enterprise);
    bind(done, 2, origin.arrived);
    done.bind(3, static_cast<int>(receipt.state));
    done.exec();
}

}  // namespace

ReceiptEffect take_receipt(SQLite::Database& db, const Receipt& receipt,
                           const ReceiptOrigin& origin) {
    const std::optional<PresentOrder> present = present_order(db, origin.enterprise);
    ReceiptEffect effect = judge_receipt(present, receipt, origin.corrects);
    const bool is_correction = effect == ReceiptEffect::kTaken && origin.corrects.has_value();
    if (origin.corrects && !is_correction) return effect;
    // One for an order that was made up is kept within the limit of those, whatever its revision.
    const bool is_old = effect == ReceiptEffect::kOldRevision;
    if (is_old && order_of_revision(db, origin.enterprise, receipt.revision) != receipt.order) {
        effect = ReceiptEffect::kUnknownOrder;
    }
    if (effect == ReceiptEffect::kRepeat) return effect;
    const bool is_new = store_receipt(db, receipt, origin, effect);
    if (!is_new && !is_correction) return ReceiptEffect::kRepeat;
    if (effect != ReceiptEffect::kTaken) return effect;
    move_order(db, receipt, origin);
    boost::json::object detail;
    detail["enterprise"] = origin.enterprise;
    detail["order"] = receipt.order;
    detail["revision"] = receipt.revision;
    detail["state"] = std::string(to_text(receipt.state));
    detail["by"] = receipt.by;
    detail["channel"] = origin.channel;
    if (is_correction) {
        detail["corrects"] = std::string(to_text(present->state));
        detail["note"] = receipt.note;
    }
    append_event(db, origin.arrived, "receipt", detail);
    AuditEntry entry;
    entry.at = origin.arrived;
    entry.person = origin.person.empty() ? "enterprise:" + origin.enterprise : origin.person;
    entry.remote = origin.remote;
    entry.action = "order.receipt";
    entry.subject = receipt.order;
    entry.detail = std::move(detail);
    append_audit(db, entry);
    return effect;
}

std::optional<std::string> order_of_revision(SQLite::Database& db, const std::string& enterprise,
                                             std::int64_t revision) {
    SQLite::Statement read(
        db, "SELECT order_id FROM order_revisions WHERE enterprise = ? AND revision = ?");
    read.bind(1, enterprise);
    read.bind(2, revision);
    if (!read.executeStep()) return std::nullopt;
    return text_at(read, 0);
}

std::vector<StoredReceipt> list_receipts(SQLite::Database& db, const std::string& enterprise,
                                         const std::string& warning, std::size_t offset,
                                         std::size_t limit, const std::string& stem) {
    SQLite::Statement read(
        db,
        "SELECT number, enterprise, order_id, revision, state, at, by_whom, note, arrived, "
        "channel, "
        "person, effect FROM receipts AS r WHERE (?1 = '' OR enterprise = ?1) AND (?2 = '' OR "
        "EXISTS(SELECT 1 FROM order_revisions AS o WHERE o.enterprise = r.enterprise AND "
        "o.revision = r.revision AND o.warning = ?2)) AND (?5 = '' OR enterprise IN (SELECT "
        "o.enterprise FROM orders AS o WHERE o.region LIKE ?5 || '%')) "
        "ORDER BY number DESC LIMIT ?3 OFFSET ?4");
    read.bind(1, enterprise);
    read.bind(2, warning);
    read.bind(3, static_cast<std::int64_t>(limit));
    read.bind(4, static_cast<std::int64_t>(offset));
    read.bind(5, stem);
    std::vector<StoredReceipt> receipts;
    while (read.executeStep()) {
        StoredReceipt stored;
        stored.number = read.getColumn(0).getInt64();
        stored.enterprise = text_at(read, 1);
        stored.receipt.order = text_at(read, 2);
        stored.receipt.revision = read.getColumn(3).getInt64();
        stored.receipt.state = parse_receipt_state(text_at(read, 4)).value_or(ReceiptState::kNone);
        stored.receipt.at = instant_at(read, 5);
        stored.receipt.by = text_at(read, 6);
        stored.receipt.note = text_at(read, 7);
        stored.origin.enterprise = stored.enterprise;
        stored.origin.arrived = instant_at(read, 8);
        stored.origin.channel = text_at(read, 9);
        stored.origin.person = text_at(read, 10);
        stored.effect = text_at(read, 11);
        receipts.push_back(std::move(stored));
    }
    return receipts;
}

std::size_t count_receipts(SQLite::Database& db, const std::string& enterprise,
                           const std::string& warning, const std::string& stem) {
    SQLite::Statement read(
        db,
        "SELECT count(*) FROM receipts AS r WHERE (?1 = '' OR enterprise = ?1) AND (?2 = '' OR "
        "EXISTS(SELECT 1 FROM order_revisions AS o WHERE o.enterprise = r.enterprise AND "
        "o.revision = r.revision AND o.warning = ?2)) AND (?3 = '' OR enterprise IN (SELECT "
        "o.enterprise FROM orders AS o WHERE o.region LIKE ?3 || '%'))");
    read.bind(1, enterprise);
    read.bind(2, warning);
    read.bind(3, stem);
    read.executeStep();
    return static_cast<std::size_t>(read.getColumn(0).getInt64());
}

namespace {

// Of those that were listed just now, how many are in each county.
boost::json::object listed_by_region(SQLite::Database& db, rules::Instant now) {
    SQLite::Statement read(db,
                           "SELECT o.region, count(*) FROM phone_list AS p JOIN orders AS o ON "
                           "o.enterprise = p.enterprise WHERE p.listed_at = ? GROUP BY o.region");
    bind(read, 1, now);
    boost::json::object counts;
    while (read.executeStep()) counts[text_at(read, 0)] = read.getColumn(1).getInt64();
    return counts;
}

}  // namespace

std::size_t list_overdue(SQLite::Database& db, const ReceiptDeadlines& deadlines,
                         rules::Instant now) {
    // From when it left, or was issued if it has not: where the clock was set back, it left an hour after.
    SQLite::Statement write(
        db,
        "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
        "SELECT enterprise, revision, 'received', ?1 FROM orders "
        "WHERE receipt_state = 'none' AND max(issued_at, coalesce(published_at, 0)) <= ?2 "
        "UNION ALL SELECT enterprise, revision, 'accepted', ?1 FROM orders "
        "WHERE receipt_state IN ('none', 'received') AND obligations > 0 AND "
        "max(issued_at, coalesce(published_at, 0)) <= ?3 "
        "UNION ALL SELECT enterprise, revision, 'executing', ?1 FROM orders "
        "WHERE receipt_state IN ('none', 'received', 'accepted') AND obligations > 0 AND "
        "max(effective_from, issued_at, coalesce(published_at, 0)) <= ?4 "
        "ON CONFLICT DO NOTHING");
    bind(write, 1, now);
    bind(write, 2, now - deadlines.received);
    bind(write, 3, now - deadlines.accepted);
    bind(write, 4, now - deadlines.executing);
    const int listed = write.exec();
    if (listed > 0) {
        append_event(db, now, "phone-list",
                     {{"new", listed}, {"by_region", listed_by_region(db, now)}});
    }
    return static_cast<std::size_t>(listed);
}

bool list_not_known(SQLite::Database& db, const std::string& enterprise, std::int64_t revision,
                    rules::Instant now) {
    SQLite::Statement write(db,
                            "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) SELECT "
                            "enterprise, revision, 'received', ?3 FROM orders WHERE enterprise = ?1 "
                            "AND revision = ?2 ON CONFLICT DO NOTHING");
    write.bind(1, enterprise);
    write.bind(2, revision);
    bind(write, 3, now);
    return write.exec() > 0;
}

std::vector<PhoneEntry> phone_list(SQLite::Database& db, std::size_t offset, std::size_t limit,
                                   const std::string& stem) {
    std::vector<PhoneEntry> entries;
    SQLite::Statement read(
        db,
        "SELECT enterprise, revision, wanted, listed_at FROM phone_list WHERE "
        "done_at IS NULL AND (?3 = '' OR enterprise IN (SELECT o.enterprise FROM "
        "orders AS o WHERE o.region LIKE ?3 || '%')) "
        "ORDER BY listed_at, enterprise LIMIT ?1 OFFSET ?2");
    read.bind(1, static_cast<std::int64_t>(limit));
    read.bind(2, static_cast<std::int64_t>(offset));
    read.bind(3, stem);
    while (read.executeStep()) {
        PhoneEntry entry;
        entry.enterprise = text_at(read, 0);
        entry.revision = read.getColumn(1).getInt64();
        entry.wanted = text_at(read, 2);
        entry.listed_at = instant_at(read, 3);
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::size_t count_phone_list(SQLite::Database& db, const std::string& stem) {
    SQLite::Statement read(db,
                           "SELECT count(*) FROM phone_list WHERE done_at IS NULL AND (?1 = '' OR "
                           "enterprise IN (SELECT o.enterprise FROM orders AS o WHERE o.region "
                           "LIKE ?1 || '%'))");
    read.bind(1, stem);
    read.executeStep();
    return static_cast<std::size_t>(read.getColumn(0).getInt64());
}

}  // namespace qk::daemon
