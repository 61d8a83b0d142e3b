#include "daemon/packs/catalogue_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {

using rules::Instant;

namespace {

constexpr const char* kBegins = "max(\"from\", confirmed_at)";
constexpr const char* kMayBegin = "withdrawn_at IS NULL AND confirmed_at IS NOT NULL";
constexpr const char* kHead =
    "number, name, \"from\", put_at, put_by, reason, trial, sha256, confirmed_at, "
    "coalesce(confirmed_by, ''), begun_at, withdrawn_at, coalesce(withdrawn_by, ''), "
    "coalesce(withdrawn_why, '')";

AdoptedCatalogue head_of(const Statement& row) {
    AdoptedCatalogue one;
    one.number = row.integer(0);
    one.name = row.text(1);
    one.from = row.instant(2);
    one.put_at = row.instant(3);
    one.put_by = row.text(4);
    one.reason = row.text(5);
    one.trial = row.text(6);
    one.sha256 = row.text(7);
    one.confirmed_at = row.maybe<Instant>(8);
    one.confirmed_by = row.text(9);
    one.begun_at = row.maybe<Instant>(10);
    one.withdrawn_at = row.maybe<Instant>(11);
    one.withdrawn_by = row.text(12);
    one.withdrawn_why = row.text(13);
    return one;
}

constexpr int kTexts = 14;  // column after the head

}  // namespace

std::int64_t put_catalogue(Session& db, const AdoptedCatalogue& row) {
    db.exec(
        "INSERT INTO adopted_catalogues(name, \"from\", put_at, put_by, reason, trial, sha256, "
        "texts) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        row.name, row.from, row.put_at, row.put_by, row.reason, row.trial, row.sha256, row.texts);
    return db.last_id();
}

std::optional<AdoptedCatalogue> load_catalogue(Session& db, std::int64_t number) {
    Statement row(
        db, fmt::format("SELECT {}, texts FROM adopted_catalogues WHERE number=?1", kHead), number);
    if (!row.next()) return std::nullopt;
    AdoptedCatalogue one = head_of(row);
    one.texts = row.text(kTexts);
    return one;
}

std::vector<AdoptedCatalogue> list_catalogues(Session& db, std::size_t limit, std::size_t offset) {
    Statement row(db,
                  fmt::format("SELECT {} FROM adopted_catalogues ORDER BY number DESC "
                              "LIMIT ?1 OFFSET ?2",
                              kHead),
                  limit, offset);
    std::vector<AdoptedCatalogue> rows;
    while (row.next()) rows.push_back(head_of(row));
    return rows;
}

std::size_t count_catalogues(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM adopted_catalogues"));
}

std::optional<AdoptedCatalogue> catalogue_at(Session& db, Instant now, bool has_begun) {
    Statement row(
        db,
        fmt::format("SELECT {0}, texts FROM adopted_catalogues WHERE {1} AND {2}<=?1{3} "
                    "ORDER BY {2} DESC, number DESC LIMIT 1",
                    kHead, kMayBegin, kBegins, has_begun ? " AND begun_at IS NOT NULL" : ""),
        now);
    if (!row.next()) return std::nullopt;
    AdoptedCatalogue one = head_of(row);
    one.texts = row.text(kTexts);
    return one;
}

std::optional<Instant> next_catalogue(Session& db, Instant now) {
    return db
        .one<std::optional<Instant>>(
            fmt::format("SELECT min({0}) FROM adopted_catalogues WHERE {1} AND {0}>?1", kBegins,
                        kMayBegin),
            now)
        .value();
}

void note_catalogue_begun(Session& db, std::int64_t number, Instant now) {
    db.exec("UPDATE adopted_catalogues SET begun_at=?2 WHERE number=?1 AND begun_at IS NULL",
            number, now);
}

bool confirm_catalogue(Session& db, const RuleStep& step) {
    db.exec(
        "UPDATE adopted_catalogues SET confirmed_at=?2, confirmed_by=?3 WHERE number=?1 AND "
        "confirmed_at IS NULL AND withdrawn_at IS NULL AND put_by<>?3",
        step.number, step.at, step.person);
    return db.changes() > 0;
}

bool withdraw_catalogue(Session& db, const RuleStep& step) {
    db.exec(
        "UPDATE adopted_catalogues SET withdrawn_at=?2, withdrawn_by=?3, withdrawn_why=?4 WHERE "
        "number=?1 AND withdrawn_at IS NULL AND begun_at IS NULL AND "
        "(confirmed_at IS NULL OR \"from\">?2)",
        step.number, step.at, step.person, step.why);
    return db.changes() > 0;
}

}  // namespace qk::daemon
