#include "daemon/warnings/notice_rows.hpp"

#include <fmt/format.h>

#include <cassert>
#include <stdexcept>

#include "daemon/store/session.hpp"
#include "plans/documents/cap.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kSelect =
    "SELECT n.number, n.identifier, n.warning, n.kind, n.colour, n.exercise, n.sender, n.sent, "
    "n.expires, n.headline, n.body, n.measures, n.instruction, n.cap, coalesce(f.document,''), "
    "coalesce(f.text_kind,''), coalesce(f.mandatory,1), coalesce(f.effective_from,n.sent), "
    "CASE WHEN f.notice IS NULL THEN n.expires ELSE f.expected_to END "
    "FROM notices AS n LEFT JOIN notice_facts AS f ON f.notice=n.number";

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
    notice.document = row.text(14);
    notice.text_kind = row.text(15);
    notice.mandatory = row.flag(16);
    notice.effective_from = row.instant(17);
    notice.expected_to = row.maybe<rules::Instant>(18);
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

// Every earlier message of the warning, the first one first: whoever has any of them knows that it
// no longer stands.
std::vector<plans::CapReference> references_of(Session& db, const std::string& warning) {
    std::vector<plans::CapReference> references;
    constexpr std::size_t kAll = 1000;
    for (const StoredNotice& earlier : list_notices(db, warning, {.limit = kAll})) {
        references.insert(references.begin(),
                          plans::CapReference{earlier.sender, earlier.identifier, earlier.sent});
    }
    return references;
}

struct NextDocument {
    int year = 0;
    std::int64_t count = 0;
    std::string text;  // empty: the bureau numbers nothing
};
NextDocument next_document(Session& db, const NoticeOrder& order) {
    NextDocument next;
    if (order.pack.publication.document_number.empty()) return next;
    const std::chrono::year_month_day day{rules::day_of(order.now, order.pack.zone)};
    next.year = static_cast<int>(day.year());
    const std::int64_t newest =
        db.count("SELECT coalesce(max(count),0) FROM notice_facts WHERE exercise=?1 AND year=?2",
                 order.warning.exercise ? 1 : 0, next.year);
    next.count = std::max<std::int64_t>(newest + 1, order.pack.publication.document_first);
    next.text = plans::document_text(order.pack, next.year, next.count, order.warning.exercise);
    return next;
}

// A warning that only goes on longer begins when it begins, not when that was decided.
Instant begin_of(const NoticeOrder& order) {
    const rules::Segment* last = rules::last_segment(order.warning);
    return order.notice.text_kind == "extend" && last != nullptr ? last->from : order.notice.from;
}

// What a notice says it rests on: a clause of the standard as a part of its sentence.
std::string ground_of(const NoticeOrder& order) {
    const std::string& clause = order.why.clause;
    if (clause.empty()) return order.why.reason;
    const std::string& standard = order.pack.trigger.standard.name;
    const std::string head = standard + "：";
    if (standard.empty() || !clause.starts_with(head)) return clause;
    return "预计达到" + standard + "规定的条件（" + clause.substr(head.size()) + "）";
}

plans::NoticeFacts facts_of(const NoticeOrder& order, const std::string& identifier,
                            const std::string& document) {
    plans::NoticeFacts facts;
    const rules::Segment* last = rules::last_segment(order.warning);
    facts.kind = order.notice.kind;
    facts.text_kind = order.notice.text_kind;
    facts.colour = order.notice.colour;
    facts.from_colour = order.notice.from_colour;
    facts.mandatory = last == nullptr || last->mandatory;
    facts.exercise = order.warning.exercise;
    facts.number = identifier;
    facts.document = document;
    facts.issued_at = order.now;
    facts.effective_from = begin_of(order);
    if (order.notice.kind != rules::NoticeKind::kCancel) {
        facts.expected_to = order.warning.expected_to;
    }
    facts.clause = ground_of(order);
    facts.measures = order.measures;
    facts.cause = order.notice.cause;
    return facts;
}

