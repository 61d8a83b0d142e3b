#include "daemon/watch/outline_rows.hpp"

namespace qk::daemon {

std::optional<StoredOutlines> newest_outlines(Session& db) {
    Statement row(db,
                  "SELECT number, name, source, sha256, counties, given_by, given_at FROM outlines "
                  "ORDER BY number DESC LIMIT 1");
    if (!row.next()) return std::nullopt;
    return StoredOutlines{row.integer(0), row.text(1), row.text(2),   row.text(3),
                          row.text(4),    row.text(5), row.instant(6)};
}

std::int64_t store_outlines(Session& db, const StoredOutlines& outlines) {
    db.exec("UPDATE outlines SET counties=NULL WHERE counties IS NOT NULL");
    const std::int64_t number =
        db.one<std::int64_t>("SELECT coalesce(max(number), 0) + 1 FROM outlines").value_or(1);
    db.exec(
        "INSERT INTO outlines(number, name, source, sha256, counties, given_by, given_at) "
        "VALUES(?1,?2,?3,?4,nullif(?5,''),?6,?7)",
        number, outlines.name, outlines.source, outlines.sha256, outlines.counties,
        outlines.given_by, outlines.given_at);
    return number;
}

}  // namespace qk::daemon
