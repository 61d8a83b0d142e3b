#include "daemon/orders/receipt_rows.hpp"

#include "daemon/service/county_rows.hpp"

namespace qk::daemon {
namespace {

// Of one enterprise or warning; empty: all.
RowFilter filter_of(const std::string& enterprise, const std::string& warning,
                    const std::string& region_prefix) {
    RowFilter filter;
    filter.add_if_given("enterprise = ?", enterprise);
    filter.add_if_given(
        "(enterprise, revision) IN (SELECT o.enterprise, o.revision FROM order_revisions AS o "
        "WHERE o.warning = ?)",
        warning);
    add_county(filter, "enterprise", region_prefix);
    return filter;
}

RowFilter open_calls(const std::string& region_prefix) {
    RowFilter filter;
    filter.add("done_at IS NULL");
    add_county(filter, "enterprise", region_prefix);
    return filter;
}

}  // namespace

std::optional<PresentOrder> present_order(Session& db, const std::string& enterprise) {
    Statement read(db,
                   "SELECT order_id, revision, receipt_state, receipt_proof FROM orders "
                   "WHERE enterprise = ?",
                   enterprise);
    if (!read.next()) return std::nullopt;
    PresentOrder present;
    present.order = read.text(0);
    present.revision = read.integer(1);
    present.state = parse_receipt_state(read.text(2)).value_or(ReceiptState::kNone);
    present.is_proved = read.text(3) == to_text(ReceiptProof::kProved);
    return present;
}

bool store_receipt(Session& db, const Receipt& receipt, const ReceiptOrigin& origin,
                   ReceiptEffect effect) {
    const std::string_view state = to_text(receipt.state);
    if (effect != ReceiptEffect::kUnknownRevision && effect != ReceiptEffect::kUnknownOrder) {
        db.exec(
            "DELETE FROM receipts WHERE enterprise = ? AND order_id = ? AND revision = ? AND "
            "state = ? AND effect IN (?, ?)",
            origin.enterprise, receipt.order, receipt.revision, state,
            to_text(ReceiptEffect::kUnknownRevision), to_text(ReceiptEffect::kUnknownOrder));
    }
    const int is_taken = effect == ReceiptEffect::kTaken ? 1 : 0;
    if (!origin.corrects &&
        db.count("SELECT EXISTS(SELECT 1 FROM receipts WHERE enterprise = ?1 AND order_id = ?2 AND "
                 "revision = ?3 AND state = ?4 AND iif(?5 IN ('proved', 'contradicting'), proof = "
                 "?5, proof <> 'contradicting') AND (?6 = 0 OR (at = ?7 AND by_whom = ?8 AND note "
                 "= ?9 AND channel = ?10)))",
                 origin.enterprise, receipt.order, receipt.revision, state, to_text(origin.proof),
                 is_taken, receipt.at, receipt.by, receipt.note, origin.channel) > 0) {
        return false;
    }
    db.exec(
        "INSERT INTO receipts(enterprise, order_id, revision, state, at, by_whom, note, arrived, "
        "channel, person, effect, sender, proof, public_key) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        origin.enterprise, receipt.order, receipt.revision, state, receipt.at, receipt.by,
        receipt.note, origin.arrived, origin.channel, origin.person, to_text(effect), origin.sender,
        to_text(origin.proof), receipt.seal ? receipt.seal->key : std::string());
    return true;
}

void move_order(Session& db, const Receipt& receipt, const ReceiptOrigin& origin) {
    db.exec(
        "UPDATE orders SET receipt_state = ?2, receipt_at = ?3, receipt_proof = ?4 "
        "WHERE enterprise = ?1",
        origin.enterprise, to_text(receipt.state), origin.arrived, to_text(origin.proof));
    // Whoever has come this far need not be called for anything that lies before it.
    db.exec(
        "UPDATE phone_list SET done_at = ?2 WHERE enterprise = ?1 AND done_at IS NULL AND "
        "(wanted IN ('received', 'publish') OR (wanted = 'accepted' AND ?3 >= 2) OR ?3 >= 3)",
        origin.enterprise, origin.arrived, static_cast<int>(receipt.state));
}

void prove_order(Session& db, const std::string& enterprise) {
    db.exec("UPDATE orders SET receipt_proof = ?2 WHERE enterprise = ?1", enterprise,
            to_text(ReceiptProof::kProved));
}

std::int64_t count_unknown_receipts(Session& db, const std::string& enterprise) {
    return db.count("SELECT count(*) FROM receipts WHERE enterprise = ? AND effect IN (?, ?)",
                    enterprise, to_text(ReceiptEffect::kUnknownOrder),
                    to_text(ReceiptEffect::kUnknownRevision));
}

void forget_receipt(Session& db, const std::string& enterprise, const Receipt& receipt) {
    db.exec(
        "DELETE FROM receipts WHERE enterprise = ? AND order_id = ? AND "
        "revision = ? AND state = ?",
        enterprise, receipt.order, receipt.revision, to_text(receipt.state));
}

std::optional<std::string> order_of_revision(Session& db, const std::string& enterprise,
                                             std::int64_t revision) {
    return db.one<std::string>(
        "SELECT order_id FROM order_revisions WHERE enterprise = ? AND revision = ?", enterprise,
        revision);
}

std::vector<StoredReceipt> list_receipts(Session& db, const std::string& enterprise,
                                         const std::string& warning, std::size_t offset,
                                         std::size_t limit, const std::string& region_prefix,
                                         std::int64_t below) {
    RowFilter filter = filter_of(enterprise, warning, region_prefix);
    filter.add("number < ?", below);
    Statement read(db,
                   "SELECT number, enterprise, order_id, revision, state, at, by_whom, note, "
                   "arrived, channel, person, effect, sender, proof, public_key FROM receipts" +
                       filter.where() + " ORDER BY number DESC LIMIT ? OFFSET ?");
    const int place = filter.bind_to(read);
    read.bind(place, limit);
    read.bind(place + 1, offset);
    std::vector<StoredReceipt> receipts;
    while (read.next()) {
        StoredReceipt stored;
        stored.number = read.integer(0);
        stored.enterprise = read.text(1);
        stored.receipt.order = read.text(2);
        stored.receipt.revision = read.integer(3);
        stored.receipt.state = parse_receipt_state(read.text(4)).value_or(ReceiptState::kNone);
        stored.receipt.at = read.instant(5);
        stored.receipt.by = read.text(6);
        stored.receipt.note = read.text(7);
        stored.origin.enterprise = stored.enterprise;
        stored.origin.arrived = read.instant(8);
        stored.origin.channel = read.text(9);
        stored.origin.person = read.text(10);
        stored.effect = read.text(11);
        stored.origin.sender = read.text(12);
        stored.proof = read.text(13);
        stored.key = read.text(14);
        receipts.push_back(std::move(stored));
    }
    return receipts;
}

std::size_t count_receipts(Session& db, const std::string& enterprise, const std::string& warning,
                           const std::string& region_prefix) {
    const RowFilter filter = filter_of(enterprise, warning, region_prefix);
    Statement read(db, "SELECT count(*) FROM receipts" + filter.where());
    filter.bind_to(read);
    return read.next() ? read.get<std::size_t>(0) : 0;
}

std::size_t insert_overdue(Session& db, const ReceiptDeadlines& deadlines, rules::Instant now) {
    // From when it left, or was issued if it has not: where the clock was set back, it left an hour
    // after.
    return static_cast<std::size_t>(db.exec(
        "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
        "SELECT enterprise, revision, 'received', ?1 FROM orders "
        "WHERE receipt_state = 'none' AND max(issued_at, coalesce(published_at, 0)) <= ?2 "
        "UNION ALL SELECT enterprise, revision, 'accepted', ?1 FROM orders "
        "WHERE receipt_state IN ('none', 'received') AND obligations > 0 AND "
        "max(issued_at, coalesce(published_at, 0)) <= ?3 "
        "UNION ALL SELECT enterprise, revision, 'executing', ?1 FROM orders "
        "WHERE receipt_state IN ('none', 'received', 'accepted') AND obligations > 0 AND "
        "max(effective_from, issued_at, coalesce(published_at, 0)) <= ?4 "
        "ON CONFLICT DO NOTHING",
        now, now - deadlines.received, now - deadlines.accepted, now - deadlines.executing));
}

std::map<std::string, std::int64_t> listed_by_region(Session& db, rules::Instant listed_at) {
    Statement read(db,
                   "SELECT o.region, count(*) FROM phone_list AS p JOIN orders AS o ON "
                   "o.enterprise = p.enterprise WHERE p.done_at IS NULL AND p.listed_at = ? GROUP "
                   "BY o.region",
                   listed_at);
    std::map<std::string, std::int64_t> counts;
    while (read.next()) counts[read.text(0)] = read.integer(1);
    return counts;
}

bool list_not_known(Session& db, const std::string& enterprise, std::int64_t revision,
                    rules::Instant now) {
    return db.exec(
               "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) SELECT "
               "enterprise, revision, 'received', ?3 FROM orders WHERE enterprise = ?1 "
               "AND revision = ?2 ON CONFLICT DO NOTHING",
               enterprise, revision, now) > 0;
}

std::vector<PhoneEntry> phone_list(Session& db, std::size_t offset, std::size_t limit,
                                   const std::string& region_prefix) {
    std::vector<PhoneEntry> entries;
    const RowFilter filter = open_calls(region_prefix);
    Statement read(db, "SELECT enterprise, revision, wanted, listed_at FROM phone_list" +
                           filter.where() + " ORDER BY listed_at, enterprise LIMIT ? OFFSET ?");
    const int place = filter.bind_to(read);
    read.bind(place, limit);
    read.bind(place + 1, offset);
    while (read.next()) {
        PhoneEntry entry;
        entry.enterprise = read.text(0);
        entry.revision = read.integer(1);
        entry.wanted = read.text(2);
        entry.listed_at = read.instant(3);
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::size_t count_phone_list(Session& db, const std::string& region_prefix) {
    const RowFilter filter = open_calls(region_prefix);
    Statement read(db,
                   "SELECT count(*) FROM phone_list INDEXED BY phone_list_open" + filter.where());
    filter.bind_to(read);
    return read.next() ? read.get<std::size_t>(0) : 0;
}

}  // namespace qk::daemon
