#include "daemon/warnings/decision_rows.hpp"

namespace qk::daemon {
namespace {

std::vector<DecisionRow> rows_in(Statement& row) {
    std::vector<DecisionRow> rows;
    while (row.next()) {
        rows.push_back({row.integer(0), row.text(1), row.instant(2), row.text(3), row.text(4),
                        row.text(5), row.text(6), row.maybe<std::string>(7)});
    }
    return rows;
}

}  // namespace

bool has_story(Session& db) {
    return db.has("SELECT 1 FROM sqlite_master WHERE type='table' AND name='warning_story'");
}

std::vector<DecisionRow> load_decisions(Session& db, std::int64_t after, std::size_t limit) {
    Statement row(db,
                  "SELECT s.number, s.warning, s.at, s.event, s.checked, s.found, s.inputs, d.body "
                  "FROM warning_story AS s LEFT JOIN decision_inputs AS d ON d.hash = s.inputs "
                  "WHERE s.number > ?1 AND s.inputs IS NOT NULL ORDER BY s.number LIMIT ?2",
                  after, static_cast<std::int64_t>(limit));
    return rows_in(row);
}

std::vector<DecisionRow> load_newest_decisions(Session& db, std::int64_t below, std::size_t limit) {
    Statement row(db,
                  "SELECT s.number, s.warning, s.at, s.event, s.checked, s.found, s.inputs, d.body "
                  "FROM warning_story AS s LEFT JOIN decision_inputs AS d ON d.hash = s.inputs "
                  "WHERE s.number < ?1 AND s.inputs IS NOT NULL ORDER BY s.number DESC LIMIT ?2",
                  below, static_cast<std::int64_t>(limit));
    return rows_in(row);
}

std::vector<std::pair<std::string, std::string>> standings_of_warnings(Session& db) {
    Statement row(db, "SELECT id, standing FROM warnings WHERE exercise=0");
    std::vector<std::pair<std::string, std::string>> standings;
    while (row.next()) standings.emplace_back(row.text(0), row.text(1));
    return standings;
}

}  // namespace qk::daemon
