#include "daemon/roster/handover_rows.hpp"

#include "rules/warning/colour.hpp"
#include "rules/warning/life.hpp"

namespace qk::daemon {
namespace {

// "升级红色"
std::string change_words(const std::string& kind, const std::string& colour) {
    std::string words;
    if (const auto known = rules::parse_change_kind(kind)) words += rules::to_chinese(*known);
    if (const auto known = rules::parse_colour(colour)) words += rules::to_chinese(*known);
    return words;
}

HandoverRow handover_at(const Statement& row) {
    HandoverRow handover;
    handover.number = row.integer(0);
    handover.since = row.instant(1);
    handover.given_at = row.instant(2);
    handover.given_by = row.text(3);
    handover.given_to = row.text(4);
    handover.taken_at = row.maybe<rules::Instant>(5);
    handover.taken_by = row.text(6);
    handover.taken_note = row.text(7);
    handover.sha256 = row.text(8);
    return handover;
}

}  // namespace

std::int64_t store_handover(Session& db, const HandoverRow& row) {
    db.exec(
        "INSERT INTO handovers(since, given_at, given_by, given_to, sha256, content) "
        "VALUES(?,?,?,?,?,?)",
        row.since, row.given_at, row.given_by, row.given_to, row.sha256, row.content);
    return db.last_id();
}

std::optional<HandoverRow> load_handover(Session& db, std::int64_t number) {
    Statement row(db,
                  "SELECT number, since, given_at, given_by, given_to, taken_at, taken_by, "
                  "taken_note, sha256, content FROM handovers WHERE number = ?",
                  number);
    if (!row.next()) return std::nullopt;
    HandoverRow handover = handover_at(row);
    handover.content = row.text(9);
    return handover;
}

std::vector<HandoverRow> list_handovers(Session& db, const NewestFirst& stretch) {
    Statement row(db,
                  "SELECT number, since, given_at, given_by, given_to, taken_at, taken_by, "
                  "taken_note, sha256 FROM handovers WHERE number < ? ORDER BY number DESC LIMIT ? "
                  "OFFSET ?",
                  stretch.below, stretch.limit, stretch.offset);
    std::vector<HandoverRow> handovers;
    while (row.next()) handovers.push_back(handover_at(row));
    return handovers;
}

std::size_t count_handovers(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM handovers"));
}

void take_handover(Session& db, const HandoverRow& row) {
    db.exec("UPDATE handovers SET taken_at = ?2, taken_by = ?3, taken_note = ?4 WHERE number = ?1",
            row.number, row.taken_at, row.taken_by, row.taken_note);
}

plans::HandoverList<plans::HandoverDecision> decisions_in(Session& db, const rules::Span& span,
                                                          std::size_t limit) {
    plans::HandoverList<plans::HandoverDecision> list;
    Statement row(db,
                  "SELECT at, warning, event, coalesce(kind, ''), coalesce(colour, ''), person, "
                  "reason FROM warning_story WHERE at >= ? AND at < ? ORDER BY at, number LIMIT ?",
                  span.from, span.to, limit);
    while (row.next()) {
        list.items.push_back({row.instant(0), row.text(1), row.text(2),
                              change_words(row.text(3), row.text(4)), row.text(5), row.text(6)});
    }
    list.total = static_cast<std::size_t>(db.count(
        "SELECT count(*) FROM warning_story WHERE at >= ? AND at < ?", span.from, span.to));
    return list;
}

std::map<std::string, std::size_t> orders_by_receipt(Session& db) {
    std::map<std::string, std::size_t> counts;
    db.each(
        "SELECT receipt_state, count(*) FROM orders INDEXED BY orders_unanswered WHERE obligations "
        "> 0 AND exercise = 0 GROUP BY receipt_state",
        [&](const Statement& row) { counts[row.text(0)] = row.get<std::size_t>(1); });
    return counts;
}

std::size_t count_leads(Session& db) {
    return static_cast<std::size_t>(
        db.count("SELECT count(*) FROM cases WHERE state = 'lead' AND kind = 'lead'"));
}

}  // namespace qk::daemon
