// A season in one file: a SQLite database without keys and passwords, with the audit log whole,
// what it holds and a digest of every row noted in it and signed by the bureau's key. Nothing of
// Qingkong is needed to open it years later; with qingkongctl its decisions and verdicts are
// computed again, and every row is held against the digest.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/backup/archive_rows.hpp"
#include "daemon/backup/state_rows.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ArchiveWish {
    std::string configuration;  // of the daemon, which may run
    std::string file;           // must not be there
    SeasonSpan season;
    rules::Instant now{};
};

struct ArchiveFacts {
    ArchiveNotes notes;
    StateFacts state;
    std::string signed_by;  // fingerprint
    std::int64_t audit_entries = 0;
};

[[nodiscard]] rules::Result<ArchiveFacts> make_archive(const ArchiveWish& wish);
// Every page, every row, the whole audit log and the signature. `fingerprint` as in check_set().
[[nodiscard]] rules::Result<ArchiveFacts> check_archive(const std::string& file,
                                                        const std::string& fingerprint);

}  // namespace qk::daemon
