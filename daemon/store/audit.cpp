#include "daemon/store/audit.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "daemon/sha256.hpp"
#include "daemon/store/meta.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kHeadKey = "audit_head";

// What stands before the first entry.
const std::string kNothingBefore(64, '0');

struct Link {
    std::int64_t number = 0;
    std::string hash = kNothingBefore;
};

std::string hash_of(std::int64_t number, std::int64_t at, const AuditEntry& entry,
                    const std::string& detail_text, const std::string& before) {
    boost::json::object link;
    link["number"] = number;
    link["at"] = at;
    link["person"] = entry.person;
    link["remote"] = entry.remote;
    link["action"] = entry.action;
    link["subject"] = entry.subject;
    link["detail"] = detail_text;
    link["before"] = before;
    return sha256_hex(plans::canonical_text(link));
}

Link last_link(SQLite::Database& db) {
    Link link;
    SQLite::Statement read(db, "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1");
    if (read.executeStep()) {
        link.number = read.getColumn(0).getInt64();
        link.hash = read.getColumn(1).getString();
    }
    return link;
}

std::string head_text(const Link& link) { return fmt::format("{} {}", link.number, link.hash); }

rules::Fault break_at(std::int64_t number, std::string what) {
    return {{"audit", static_cast<int>(number), 0},
            fmt::format("entry {}: {}", number, what),
            "the log was changed outside qingkongd; compare with a copy",
            rules::Severity::kError};
}

}  // namespace

std::int64_t append_audit(SQLite::Database& db, const AuditEntry& entry) {
    const Link before = last_link(db);
    const std::int64_t at = entry.at.time_since_epoch().count();
    const std::string detail = plans::canonical_text(entry.detail);
    Link link;
    link.number = before.number + 1;
    link.hash = hash_of(link.number, at, entry, detail, before.hash);
    SQLite::Statement insert(db,
                             "INSERT INTO audit(number, at, person, remote, action, subject, "
                             "detail, before, hash) VALUES(?,?,?,?,?,?,?,?,?)");
    insert.bind(1, link.number);
    insert.bind(2, at);
    insert.bind(3, entry.person);
    insert.bind(4, entry.remote);
    insert.bind(5, entry.action);
    insert.bind(6, entry.subject);
    insert.bind(7, detail);
    insert.bind(8, before.hash);
    insert.bind(9, link.hash);
    insert.exec();
    set_meta(db, kHeadKey, head_text(link));
    return link.number;
}

rules::Faults check_audit_chain(SQLite::Database& db) {
    rules::Faults faults;
    Link before;
    SQLite::Statement read(db,
                           "SELECT number, at, person, remote, action, subject, detail, before, "
                           "hash FROM audit ORDER BY number");
    while (read.executeStep()) {
        AuditEntry entry;
        const std::int64_t number = read.getColumn(0).getInt64();
        entry.person = read.getColumn(2).getString();
        entry.remote = read.getColumn(3).getString();
        entry.action = read.getColumn(4).getString();
        entry.subject = read.getColumn(5).getString();
        const std::string stored_before = read.getColumn(7).getString();
        const std::string stored = read.getColumn(8).getString();
        if (number != before.number + 1) {
            faults.push_back(break_at(number, fmt::format("stands after entry {}", before.number)));
        }
        if (stored_before != before.hash) {
            faults.push_back(break_at(number, "does not follow from the entry before it"));
        }
        if (stored != hash_of(number, read.getColumn(1).getInt64(), entry,
                              read.getColumn(6).getString(), stored_before)) {
            faults.push_back(break_at(number, "does not have the content it was written with"));
        }
        before.number = number;
        before.hash = stored;
    }
    const std::string head = get_meta(db, kHeadKey).value_or(head_text(Link{}));
    if (head != head_text(before)) {
        faults.push_back(break_at(before.number, "is the last one, but was not the last written"));
    }
    return faults;
}

namespace {

// An entry is about the enterprise that its detail names; one on a case about the case's.
constexpr const char* kWhich =
    " FROM audit AS a WHERE (?1 = '' OR a.subject = ?1) AND (?2 = '' OR coalesce(CASE WHEN "
    "a.action LIKE 'case.%' THEN (SELECT c.enterprise FROM cases AS c WHERE CAST(c.number AS "
    "TEXT) = a.subject) ELSE json_extract(a.detail, '$.enterprise') END IN (SELECT value FROM "
    "json_each(?2)), a.action NOT LIKE 'case.%'))";

}  // namespace

std::vector<NumberedAuditEntry> audit_entries(SQLite::Database& db, const AuditQuery& query) {
    std::vector<NumberedAuditEntry> entries;
    SQLite::Statement read(
        db, std::string("SELECT number, at, person, remote, action, subject, detail, hash") +
                kWhich + " ORDER BY number DESC LIMIT ?3 OFFSET ?4");
    read.bind(1, query.subject);
    read.bind(2, query.enterprises);
    read.bind(3, static_cast<std::int64_t>(query.limit));
    read.bind(4, static_cast<std::int64_t>(query.offset));
    while (read.executeStep()) {
        NumberedAuditEntry entry;
        entry.number = read.getColumn(0).getInt64();
        entry.entry.at = rules::Instant{std::chrono::seconds{read.getColumn(1).getInt64()}};
        entry.entry.person = read.getColumn(2).getString();
        entry.entry.remote = read.getColumn(3).getString();
        entry.entry.action = read.getColumn(4).getString();
        entry.entry.subject = read.getColumn(5).getString();
        entry.entry.detail = boost::json::parse(read.getColumn(6).getString());
        entry.hash = read.getColumn(7).getString();
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::size_t count_audit_entries(SQLite::Database& db, const AuditQuery& query) {
    SQLite::Statement read(db, std::string("SELECT count(*)") + kWhich);
    read.bind(1, query.subject);
    read.bind(2, query.enterprises);
    read.executeStep();
    return static_cast<std::size_t>(read.getColumn(0).getInt64());
}

}  // namespace qk::daemon
