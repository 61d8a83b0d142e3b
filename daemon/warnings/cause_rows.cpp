#include "daemon/warnings/cause_rows.hpp"

#include <stdexcept>

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kSelect =
    "SELECT number, warning, source, from_day, to_day, cause, why, at, person, withdrawn_at, "
    "withdrawn_by, withdrawn_why FROM stated_causes ";

rules::CivilDay day_at(const Statement& row, int column) {
    const auto day = rules::parse_day(row.text(column));
    if (!day) throw std::runtime_error("stated_causes: '" + row.text(column) + "' is not a day");
    return *day;
}

CauseRow row_of(const Statement& row) {
    CauseRow one;
    one.stated.number = row.integer(0);
    one.warning = row.text(1);
    one.stated.source = row.text(2);
    one.stated.from = day_at(row, 3);
    one.stated.to = day_at(row, 4);
    one.stated.cause = rules::parse_cause(row.text(5));
    one.stated.why = row.text(6);
    one.at = row.instant(7);
    one.stated.person = row.text(8);
    one.withdrawn_at = row.maybe<Instant>(9);
    if (!one.withdrawn_at) return one;
    one.withdrawn_by = row.text(10);
    one.withdrawn_why = row.text(11);
    return one;
}

}  // namespace

std::int64_t store_cause(Session& db, const CauseRow& row) {
    const std::int64_t number = db.count("SELECT coalesce(max(number),0)+1 FROM stated_causes");
    db.exec(
        "INSERT INTO stated_causes(number, warning, source, from_day, to_day, cause, why, at, "
        "person) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        number, row.warning, row.stated.source, rules::to_iso(row.stated.from),
        rules::to_iso(row.stated.to), rules::to_text(row.stated.cause), row.stated.why, row.at,
        row.stated.person);
    return number;
}

std::optional<CauseRow> load_cause(Session& db, std::int64_t number) {
    Statement row(db, std::string(kSelect) + "WHERE number=?1", number);
    if (!row.next()) return std::nullopt;
    return row_of(row);
}

bool withdraw_cause(Session& db, std::int64_t number, Instant at, const std::string& person,
                    const std::string& why) {
    const auto found = load_cause(db, number);
    if (!found || found->withdrawn_at) return false;
    db.exec(
        "UPDATE stated_causes SET withdrawn_at=?2, withdrawn_by=?3, withdrawn_why=?4 WHERE "
        "number=?1",
        number, at, person, why);
    return true;
}

std::vector<CauseRow> list_causes(Session& db, std::size_t offset, std::size_t limit) {
    Statement row(db, std::string(kSelect) + "ORDER BY number DESC LIMIT ?1 OFFSET ?2",
                  static_cast<std::int64_t>(limit), static_cast<std::int64_t>(offset));
    std::vector<CauseRow> causes;
    while (row.next()) causes.push_back(row_of(row));
    return causes;
}

std::size_t count_causes(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM stated_causes"));
}

std::vector<plans::StatedCause> causes_now(Session& db, rules::CivilDay since) {
    Statement row(
        db, std::string(kSelect) + "WHERE withdrawn_at IS NULL AND to_day>=?1 ORDER BY number",
        rules::to_iso(since));
    std::vector<plans::StatedCause> causes;
    while (row.next()) causes.push_back(row_of(row).stated);
    return causes;
}

}  // namespace qk::daemon
