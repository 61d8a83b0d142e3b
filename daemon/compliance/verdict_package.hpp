// All that a verdict rests on, out of the database, as a page that opens and checks itself
// (plans/evidence/evidence_page.hpp): the verdict with what it was judged by and its readings, the
// orders that bound, receipts, cases, and the entries of the audit log that speak of it, each
// proved to stand in the log that was signed.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/response/signing.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct VerdictRecords {
    std::vector<boost::json::value> records;
    std::string sha256;                 // of all records, a line each
    std::vector<std::int64_t> entries;  // of the audit log, about the warning and the cases
};
[[nodiscard]] VerdictRecords verdict_records(Session& db, const StoredVerdict& verdict,
                                             rules::Zone zone);

struct PackageFrame {
    std::string region;
    rules::Instant made_at{};
};
// `given`: the entry that says that this package was given out; a head was signed after it.
[[nodiscard]] std::string verdict_page(Session& db, const StoredVerdict& verdict,
                                       const VerdictRecords& records, std::int64_t given,
                                       const PackageFrame& frame, const plans::SigningKey& key);

}  // namespace qk::daemon
