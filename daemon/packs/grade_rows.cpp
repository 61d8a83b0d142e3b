#include "daemon/packs/grade_rows.hpp"

namespace qk::daemon {

using rules::Instant;

namespace {

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

void put_grade_changes(Session& db, std::int64_t paper,
                       const std::vector<plans::GradeChange>& changes) {
    for (const plans::GradeChange& change : changes) {
        db.exec("INSERT INTO grade_changes(paper, enterprise, grade, \"from\") VALUES(?1,?2,?3,?4)",
                paper, change.enterprise, change.grade.name, rules::to_iso(change.from));
    }
}

std::vector<plans::GradeChange> changes_of_paper(Session& db, std::int64_t paper) {
    Statement row(db,
                  "SELECT c.enterprise, c.grade, c.\"from\", p.paper, p.decided_by "
                  "FROM grade_changes c JOIN grade_papers p ON p.number=c.paper "
                  "WHERE c.paper=?1 ORDER BY c.enterprise",
                  paper);
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

std::int64_t count_grade_steps(Session& db) {
    return db.count("SELECT count(confirmed_at) + count(withdrawn_at) FROM grade_papers");
}

}  // namespace qk::daemon
