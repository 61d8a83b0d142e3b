#include "daemon/warnings/notice_rows.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "daemon/store/session.hpp"
#include "plans/paper/cap.hpp"
#include "plans/paper/notice.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kColumns =
    "number, identifier, warning, kind, colour, exercise, sender, sent, expires, headline, body, "
    "measures, instruction, cap";

StoredNotice notice_of(Statement& row) {
    StoredNotice notice;
    notice.number = row.integer(0);
    notice.identifier = row.text(1);
    notice.warning = row.text(2);
    notice.kind = row.text(3);
    notice.colour = rules::parse_colour(row.text(4)).value_or(rules::Colour::kYellow);
    notice.exercise = row.flag(5);
    notice.sender = row.text(6);
    notice.sent = row.instant(7);
    notice.expires = row.maybe<rules::Instant>(8);
    notice.headline = row.text(9);
    notice.body = row.text(10);
    notice.measures = row.text(11);
    notice.instruction = row.text(12);
    notice.cap = row.text(13);
    return notice;
}

// The serial has one digit; an eleventh message of one second is entered a second later.
std::string next_identifier(Session& db, const plans::RegionPack& pack, Instant now) {
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
std::vector<plans::CapReference> references_of(Session& db, const std::string& warning,
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
    facts.cause = order.notice.cause;
    return facts;
}

plans::CapMessage message_of(Session& db, const NoticeOrder& order, const plans::NoticeFacts& facts,
                             const plans::NoticeText& text) {
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

std::string write_notice(Session& db, const NoticeOrder& order) {
    const std::string identifier = next_identifier(db, order.pack, order.now);
    const plans::NoticeFacts facts = facts_of(order, identifier);
    const plans::NoticeText text = plans::compose_notice(order.pack, facts);
    const plans::CapMessage message = message_of(db, order, facts, text);
    db.exec(
        "INSERT INTO notices(identifier, warning, kind, colour, exercise, sender, sent, "
        "expires, headline, body, measures, instruction, cap) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
        identifier, order.warning.id, rules::to_text(message.kind), rules::to_text(facts.colour),
        facts.exercise ? 1 : 0, message.sender, order.now, message.expires, text.headline,
        text.body, text.measures, text.instruction, plans::to_cap_xml(message, order.pack.zone));
    const std::int64_t number = db.last_id();
    for (const std::string& target : order.hooks) {
        db.exec(
            "INSERT INTO notice_deliveries(notice, target, attempts, next_at, last_error) "
            "VALUES(?1,?2,0,?3,'')",
            number, target, order.now);
    }
    return identifier;
}

std::optional<StoredNotice> find_notice(Session& db, const std::string& identifier) {
    Statement row(db, fmt::format("SELECT {} FROM notices WHERE identifier=?1", kColumns),
                  identifier);
    if (!row.next()) return std::nullopt;
    return notice_of(row);
}

std::optional<StoredNotice> load_notice(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("SELECT {} FROM notices WHERE number=?1", kColumns), number);
    if (!row.next()) return std::nullopt;
    return notice_of(row);
}

std::vector<StoredNotice> list_notices(Session& db, const std::string& warning, std::size_t limit,
                                       std::size_t offset, std::int64_t below) {
    Statement row(db,
                  fmt::format("SELECT {} FROM notices WHERE (?1='' OR warning=?1) AND number < ?4 "
                              "ORDER BY number DESC LIMIT ?2 OFFSET ?3",
                              kColumns),
                  warning, limit, offset, below);
    std::vector<StoredNotice> notices;
    while (row.next()) notices.push_back(notice_of(row));
    return notices;
}

std::size_t count_notices(Session& db, const std::string& warning) {
    return static_cast<std::size_t>(
        db.count("SELECT count(*) FROM notices WHERE ?1='' OR warning=?1", warning));
}

std::vector<WaitingDelivery> waiting_deliveries(Session& db, std::size_t limit) {
    Statement row(db,
                  "SELECT notice, target, attempts, next_at FROM notice_deliveries AS d WHERE "
                  "taken_at IS NULL AND NOT EXISTS (SELECT 1 FROM "
                  "notice_deliveries AS e WHERE e.target=d.target AND e.notice<d.notice AND "
                  "e.taken_at IS NULL) ORDER BY next_at, notice, target LIMIT ?1",
                  limit);
    std::vector<WaitingDelivery> waiting;
    while (row.next()) {
        waiting.push_back({row.integer(0), row.text(1), row.get<int>(2), row.instant(3)});
    }
    return waiting;
}

void note_taken(Session& db, const WaitingDelivery& delivery, Instant now) {
    db.exec(
        "UPDATE notice_deliveries SET attempts=attempts+1, taken_at=?3, last_error='' "
        "WHERE notice=?1 AND target=?2",
        delivery.notice, delivery.target, now);
}

void note_refused(Session& db, const WaitingDelivery& delivery, const std::string& why,
                  Instant next) {
    db.exec(
        "UPDATE notice_deliveries SET attempts=attempts+1, next_at=?3, last_error=?4 "
        "WHERE notice=?1 AND target=?2",
        delivery.notice, delivery.target, next, why);
}

}  // namespace qk::daemon
