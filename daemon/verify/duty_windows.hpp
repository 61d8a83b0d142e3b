// The windows in which obligations bound, out of the stored revisions of all orders.
//
// An obligation that stays the same from one revision to the next is one window; one that a
// revision changes or drops ends when that revision was issued. Drills are left out: nobody has to
// stop for one.
#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>
#include <vector>

#include "rules/duty/obligation.hpp"

namespace qk::daemon {

struct DutyWindow {
    rules::Obligation obligation;  // its `from` is the window's
    std::string warning;
    std::int64_t revision = 0;  // the latest that carries it
    std::optional<rules::Instant> to;

    [[nodiscard]] rules::Instant from() const { return obligation.from; }
};

// Windows that had begun by `now` and had not ended by `since`, in order of enterprise. Empty
// `warning` or `enterprise`: of all.
[[nodiscard]] std::vector<DutyWindow> load_duty_windows(SQLite::Database& db, rules::Instant since,
                                                        rules::Instant now,
                                                        const std::string& warning,
                                                        rules::Zone zone,
                                                        const std::string& enterprise = {});

// One span per warning, from its first obligation to its last: days in these are no baseline.
[[nodiscard]] std::vector<rules::Span> load_warning_spans(SQLite::Database& db, rules::Instant now);

// Changes whenever an order changes.
[[nodiscard]] std::string duty_fingerprint(SQLite::Database& db);

}  // namespace qk::daemon
