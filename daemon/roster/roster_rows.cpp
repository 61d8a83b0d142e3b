#include "daemon/roster/roster_rows.hpp"

namespace qk::daemon {

std::int64_t store_roster(Session& db, const RosterRow& row) {
    db.exec("INSERT INTO rosters(at, person, source, form, sha256, text) VALUES(?,?,?,?,?,?)",
            row.at, row.person, row.source, row.form, row.sha256, row.text);
    const std::int64_t number = db.last_id();
    db.exec("UPDATE rosters SET text = '' WHERE number = ?", number - kRostersKept);
    return number;
}

std::optional<RosterRow> newest_roster(Session& db) {
    Statement row(db,
                  "SELECT number, at, person, source, form, sha256, text FROM rosters ORDER BY "
                  "number DESC LIMIT 1");
    if (!row.next()) return std::nullopt;
    return RosterRow{row.integer(0), row.instant(1), row.text(2), row.text(3),
                     row.text(4),    row.text(5),    row.text(6)};
}

std::string last_roster_file(Session& db) {
    return db
        .one<std::string>(
            "SELECT sha256 FROM rosters WHERE source = 'file' ORDER BY number DESC LIMIT 1")
        .value_or("");
}

}  // namespace qk::daemon
