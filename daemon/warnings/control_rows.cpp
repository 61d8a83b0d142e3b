#include "daemon/warnings/control_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kColumns =
    "number, terms, last_day, reason, proposed_at, proposed_by, signed_at, signed_by, "
    "withdrawn_at, withdrawn_by, withdrawn_why";

ControlRow row_of(const Statement& row) {
    return {row.get<std::int64_t>(0),
            row.text(1),
            rules::parse_day(row.text(2)).value_or(rules::CivilDay{}),
            row.text(3),
            row.instant(4),
            row.text(5),
            row.maybe<Instant>(6),
            row.text(7),
            row.maybe<Instant>(8),
            row.text(9),
            row.text(10)};
}

}  // namespace

std::int64_t store_control(Session& db, const ControlRow& row) {
    const std::int64_t number = db.count("SELECT coalesce(max(number), 0) + 1 FROM controls");
    db.exec(
        "INSERT INTO controls(number, terms, last_day, reason, proposed_at, proposed_by) "
        "VALUES(?1,?2,?3,?4,?5,?6)",
        number, row.terms, rules::to_iso(row.last_day), row.reason, row.proposed_at,
        row.proposed_by);
    return number;
}

std::optional<ControlRow> load_control(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("SELECT {} FROM controls WHERE number = ?1", kColumns), number);
    if (!row.next()) return std::nullopt;
    return row_of(row);
}

std::vector<ControlRow> list_controls(Session& db, const NewestFirst& stretch) {
    Statement row(db,
                  fmt::format("SELECT {} FROM controls WHERE number < ?1 ORDER BY number DESC "
                              "LIMIT ?2 OFFSET ?3",
                              kColumns),
                  stretch.below, stretch.limit, stretch.offset);
    std::vector<ControlRow> rows;
    while (row.next()) rows.push_back(row_of(row));
    return rows;
}

std::size_t count_controls(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM controls"));
}

void sign_control(Session& db, std::int64_t number, Instant at, const std::string& person) {
    db.exec("UPDATE controls SET signed_at = ?2, signed_by = ?3 WHERE number = ?1", number, at,
            person);
}

void withdraw_control(Session& db, std::int64_t number, Instant at, const std::string& person,
                      const std::string& why) {
    db.exec(
        "UPDATE controls SET withdrawn_at = ?2, withdrawn_by = ?3, withdrawn_why = ?4 WHERE "
        "number = ?1",
        number, at, person, why);
}

std::vector<ControlRow> controls_held(Session& db, rules::CivilDay day) {
    Statement row(db,
                  fmt::format("SELECT {} FROM controls WHERE withdrawn_at IS NULL AND "
                              "last_day >= ?1 AND signed_at IS NOT NULL ORDER BY number",
                              kColumns),
                  rules::to_iso(day));
    std::vector<ControlRow> rows;
    while (row.next()) rows.push_back(row_of(row));
    return rows;
}

std::size_t count_open_controls(Session& db, rules::CivilDay day) {
    Statement row(db, "SELECT count(*) FROM controls WHERE withdrawn_at IS NULL AND last_day >= ?1",
                  rules::to_iso(day));
    return row.next() ? row.get<std::size_t>(0) : 0;
}

}  // namespace qk::daemon
