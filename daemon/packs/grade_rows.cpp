#include "daemon/packs/grade_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {

using rules::Instant;

namespace {

constexpr const char* kHead =
    "number, paper, decided_by, put_at, put_by, trial, confirmed_at, coalesce(confirmed_by, ''), "
    "withdrawn_at, coalesce(withdrawn_by, ''), coalesce(withdrawn_why, '')";

GradePaper head_of(const Statement& row) {
    GradePaper one;
    one.number = row.integer(0);
    one.paper = row.text(1);
    one.decided_by = row.text(2);
    one.put_at = row.instant(3);
    one.put_by = row.text(4);
    one.trial = row.text(5);
    one.confirmed_at = row.maybe<Instant>(6);
    one.confirmed_by = row.text(7);
    one.withdrawn_at = row.maybe<Instant>(8);
    one.withdrawn_by = row.text(9);
    one.withdrawn_why = row.text(10);
    return one;
}

// Columns: enterprise, grade, from, paper, decided_by.
plans::GradeChange change_of(const Statement& row) {
    plans::GradeChange change;
    change.enterprise = row.text(0);
    change.grade.name = row.text(1);
    change.from = rules::parse_day(row.text(2)).value_or(rules::CivilDay{});
    change.source = row.text(3);
    change.decided_by = row.text(4);
    return change;
}

}  // namespace

std::int64_t put_grade_paper(Session& db, const GradePaper& paper,
                             const std::vector<plans::GradeChange>& changes) {
    db.exec(
        "INSERT INTO grade_papers(paper, decided_by, put_at, put_by, trial) "
        "VALUES(?1,?2,?3,?4,?5)",
        paper.paper, paper.decided_by, paper.put_at, paper.put_by, paper.trial);
    const std::int64_t number = db.last_id();
    for (const plans::GradeChange& change : changes) {
        db.exec("INSERT INTO grade_changes(paper, enterprise, grade, \"from\") VALUES(?1,?2,?3,?4)",
                number, change.enterprise, change.grade.name, rules::to_iso(change.from));
    }
    return number;
}

std::optional<GradePaper> load_grade_paper(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("SELECT {} FROM grade_papers WHERE number=?1", kHead), number);
    if (!row.next()) return std::nullopt;
    return head_of(row);
}

std::vector<GradePaper> list_grade_papers(Session& db, std::size_t limit, std::size_t offset) {
    Statement row(
        db,
        fmt::format("SELECT {} FROM grade_papers ORDER BY number DESC LIMIT ?1 OFFSET ?2", kHead),
        limit, offset);
    std::vector<GradePaper> rows;
    while (row.next()) rows.push_back(head_of(row));
    return rows;
}

std::size_t count_grade_papers(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM grade_papers"));
}

std::vector<plans::GradeChange> changes_of_paper(Session& db, const GradePaper& paper) {
    Statement row(db,
                  "SELECT c.enterprise, c.grade, c.\"from\", p.paper, p.decided_by "
                  "FROM grade_changes c JOIN grade_papers p ON p.number=c.paper "
                  "WHERE c.paper=?1 ORDER BY c.enterprise",
                  paper.number);
    std::vector<plans::GradeChange> changes;
    while (row.next()) changes.push_back(change_of(row));
    return changes;
}

std::vector<plans::GradeChange> grade_changes_beside(Session& db, const std::string& edition,
                                                     rules::Zone zone) {
    const auto taken_in = db.one<std::optional<Instant>>(
        "SELECT max(loaded_at) FROM inventory_editions WHERE edition=?1", edition);
    const Instant since = taken_in.value().value_or(Instant{});
    Statement row(db,
                  "SELECT c.enterprise, c.grade, c.\"from\", p.paper, p.decided_by "
                  "FROM grade_changes c JOIN grade_papers p ON p.number=c.paper "
                  "WHERE p.confirmed_at IS NOT NULL AND p.withdrawn_at IS NULL "
                  "AND (p.put_at>=?1 OR c.\"from\">?2) ORDER BY p.number, c.enterprise",
                  since, rules::to_iso(rules::day_of(since, zone)));
    std::vector<plans::GradeChange> changes;
    while (row.next()) changes.push_back(change_of(row));
    return changes;
}

bool confirm_grade_paper(Session& db, const RuleStep& step) {
    db.exec(
        "UPDATE grade_papers SET confirmed_at=?2, confirmed_by=?3 WHERE number=?1 AND "
        "confirmed_at IS NULL AND withdrawn_at IS NULL AND put_by<>?3",
        step.number, step.at, step.person);
    return db.changes() > 0;
}

bool withdraw_grade_paper(Session& db, const RuleStep& step, rules::CivilDay today) {
    db.exec(
        "UPDATE grade_papers SET withdrawn_at=?2, withdrawn_by=?3, withdrawn_why=?4 WHERE "
        "number=?1 AND withdrawn_at IS NULL AND (confirmed_at IS NULL OR NOT EXISTS("
        "SELECT 1 FROM grade_changes c WHERE c.paper=?1 AND c.\"from\"<=?5))",
        step.number, step.at, step.person, step.why, rules::to_iso(today));
    return db.changes() > 0;
}

}  // namespace qk::daemon
