// The audit log (审计日志): append-only, each entry hashed together with the hash before it
// (SHA-256 over RFC 8785), so that an edit, a cut or an insertion shows. Written in the transaction
// of the decision.
#pragma once

#include <SQLiteCpp/Database.h>

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct AuditEntry {
    rules::Instant at{};
    std::string person;         // account id, or "system" for what the daemon does by itself
    std::string remote;         // where the person came from
    std::string action;         // "warning.sign", "order.publish", ...
    std::string subject;        // id of what it is about
    boost::json::value detail;  // no secrets
};

// Appends and returns the entry's sequence number.
std::int64_t append_audit(SQLite::Database& db, const AuditEntry& entry);

// Walks the chain; every break is a fault that names the entry.
[[nodiscard]] rules::Faults check_audit_chain(SQLite::Database& db);

struct NumberedAuditEntry {
    std::int64_t number = 0;
    AuditEntry entry;
    std::string hash;
};
struct AuditQuery {
    std::string subject;  // empty: all
    // JSON list of the enterprises that the reader may know of; empty: all. Entries about others
    // are left out.
    std::string enterprises;
    std::size_t offset = 0;
    std::size_t limit = 100;
};
// Newest first.
[[nodiscard]] std::vector<NumberedAuditEntry> audit_entries(SQLite::Database& db,
                                                            const AuditQuery& query);
[[nodiscard]] std::size_t count_audit_entries(SQLite::Database& db, const AuditQuery& query);

}  // namespace qk::daemon
