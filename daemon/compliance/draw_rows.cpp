#include "daemon/compliance/draw_rows.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kDrawColumns =
    "SELECT number, purpose, lists, lists_sha256, seed_sha256, public_source, committed_at, "
    "committed_by, audit_entry, seed, public_value, drawn_at, drawn_by, drawn FROM draws ";

DrawRow draw_of(const Statement& row) {
    DrawRow draw;
    draw.number = row.integer(0);
    draw.purpose = row.text(1);
    draw.lists = row.text(2);
    draw.lists_sha256 = row.text(3);
    draw.seed_sha256 = row.text(4);
    draw.public_source = row.text(5);
    draw.committed_at = row.instant(6);
    draw.committed_by = row.text(7);
    draw.audit_entry = row.integer(8);
    draw.seed = row.maybe<std::string>(9);
    draw.public_value = row.text(10);
    draw.drawn_at = row.maybe<rules::Instant>(11);
    draw.drawn_by = row.text(12);
    draw.drawn = row.text(13);
    return draw;
}

}  // namespace

std::int64_t insert_draw(Session& db, const DrawRow& row) {
    db.exec(
        "INSERT INTO draws(purpose, lists, lists_sha256, seed_sha256, public_source, committed_at, "
        "committed_by, seed) VALUES(?,?,?,?,?,?,?,?)",
        row.purpose, row.lists, row.lists_sha256, row.seed_sha256, row.public_source,
        row.committed_at, row.committed_by, row.seed);
    return db.last_id();
}

void store_draw(Session& db, const DrawRow& row) {
    db.exec(
        "UPDATE draws SET audit_entry = ?, seed = ?, public_value = ?, drawn_at = ?, drawn_by = ?, "
        "drawn = ? WHERE number = ?",
        row.audit_entry, row.seed, row.public_value, row.drawn_at, row.drawn_by, row.drawn,
        row.number);
}

std::optional<DrawRow> load_draw(Session& db, std::int64_t number) {
    Statement row(db, std::string(kDrawColumns) + "WHERE number = ?", number);
    if (!row.next()) return std::nullopt;
    return draw_of(row);
}

std::vector<DrawRow> list_draws(Session& db, const NewestFirst& stretch) {
    Statement rows(
        db, std::string(kDrawColumns) + "WHERE number < ? ORDER BY number DESC LIMIT ? OFFSET ?",
        stretch.below, stretch.limit, stretch.offset);
    std::vector<DrawRow> draws;
    while (rows.next()) draws.push_back(draw_of(rows));
    return draws;
}

std::size_t count_draws(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT COUNT(*) FROM draws"));
}

}  // namespace qk::daemon
