#include "daemon/warnings/notice_rows.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <stdexcept>

#include "daemon/store/statement.hpp"
#include "plans/paper/cap.hpp"
#include "plans/paper/notice.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kColumns =
    "number, identifier, warning, kind, colour, exercise, sender, sent, expires, headline, body, "
    "measures, instruction, cap";

StoredNotice notice_of(SQLite::Statement& row) {
    StoredNotice notice;
    notice.number = row.getColumn(0).getInt64();
    notice.identifier = row.getColumn(1).getString();
    notice.warning = row.getColumn(2).getString();
    notice.kind = row.getColumn(3).getString();
    notice.colour =
        rules::parse_colour(row.getColumn(4).getString()).value_or(rules::Colour::kYellow);
    notice.exercise = row.getColumn(5).getInt() != 0;
    notice.sender = row.getColumn(6).getString();
    notice.sent = instant_of(row.getColumn(7).getInt64());
    notice.expires = maybe_instant(row.getColumn(8));
    notice.headline = row.getColumn(9).getString();
    notice.body = row.getColumn(10).getString();
    notice.measures = row.getColumn(11).getString();
    notice.instruction = row.getColumn(12).getString();
    notice.cap = row.getColumn(13).getString();
    return notice;
}

// The serial has one digit; an eleventh message of one second is entered a second later.
std::string next_identifier(SQLite::Database& db, const plans::RegionPack& pack, Instant now) {
    plans::IdentifierParts parts;
    parts.region = pack.region_code;
    parts.agency = pack.publication.agency_code;
    parts.sub_unit = pack.publication.sub_unit;
    parts.entered = now;
    for (;;) {
        for (parts.serial = 0; parts.serial <= plans::kIdentifierSerialMax; ++parts.serial) {
            auto identifier = plans::message_identifier(parts);
            if (!identifier) throw std::runtime_error(rules::to_text(identifier.error()));
            if (!find_notice(db, *identifier)) return *identifier;
        }
        parts.entered += std::chrono::seconds(1);
    }
}

// Earlier messages of the warning that have not expired; the last one in any case, since an update
// must name what it updates.
std::vector<plans::CapReference> references_of(SQLite::Database& db, const std::string& warning,
                                               Instant now) {
    std::vector<plans::CapReference> references;
    constexpr std::size_t kAll = 1000;
    for (const StoredNotice& earlier : list_notices(db, warning, kAll, 0)) {
        if (!references.empty() && earlier.expires && *earlier.expires <= now) continue;
        references.insert(references.begin(),
                          plans::CapReference{earlier.sender, earlier.identifier, earlier.sent});
    }
    return references;
}

plans::NoticeFacts facts_of(const NoticeOrder& order, const std::string& identifier) {
    plans::NoticeFacts facts;
    const rules::Segment* last = rules::last_segment(order.warning);
    facts.kind = order.notice.kind;
    facts.text_kind = order.notice.text_kind;
    facts.colour = order.notice.colour;
    facts.from_colour = order.notice.from_colour;
    facts.mandatory = last == nullptr || last->mandatory;
    facts.exercise = order.warning.exercise;
    facts.number = identifier;
    facts.issued_at = order.now;
    facts.effective_from = order.notice.from;
    if (order.notice.kind != rules::NoticeKind::kCancel) {
        facts.expected_to = order.warning.expected_to;
    }
    facts.clause = order.why.clause.empty() ? order.why.reason : order.why.clause;
    facts.measures = order.measures;
    return facts;
}

plans::CapMessage message_of(SQLite::Database& db, const NoticeOrder& order,
                             const plans::NoticeFacts& facts, const plans::NoticeText& text) {
    plans::CapMessage message = plans::cap_of(order.pack, facts, text);
    message.identifier = facts.number;
    if (facts.kind != rules::NoticeKind::kAlert) {
        message.references = references_of(db, order.warning.id, order.now);
        if (message.references.empty()) message.kind = rules::NoticeKind::kAlert;
    }
    if (message.expires && *message.expires <= order.now) message.expires.reset();
    if (!order.public_url.empty()) message.web = order.public_url + "/public";
    return message;
}

}  // namespace

std::string cap_path(const std::string& identifier) { return "/cap/" + identifier + ".xml"; }

