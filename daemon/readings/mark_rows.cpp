#include "daemon/readings/mark_rows.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "SELECT enterprise, region, spool, up_to, seq_check, raised_at FROM spool_marks "
    "WHERE enterprise = ?";

MarkRow row_of(const Statement& read) {
    MarkRow row;
    row.enterprise = read.text(0);
    row.region = read.text(1);
    row.mark.spool = read.text(2);
    row.mark.up_to = static_cast<std::uint64_t>(read.integer(3));
    row.mark.check = read.text(4);
    row.raised_at = read.instant(5);
    return row;
}

}  // namespace

std::optional<MarkRow> mark_of(Session& db, const std::string& enterprise,
                               const std::string& spool) {
    Statement read(db, std::string(kColumns) + " AND spool = ?", enterprise, spool);
    if (!read.next()) return std::nullopt;
    return row_of(read);
}

void store_mark(Session& db, const MarkRow& row) {
    db.exec(
        "INSERT INTO spool_marks(enterprise, spool, region, up_to, seq_check, raised_at) "
        "VALUES(?,?,?,?,?,?) ON CONFLICT(enterprise, spool) DO UPDATE SET region = "
        "excluded.region, up_to = excluded.up_to, seq_check = excluded.seq_check, raised_at = "
        "excluded.raised_at",
        row.enterprise, row.mark.spool, row.region, static_cast<std::int64_t>(row.mark.up_to),
        row.mark.check, row.raised_at);
}

void drop_old_marks(Session& db, const std::string& enterprise, std::size_t kept) {
    db.exec(
        "DELETE FROM spool_marks WHERE enterprise = ?1 AND spool IN (SELECT spool FROM "
        "spool_marks WHERE enterprise = ?1 ORDER BY raised_at DESC, spool LIMIT -1 OFFSET ?2)",
        enterprise, static_cast<std::int64_t>(kept));
}

std::vector<MarkRow> marks_of(Session& db, const std::string& enterprise) {
    Statement read(db, std::string(kColumns) + " ORDER BY raised_at DESC, spool", enterprise);
    std::vector<MarkRow> rows;
    while (read.next()) rows.push_back(row_of(read));
    return rows;
}

std::vector<std::string> marked_enterprises(Session& db, const std::string& after,
                                            std::size_t limit) {
    Statement read(db,
                   "SELECT DISTINCT enterprise FROM spool_marks WHERE enterprise > ? "
                   "ORDER BY enterprise LIMIT ?",
                   after, limit);
    std::vector<std::string> names;
    while (read.next()) names.push_back(read.text(0));
    return names;
}

}  // namespace qk::daemon
