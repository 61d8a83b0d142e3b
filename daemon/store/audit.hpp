// The audit log (审计日志): append-only, each entry hashed together with the hash before it
// (SHA-256 over RFC 8785), so that an edit, a cut or an insertion shows. Written in the transaction
// of the decision.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/evidence/audit_chain.hpp"
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

// The log was altered in such a way that nothing can be written to it any more. The words say so,
// in Chinese first, and what to do.
class AuditAltered : public std::runtime_error {
 public:
    using std::runtime_error::runtime_error;
};

// Appends and returns the entry's sequence number. Where the log does not end with the entry that
// was written last, that is noted in it first: a cut never heals.
std::int64_t append_audit(Session& db, const AuditEntry& entry);

// Walks the chain, from the entry `after` on where one is named, and holds it against every signed
// head, ours and those the caller has kept. Every break is a fault that names the entry.
inline constexpr std::size_t kBreaksMax = 1000;  // told; a log with more is not walked to its end
[[nodiscard]] rules::Faults check_audit_chain(Session& db, std::int64_t after = 0,
                                              const std::vector<plans::AuditHead>& kept = {});
// From the last signed head on, which is little. A break is also noted in the log itself.
[[nodiscard]] rules::Faults check_audit_at_start(Session& db, rules::Instant now);
// Whether there is anything that an empty log would have to speak of.
[[nodiscard]] bool has_history(Session& db);

// 0: there is none.
[[nodiscard]] std::int64_t last_audit_number(Session& db);
enum class HeadOccasion { kHour, kStart, kStop, kDecision, kExport };
[[nodiscard]] std::string_view to_text(HeadOccasion occasion);
// Signs the present head and stores it. A log that was cut or changed since the last one is noted
// as broken first, so that no later head covers it up.
plans::AuditHead sign_audit_head(Session& db, const plans::SigningKey& key, rules::Instant now,
                                 HeadOccasion occasion);
// Whether an entry after this one tells of a decision, or of keys, people or settings.
[[nodiscard]] bool has_decided_after(Session& db, std::int64_t number);
inline constexpr std::size_t kAllHeads = 1'000'000;  // hourly for a century
// Newest first.
[[nodiscard]] std::vector<plans::AuditHead> audit_heads(Session& db, std::size_t offset,
                                                        std::size_t limit);
[[nodiscard]] std::size_t count_audit_heads(Session& db);
// For the feed, newest first: the newest `hours` of those signed by the hour, and beside them the
// newest `others`, so that none of these, made by whoever exports or decides often, takes the place
// of an hour.
[[nodiscard]] std::vector<plans::AuditHead> heads_of_feed(Session& db, std::size_t hours,
                                                          std::size_t others);
// In order, after the entry `after` and up to `last`.
[[nodiscard]] std::vector<plans::ChainEntry> chain_entries(Session& db, std::int64_t after,
                                                           std::int64_t last, std::size_t limit);

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
    std::int64_t below = INT64_MAX;  // of numbers below it
};
// Newest first.
[[nodiscard]] std::vector<NumberedAuditEntry> audit_entries(Session& db, const AuditQuery& query);
[[nodiscard]] std::size_t count_audit_entries(Session& db, const AuditQuery& query);

}  // namespace qk::daemon
