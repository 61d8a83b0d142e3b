#include "daemon/packs/pack_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {
namespace {

using rules::Instant;

constexpr const char* kColumns =
    "number, id, name, \"from\", put_at, put_by, reason, trial, sha256, begun_at, withdrawn_at, "
    "withdrawn_by, withdrawn_why, needs_second, changes, confirmed_at, confirmed_by, ready_at";
// When a pack begins: at its date, and not before what a second person's confirmation allows.
constexpr const char* kBegins = "max(\"from\", coalesce(ready_at, \"from\"))";
// One that waits for a second person begins at no time.
constexpr const char* kMayBegin =
    "withdrawn_at IS NULL AND (needs_second=0 OR ready_at IS NOT NULL)";

// Of kColumns.
PackRow row_of(const Statement& row) {
    PackRow pack;
    pack.number = row.integer(0);
    pack.id = row.text(1);
    pack.name = row.text(2);
    pack.from = row.instant(3);
    pack.put_at = row.instant(4);
    pack.put_by = row.text(5);
    pack.reason = row.text(6);
    pack.trial = row.maybe<std::string>(7);
    pack.sha256 = row.text(8);
    pack.begun_at = row.maybe<Instant>(9);
    pack.withdrawn_at = row.maybe<Instant>(10);
    pack.withdrawn_by = row.text(11);
    pack.withdrawn_why = row.text(12);
    pack.needs_second = row.flag(13);
    pack.changes = row.text(14);
    pack.confirmed_at = row.maybe<Instant>(15);
    pack.confirmed_by = row.maybe<std::string>(16);
    pack.ready_at = row.maybe<Instant>(17);
    return pack;
}

// With the texts behind kColumns.
std::optional<PackRow> whole_of(Statement& row) {
    if (!row.next()) return std::nullopt;
    PackRow pack = row_of(row);
    pack.texts = row.text(18);
    return pack;
}

}  // namespace

std::int64_t store_pack(Session& db, const PackRow& row) {
    db.exec(
        "INSERT INTO adopted_packs(id, name, \"from\", put_at, put_by, reason, trial, "
        "sha256, texts) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        row.id, row.name, row.from, row.put_at, row.put_by, row.reason, row.trial, row.sha256,
        row.texts);
    return db.last_id();
}

std::optional<PackRow> load_pack(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("SELECT {}, texts FROM adopted_packs WHERE number=?1", kColumns),
                  number);
    return whole_of(row);
}

std::vector<PackRow> list_packs(Session& db, std::size_t offset, std::size_t limit,
                                std::int64_t below) {
    Statement row(db,
                  fmt::format("SELECT {} FROM adopted_packs WHERE number < ?3 ORDER BY number DESC "
                              "LIMIT ?1 OFFSET ?2",
                              kColumns),
                  limit, offset, below);
    std::vector<PackRow> packs;
    while (row.next()) packs.push_back(row_of(row));
    return packs;
}

std::size_t count_packs(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM adopted_packs"));
}

std::optional<PackRow> pack_in_force(Session& db, Instant now, bool has_begun) {
    Statement row(db,
                  fmt::format("SELECT {}, texts FROM adopted_packs WHERE {} AND {}<=?1{} ORDER BY "
                              "{} DESC, number DESC LIMIT 1",
                              kColumns, kMayBegin, kBegins,
                              has_begun ? " AND begun_at IS NOT NULL" : "", kBegins),
                  now);
    return whole_of(row);
}

std::optional<Instant> next_pack_begins(Session& db, Instant now) {
    return db
        .one<std::optional<Instant>>(
            fmt::format("SELECT min({0}) FROM adopted_packs WHERE {1} AND {0}>?1", kBegins,
                        kMayBegin),
            now)
        .value();
}

void note_pack_begun(Session& db, std::int64_t number, Instant now) {
    db.exec("UPDATE adopted_packs SET begun_at=?2 WHERE number=?1", number, now);
}

void note_pack_waits(Session& db, std::int64_t number, const std::string& changes) {
    db.exec("UPDATE adopted_packs SET needs_second=1, changes=?2 WHERE number=?1", number, changes);
}

void note_pack_confirmed(Session& db, std::int64_t number, const std::string& person, Instant now,
                         Instant ready) {
    db.exec(
        "UPDATE adopted_packs SET confirmed_at=?2, confirmed_by=?3, ready_at=?4 WHERE "
        "number=?1",
        number, now, person, ready);
}

bool note_pack_withdrawn(Session& db, std::int64_t number, const std::string& person,
                         const std::string& why, Instant now) {
    return db.exec(
               "UPDATE adopted_packs SET withdrawn_at=?2, withdrawn_by=?3, withdrawn_why=?4 "
               "WHERE number=?1 AND withdrawn_at IS NULL AND begun_at IS NULL AND "
               "(\"from\">?2 OR needs_second=1)",
               number, now, person, why) > 0;
}

}  // namespace qk::daemon