plans::CapMessage message_of(Session& db, const NoticeOrder& order, const plans::NoticeFacts& facts,
                             const plans::NoticeText& text) {
    plans::CapMessage message = plans::cap_of(order.pack, facts, text);
    message.identifier = facts.number;
    if (facts.kind != rules::NoticeKind::kAlert) {
        message.references = references_of(db, order.warning.id);
        if (message.references.empty()) message.kind = rules::NoticeKind::kAlert;
    }
    if (!order.public_url.empty()) message.web = order.public_url + "/public";
    return message;
}

struct ComposedNotice {
    NextDocument document;
    plans::NoticeFacts facts;
    plans::NoticeText text;
    plans::CapMessage message;
    std::string cap;
};
ComposedNotice compose(Session& db, const NoticeOrder& order) {
    ComposedNotice made;
    made.document = next_document(db, order);
    made.facts = facts_of(order, next_identifier(db, order.pack, order.now), made.document.text);
    made.text = plans::compose_notice(order.pack, made.facts);
    made.message = message_of(db, order, made.facts, made.text);
    made.cap = plans::to_cap_xml(made.message, order.pack.zone);
    return made;
}

}  // namespace

std::string cap_path(const std::string& identifier) { return "/cap/" + identifier + ".xml"; }

std::string write_notice(Session& db, const NoticeOrder& order) {
    const auto [document, facts, text, message, cap] = compose(db, order);
    const std::string& identifier = facts.number;
    assert(text.unfilled.empty());
    db.exec(
        "INSERT INTO notices(identifier, warning, kind, colour, exercise, sender, sent, "
        "expires, headline, body, measures, instruction, cap) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
        identifier, order.warning.id, rules::to_text(message.kind), rules::to_text(facts.colour),
        facts.exercise ? 1 : 0, message.sender, order.now, message.expires, text.headline,
        text.body, text.measures, text.instruction, cap);
    const std::int64_t number = db.last_id();
    std::optional<int> year;
    std::optional<std::int64_t> count;
    if (!document.text.empty()) {
        year = document.year;
        count = document.count;
    }
    db.exec(
        "INSERT INTO notice_facts(notice, text_kind, mandatory, effective_from, expected_to, "
        "exercise, year, count, document) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        number, facts.text_kind, facts.mandatory ? 1 : 0, facts.effective_from, facts.expected_to,
        facts.exercise ? 1 : 0, year, count, document.text);
    for (const std::string& target : order.hooks) {
        db.exec(
            "INSERT INTO notice_deliveries(notice, target, attempts, next_at, last_error) "
            "VALUES(?1,?2,0,?3,'')",
            number, target, order.now);
    }
    return identifier;
}

NoticeDraft draft_notice(Session& db, const NoticeOrder& order) {
    ComposedNotice made = compose(db, order);
    return {std::move(made.facts.number), std::move(made.document.text),
            std::string(rules::to_text(made.message.kind)), std::move(made.text),
            std::move(made.cap)};
}

std::optional<StoredNotice> find_notice(Session& db, const std::string& identifier) {
    Statement row(db, fmt::format("{} WHERE n.identifier=?1", kSelect), identifier);
    if (!row.next()) return std::nullopt;
    return notice_of(row);
}

std::optional<StoredNotice> load_notice(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("{} WHERE n.number=?1", kSelect), number);
    if (!row.next()) return std::nullopt;
    return notice_of(row);
}

std::vector<StoredNotice> list_notices(Session& db, const std::string& warning,
                                       const NewestFirst& stretch) {
    Statement row(db,
                  fmt::format("{} WHERE (?1='' OR n.warning=?1) AND n.number < ?4 "
                              "ORDER BY n.number DESC LIMIT ?2 OFFSET ?3",
                              kSelect),
                  warning, stretch.limit, stretch.offset, stretch.below);
    std::vector<StoredNotice> notices;
    while (row.next()) notices.push_back(notice_of(row));
    return notices;
}

std::vector<StoredNotice> list_notices_of(Session& db, bool exercise, std::size_t limit) {
    Statement row(db,
                  fmt::format("{} WHERE n.exercise=?1 ORDER BY n.number DESC LIMIT ?2", kSelect),
                  exercise ? 1 : 0, limit);
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