std::string write_notice(SQLite::Database& db, const NoticeOrder& order) {
    const std::string identifier = next_identifier(db, order.pack, order.now);
    const plans::NoticeFacts facts = facts_of(order, identifier);
    const plans::NoticeText text = plans::compose_notice(order.pack, facts);
    const plans::CapMessage message = message_of(db, order, facts, text);
    run_statement(db,
                  "INSERT INTO notices(identifier, warning, kind, colour, exercise, sender, sent, "
                  "expires, headline, body, measures, instruction, cap) "
                  "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
                  identifier, order.warning.id, rules::to_text(message.kind),
                  rules::to_text(facts.colour), facts.exercise ? 1 : 0, message.sender, order.now,
                  message.expires, text.headline, text.body, text.measures, text.instruction,
                  plans::to_cap_xml(message, order.pack.zone));
    const std::int64_t number = db.getLastInsertRowid();
    for (const std::string& target : order.hooks) {
        run_statement(
            db,
            "INSERT INTO notice_deliveries(notice, target, attempts, next_at, last_error) "
            "VALUES(?1,?2,0,?3,'')",
            number, target, order.now);
    }
    return identifier;
}

std::optional<StoredNotice> find_notice(SQLite::Database& db, const std::string& identifier) {
    SQLite::Statement row(db, fmt::format("SELECT {} FROM notices WHERE identifier=?1", kColumns));
    bind_all(row, identifier);
    if (!row.executeStep()) return std::nullopt;
    return notice_of(row);
}

std::optional<StoredNotice> load_notice(SQLite::Database& db, std::int64_t number) {
    SQLite::Statement row(db, fmt::format("SELECT {} FROM notices WHERE number=?1", kColumns));
    bind_all(row, number);
    if (!row.executeStep()) return std::nullopt;
    return notice_of(row);
}

std::vector<StoredNotice> list_notices(SQLite::Database& db, const std::string& warning,
                                       std::size_t limit, std::size_t offset) {
    SQLite::Statement row(db, fmt::format("SELECT {} FROM notices WHERE ?1='' OR warning=?1 "
                                          "ORDER BY number DESC LIMIT ?2 OFFSET ?3",
                                          kColumns));
    bind_all(row, warning, static_cast<std::int64_t>(limit), static_cast<std::int64_t>(offset));
    std::vector<StoredNotice> notices;
    while (row.executeStep()) notices.push_back(notice_of(row));
    return notices;
}

std::size_t count_notices(SQLite::Database& db, const std::string& warning) {
    SQLite::Statement row(db, "SELECT count(*) FROM notices WHERE ?1='' OR warning=?1");
    bind_all(row, warning);
    row.executeStep();
    return static_cast<std::size_t>(row.getColumn(0).getInt64());
}

std::vector<WaitingDelivery> waiting_deliveries(SQLite::Database& db, std::size_t limit) {
    SQLite::Statement row(
        db,
        "SELECT notice, target, attempts, next_at FROM notice_deliveries AS d WHERE "
        "taken_at IS NULL AND NOT EXISTS (SELECT 1 FROM "
        "notice_deliveries AS e WHERE e.target=d.target AND e.notice<d.notice AND "
        "e.taken_at IS NULL) ORDER BY next_at, notice, target LIMIT ?1");
    bind_all(row, static_cast<std::int64_t>(limit));
    std::vector<WaitingDelivery> waiting;
    while (row.executeStep()) {
        waiting.push_back({row.getColumn(0).getInt64(), row.getColumn(1).getString(),
                           row.getColumn(2).getInt(), instant_at(row, 3)});
    }
    return waiting;
}

void note_taken(SQLite::Database& db, const WaitingDelivery& delivery, Instant now) {
    run_statement(db,
                  "UPDATE notice_deliveries SET attempts=attempts+1, taken_at=?3, last_error='' "
                  "WHERE notice=?1 AND target=?2",
                  delivery.notice, delivery.target, now);
}

void note_refused(SQLite::Database& db, const WaitingDelivery& delivery, const std::string& why,
                  Instant next) {
    run_statement(db,
                  "UPDATE notice_deliveries SET attempts=attempts+1, next_at=?3, last_error=?4 "
                  "WHERE notice=?1 AND target=?2",
                  delivery.notice, delivery.target, next, why);
}

}  // namespace qk::daemon
