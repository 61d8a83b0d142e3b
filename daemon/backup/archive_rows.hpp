// The tables of an archive: what of a season stays in it, and one digest over every row, which is
// the same whatever version of SQLite later holds the rows.
#pragma once

#include <map>
#include <string>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct SeasonSpan {
    rules::Instant from{};
    rules::Instant to{};  // not in it
};

// Of readings and of what came in, what lies outside the season goes; decisions, orders, receipts,
// verdicts with what they were judged by, cases and the audit log stay whole. Answers that were
// kept for requests sent again go, and the name under which the daemon is known to its broker.
void keep_season(Session& copy, const SeasonSpan& season);

using ArchiveNotes = std::map<std::string, std::string>;
void write_notes(Session& copy, const ArchiveNotes& notes);
// Empty: it is not an archive.
[[nodiscard]] ArchiveNotes read_notes(Session& archive);

// SHA-256 over tables, columns and rows, without the notes.
[[nodiscard]] std::string digest_of_rows(Session& archive);

}  // namespace qk::daemon
