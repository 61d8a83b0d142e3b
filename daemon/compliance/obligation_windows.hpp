// The windows in which obligations bound, out of the stored revisions of all orders.
//
// An obligation that stays the same from one revision to the next is one window; one that a
// revision changes or drops ends when that revision was issued. Where a revision makes it longer
// and could not be known before the earlier end, what it adds is a window of its own. What the
// season asks without a warning binds for months and is owed by the day, so each civil day is a
// window. Exercises are left out: nobody has to stop for one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/compliance/delivery.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::daemon {

struct ObligationWindow {
    rules::Obligation obligation;
    std::string warning;              // empty: of the season alone
    std::int64_t first_revision = 0;  // the first and the latest that carry it
    std::int64_t revision = 0;
    rules::Instant begin{};  // the obligation's own start, or a later midnight
    std::optional<rules::Instant> to;
    rules::Delivery delivery;  // the earliest of all revisions that carry it

    [[nodiscard]] rules::Instant from() const { return begin; }
    [[nodiscard]] bool is_of_season() const { return warning.empty(); }
};

// Windows that had begun by `now` and had not ended by `since`, in order of enterprise. Empty
// `warning` or `enterprise`: of all.
[[nodiscard]] std::vector<ObligationWindow> load_obligation_windows(
    Session& db, rules::Instant since, rules::Instant now, const std::string& warning,
    rules::Zone zone, const std::string& enterprise = {});

// Reads again how the order of each window was delivered, where that still matters: its begin had
// come before the order could be known.
void renew_deliveries(Session& db, std::vector<ObligationWindow>& windows);

// Beside each what the other windows say of it: when the first order of its warning could be known.
void note_first_orders(std::vector<ObligationWindow>& windows);

// One span per warning that had not ended by `since`, from its first obligation to its last: days
// in these are not a baseline. The season is not one of them: it binds some for months, and says
// nothing of the others' days.
[[nodiscard]] std::vector<rules::Span> load_warning_spans(Session& db, rules::Instant since,
                                                          rules::Instant now);

// Changes whenever an order changes or one is published.
[[nodiscard]] std::string obligation_fingerprint(Session& db);

}  // namespace qk::daemon
