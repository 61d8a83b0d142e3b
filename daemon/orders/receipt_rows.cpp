#include "daemon/orders/receipt_rows.hpp"

#include "daemon/base/canary.hpp"
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

const std::string kReceiptColumns =
    "SELECT number, enterprise, order_id, revision, state, at, by_whom, note, arrived, channel, "
    "person, effect, sender, proof, public_key, against, overruled_by FROM receipts";

std::vector<StoredReceipt> stored_receipts(Statement& read) {
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
        stored.against = read.text(15);
        stored.overruled_by = read.maybe<std::int64_t>(16);
        receipts.push_back(std::move(stored));
    }
    return receipts;
}

// The same message, or one that teaches nothing that is not on record.
bool is_stored(Session& db, const Receipt& receipt, const ReceiptOrigin& origin,
               ReceiptEffect effect) {
    // What is proved, claimed, or wrongly signed never passes for another of these.
    const std::string_view proof = to_text(origin.proof);
    if (effect == ReceiptEffect::kTaken) {
        // What a person says once more is another word; a message may come twice.
        if (!origin.person.empty()) return false;
        return db.has(
            "SELECT 1 FROM receipts WHERE enterprise = ? AND order_id = ? AND revision = ? AND "
            "state = ? AND at = ? AND by_whom = ? AND note = ? AND channel = ? AND sender = ? AND "
            "proof = ?",
            origin.enterprise, receipt.order, receipt.revision, to_text(receipt.state), receipt.at,
            receipt.by, receipt.note, origin.channel, origin.sender, proof);
    }
    if (effect != ReceiptEffect::kLate && effect != ReceiptEffect::kRepeat) {
        return db.has(
            "SELECT 1 FROM receipts WHERE enterprise = ? AND order_id = ? AND revision = ? AND "
            "state = ? AND proof = ?",
            origin.enterprise, receipt.order, receipt.revision, to_text(receipt.state), proof);
    }
    if (db.has("SELECT 1 FROM receipts WHERE enterprise = ? AND order_id = ? AND revision = ? AND "
               "state = ? AND channel = ? AND sender = ? AND by_whom = ? AND proof = ?",
               origin.enterprise, receipt.order, receipt.revision, to_text(receipt.state),
               origin.channel, origin.sender, receipt.by, proof)) {
        return true;
    }
    // A named person is always heard.
    return origin.person.empty() &&
           db.count(
               "SELECT count(*) FROM receipts WHERE enterprise = ? AND order_id = ? AND "
               "revision = ? AND person = '' AND proof = ?",
               origin.enterprise, receipt.order, receipt.revision, proof) >= kAnswersKept;
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

std::optional<std::int64_t> store_receipt(Session& db, const Receipt& receipt,
                                          const ReceiptOrigin& origin,
                                          const ReceiptFinding& finding) {
    const ReceiptEffect effect = finding.effect;
    const std::string_view state = to_text(receipt.state);
    if (effect != ReceiptEffect::kUnknownRevision && effect != ReceiptEffect::kUnknownOrder) {
        db.exec(
            "DELETE FROM receipts WHERE enterprise = ? AND order_id = ? AND revision = ? AND "
            "state = ? AND effect IN (?, ?)",
            origin.enterprise, receipt.order, receipt.revision, state,
            to_text(ReceiptEffect::kUnknownRevision), to_text(ReceiptEffect::kUnknownOrder));
    }
    const bool may_be_stored = !origin.corrects && !planted(Canary::kReceiptTwice);
    if (may_be_stored && is_stored(db, receipt, origin, effect)) return std::nullopt;
    const std::string_view against = finding.against ? to_text(*finding.against) : "";
    db.exec(
        "INSERT INTO receipts(enterprise, order_id, revision, state, at, by_whom, note, arrived, "
        "channel, person, effect, sender, proof, public_key, against) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        origin.enterprise, receipt.order, receipt.revision, state, receipt.at, receipt.by,
        receipt.note, origin.arrived, origin.channel, origin.person, to_text(effect), origin.sender,
        to_text(origin.proof), receipt.seal ? receipt.seal->key : std::string(), against);
    return db.last_id();
}

void overrule_receipts(Session& db, const Receipt& by, const ReceiptOrigin& origin,
                       std::int64_t number) {
    db.exec(
        "UPDATE receipts SET overruled_by = ?1 WHERE enterprise = ?2 AND order_id = ?3 AND "
        "revision = ?4 AND number < ?1 AND overruled_by IS NULL AND "
        "((effect = 'taken' AND state = ?5) OR ?6 = 0)",
        number, origin.enterprise, by.order, by.revision, to_text(*origin.corrects),
        static_cast<int>(by.state));
}

void move_order(Session& db, const Receipt& receipt, const ReceiptOrigin& origin) {
    db.exec(
        "UPDATE orders SET receipt_state = ?2, receipt_at = iif(?2 = 'none', NULL, ?3), "
        "receipt_proof = iif(?2 = 'none', '', ?4) WHERE enterprise = ?1",
        origin.enterprise, to_text(receipt.state), origin.arrived, to_text(origin.proof));
    if (origin.corrects) forget_calls(db, origin.enterprise, receipt.revision);
    // Whoever has come this far need not be called for anything that lies before it.
    db.exec(
        "UPDATE phone_list SET done_at = ?2 WHERE enterprise = ?1 AND done_at IS NULL AND "
        "((wanted IN ('received', 'publish') AND ?3 >= 1) OR (wanted = 'accepted' AND ?3 >= 2) OR "
        "(wanted = 'executing' AND ?3 >= 3))",
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
                                         const std::string& warning, const NewestFirst& stretch,
                                         const std::string& region_prefix) {
    RowFilter filter = filter_of(enterprise, warning, region_prefix);
    filter.add("number < ?", stretch.below);
    Statement read(db, kReceiptColumns + filter.where() + " ORDER BY number DESC LIMIT ? OFFSET ?");
    const int place = filter.bind_to(read);
    read.bind(place, stretch.limit);
    read.bind(place + 1, stretch.offset);
    return stored_receipts(read);
}

std::vector<StoredReceipt> receipts_of_revision(Session& db, const std::string& enterprise,
                                                const PresentOrder& order) {
    Statement read(db,
                   kReceiptColumns +
                       " WHERE enterprise = ? AND order_id = ? AND revision = ? ORDER BY number "
                       "DESC LIMIT ?",
                   enterprise, order.order, order.revision, kAnswersKept * 3);
    return stored_receipts(read);
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
    // after. One that was asked for again counts from there.
    return static_cast<std::size_t>(db.exec(
        "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
        "SELECT enterprise, revision, 'received', ?1 FROM orders "
        "WHERE receipt_state = 'none' AND max(issued_at, coalesce(published_at, 0), "
        "coalesce(asked_again_at, 0)) <= ?2 "
        "UNION ALL SELECT enterprise, revision, 'accepted', ?1 FROM orders "
        "WHERE receipt_state IN ('none', 'received') AND obligations > 0 AND "
        "max(issued_at, coalesce(published_at, 0), coalesce(asked_again_at, 0)) <= ?3 "
        "UNION ALL SELECT enterprise, revision, 'executing', ?1 FROM orders "
        "WHERE receipt_state IN ('none', 'received', 'accepted') AND obligations > 0 AND "
        "max(effective_from, issued_at, coalesce(published_at, 0), coalesce(asked_again_at, 0)) "
        "<= ?4 "
        "UNION ALL SELECT enterprise, revision, 'refusal', ?1 FROM refusals "
        "WHERE standing = 'open' AND opened_at <= ?5 "
        "ON CONFLICT DO NOTHING",
        now, now - deadlines.received, now - deadlines.accepted, now - deadlines.executing,
        now - deadlines.refusal));
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

void forget_calls(Session& db, const std::string& enterprise, std::int64_t revision) {
    db.exec(
        "DELETE FROM phone_list WHERE enterprise = ? AND revision = ? AND done_at IS NOT NULL AND "
        "wanted <> 'publish'",
        enterprise, revision);
}

void list_contradiction(Session& db, const std::string& enterprise, std::int64_t revision,
                        rules::Instant now) {
    db.exec(
        "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
        "VALUES(?1, ?2, 'contradiction', ?3) ON CONFLICT DO UPDATE SET listed_at = ?3, "
        "done_at = NULL WHERE done_at IS NOT NULL",
        enterprise, revision, now);
}

void end_contradiction(Session& db, const std::string& enterprise, std::int64_t revision,
                       rules::Instant now) {
    db.exec(
        "UPDATE phone_list SET done_at = ?3 WHERE enterprise = ?1 AND revision = ?2 AND "
        "wanted = 'contradiction' AND done_at IS NULL",
        enterprise, revision, now);
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
