#include "daemon/packs/adoption_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {

using rules::Instant;

namespace {

// What a table has of an adoption; the columns in the order of adoption_of().
struct Table {
    std::string_view name;
    std::string_view columns;
    std::string_view texts;
    std::string_view ready;         // since when its confirmation allows it
    std::string_view needs_nobody;  // which rows need no second person
};

constexpr Table kPacks{
    "adopted_packs",
    "number, id, name, '', \"from\", NULL, put_at, put_by, reason, trial, sha256, needs_second, "
    "changes, confirmed_at, confirmed_by, ready_at, begun_at, withdrawn_at, withdrawn_by, "
    "withdrawn_why",
    "texts", "ready_at", "needs_second=0"};
constexpr Table kCatalogues{
    "adopted_catalogues",
    "number, '', name, '', \"from\", NULL, put_at, put_by, reason, trial, sha256, 1, '[]', "
    "confirmed_at, confirmed_by, confirmed_at, begun_at, withdrawn_at, withdrawn_by, withdrawn_why",
    "texts", "confirmed_at", "0"};
constexpr Table kGradePapers{
    "grade_papers",
    "number, '', paper, decided_by, put_at, "
    "(SELECT min(c.\"from\") FROM grade_changes c WHERE c.paper=number), put_at, put_by, '', "
    "trial, '', 1, '[]', confirmed_at, confirmed_by, confirmed_at, NULL, withdrawn_at, "
    "withdrawn_by, withdrawn_why",
    "''", "confirmed_at", "0"};

const Table& table_of(Adopted kind) {
    if (kind == Adopted::kGradePaper) return kGradePapers;
    return kind == Adopted::kPack ? kPacks : kCatalogues;
}

constexpr int kTexts = 20;  // behind the columns

Adoption adoption_of(const Statement& row) {
    Adoption one;
    one.number = row.integer(0);
    one.id = row.text(1);
    one.name = row.text(2);
    one.decided_by = row.text(3);
    one.from = row.instant(4);
    if (!row.is_null(5)) one.first_day = rules::parse_day(row.text(5));
    one.put_at = row.instant(6);
    one.put_by = row.text(7);
    one.reason = row.text(8);
    one.trial = row.maybe<std::string>(9);
    one.sha256 = row.text(10);
    one.needs_second = row.flag(11);
    one.changes = row.text(12);
    one.confirmed_at = row.maybe<Instant>(13);
    one.confirmed_by = row.text(14);
    one.ready_at = row.maybe<Instant>(15);
    one.begun_at = row.maybe<Instant>(16);
    one.withdrawn_at = row.maybe<Instant>(17);
    one.withdrawn_by = row.text(18);
    one.withdrawn_why = row.text(19);
    return one;
}

std::optional<Adoption> whole_of(Statement row) {
    if (!row.next()) return std::nullopt;
    Adoption one = adoption_of(row);
    one.texts = row.text(kTexts);
    return one;
}

// When one begins: at its date, and not before what its confirmation allows.
std::string begins(const Table& table) {
    return fmt::format("max(\"from\", coalesce({}, \"from\"))", table.ready);
}

std::string may_begin(const Table& table) {
    return fmt::format("withdrawn_at IS NULL AND ({} OR {} IS NOT NULL)", table.needs_nobody,
                       table.ready);
}

}  // namespace

std::int64_t put_adoption(Session& db, Adopted kind, const Adoption& one) {
    if (kind == Adopted::kGradePaper) {
        db.exec(
            "INSERT INTO grade_papers(paper, decided_by, put_at, put_by, trial) "
            "VALUES(?1,?2,?3,?4,?5)",
            one.name, one.decided_by, one.put_at, one.put_by, one.trial);
        return db.last_id();
    }
    const auto put = [&](const char* column, const char* place, const auto&... value) {
        db.exec(fmt::format("INSERT INTO {}(name, \"from\", put_at, put_by, reason, trial, sha256, "
                            "texts{}) VALUES(?1,?2,?3,?4,?5,?6,?7,?8{})",
                            table_of(kind).name, column, place),
                one.name, one.from, one.put_at, one.put_by, one.reason, one.trial, one.sha256,
                one.texts, value...);
    };
    if (kind == Adopted::kPack) {
        put(", id", ",?9", one.id);
    } else {
        put("", "");
    }
    return db.last_id();
}

std::optional<Adoption> load_adoption(Session& db, Adopted kind, std::int64_t number) {
    const Table& table = table_of(kind);
    return whole_of(Statement(db,
                              fmt::format("SELECT {}, {} FROM {} WHERE number=?1", table.columns,
                                          table.texts, table.name),
                              number));
}

std::vector<Adoption> list_adoptions(Session& db, Adopted kind, const NewestFirst& stretch) {
    const Table& table = table_of(kind);
    Statement row(db,
                  fmt::format("SELECT {} FROM {} WHERE number < ?3 ORDER BY number DESC "
                              "LIMIT ?1 OFFSET ?2",
                              table.columns, table.name),
                  stretch.limit, stretch.offset, stretch.below);
    std::vector<Adoption> all;
    while (row.next()) all.push_back(adoption_of(row));
    return all;
}

std::size_t count_adoptions(Session& db, Adopted kind) {
    return static_cast<std::size_t>(
        db.count(fmt::format("SELECT count(*) FROM {}", table_of(kind).name)));
}

std::optional<Adoption> adoption_at(Session& db, Adopted kind, Instant now, bool has_begun) {
    const Table& table = table_of(kind);
    return whole_of(
        Statement(db,
                  fmt::format("SELECT {0}, {1} FROM {2} WHERE {3} AND {4}<=?1{5} "
                              "ORDER BY {4} DESC, number DESC LIMIT 1",
                              table.columns, table.texts, table.name, may_begin(table),
                              begins(table), has_begun ? " AND begun_at IS NOT NULL" : ""),
                  now));
}

std::optional<Instant> next_adoption(Session& db, Adopted kind, Instant now) {
    const Table& table = table_of(kind);
    return db
        .one<std::optional<Instant>>(fmt::format("SELECT min({0}) FROM {1} WHERE {2} AND {0}>?1",
                                                 begins(table), table.name, may_begin(table)),
                                     now)
        .value();
}

bool note_begun(Session& db, Adopted kind, std::int64_t number, Instant now) {
    return db.exec(fmt::format("UPDATE {} SET begun_at=?2 WHERE number=?1 AND begun_at IS NULL",
                               table_of(kind).name),
                   number, now) > 0;
}

void note_confirmed(Session& db, Adopted kind, const AdoptionStep& step, Instant ready) {
    db.exec(fmt::format("UPDATE {} SET confirmed_at=?2, confirmed_by=?3 WHERE number=?1",
                        table_of(kind).name),
            step.number, step.at, step.person);
    // The others are ready when they are confirmed.
    if (kind != Adopted::kPack) return;
    db.exec("UPDATE adopted_packs SET ready_at=?2 WHERE number=?1", step.number, ready);
}

void note_withdrawn(Session& db, Adopted kind, const AdoptionStep& step) {
    db.exec(fmt::format("UPDATE {} SET withdrawn_at=?2, withdrawn_by=?3, withdrawn_why=?4 "
                        "WHERE number=?1",
                        table_of(kind).name),
            step.number, step.at, step.person, step.why);
}

void note_pack_waits(Session& db, std::int64_t number, const std::string& changes) {
    db.exec("UPDATE adopted_packs SET needs_second=1, changes=?2 WHERE number=?1", number, changes);
}

}  // namespace qk::daemon
