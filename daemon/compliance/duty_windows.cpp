#include "daemon/compliance/duty_windows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/orders/receipt.hpp"
#include "daemon/store/session.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"
#include "rules/duty/continuity.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

std::optional<Instant> earlier(const std::optional<Instant>& a, const std::optional<Instant>& b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(*a, *b);
}

// What is on record of revisions of an enterprise's order. A receipt counts by our clock, and not
// if it came before there was such a revision; a call by when it was held, within what is possible.
class DeliveryReader {
 public:
    explicit DeliveryReader(Session& db)
        : published_(db,
                     "SELECT min(published_at) FROM order_publications WHERE enterprise = ?1 AND"
                     " revision BETWEEN ?2 AND ?3"),
          answered_(
              db,
              "SELECT min(iif(r.channel = 'phone', NULL, r.arrived)),"
              " min(iif(r.channel = 'phone', min(max(r.at, o.issued_at), r.arrived), NULL))"
              " FROM receipts AS r JOIN order_revisions AS o ON o.enterprise = r.enterprise AND"
              " o.revision = r.revision AND o.order_id = r.order_id WHERE r.enterprise = ?1 AND"
              " r.revision BETWEEN ?2 AND ?3 AND r.effect NOT IN (?4, ?5)") {
        answered_.bind(4, std::string(to_text(ReceiptEffect::kUnknownRevision)));
        answered_.bind(5, std::string(to_text(ReceiptEffect::kUnknownOrder)));
    }

    rules::Delivery of(const std::string& enterprise, std::int64_t first, std::int64_t last) {
        rules::Delivery delivery;
        ask(published_, enterprise, first, last);
        delivery.published_at = published_.maybe<rules::Instant>(0);
        ask(answered_, enterprise, first, last);
        delivery.received_at = answered_.maybe<rules::Instant>(0);
        delivery.telephoned_at = answered_.maybe<rules::Instant>(1);
        return delivery;
    }

 private:
    static void ask(Statement& row, const std::string& enterprise, std::int64_t first,
                    std::int64_t last) {
        (void)row.find(enterprise, first, last);
    }

    Statement published_;
    Statement answered_;
};

// What one revision says of an obligation, and the end it names, which need not be the end it had.
struct Owed {
    DutyWindow window;
    std::optional<Instant> named_end;
};

std::optional<Owed> owed_of(Statement& row, rules::Zone zone) {
    const auto document = plans::parse_json(row.text(6), "obligations");
    if (!document) return std::nullopt;
    auto obligation = plans::obligation_from_json(*document, "obligations", zone);
    if (!obligation) return std::nullopt;
    Owed owed;
    DutyWindow& window = owed.window;
    window.obligation = std::move(*obligation);
    window.obligation.enterprise = row.text(0);
    window.revision = window.first_revision = row.integer(1);
    window.warning = row.text(2);
    window.obligation.from = row.instant(3);
    window.begin = window.obligation.from;
    owed.named_end = row.maybe<rules::Instant>(4);
    window.to = earlier(owed.named_end, row.maybe<rules::Instant>(5));
    return owed;
}

// Puts the revisions of obligations together into windows, as they come by enterprise, obligation
// and revision.
class WindowJoiner {
 public:
    explicit WindowJoiner(Session& db) : deliveries_(db) {}

    void take(Owed owed) {
        DutyWindow& window = owed.window;
        if (!goes_on(window)) {
            windows_.push_back(std::move(window));
            known_end_ = owed.named_end;
            return;
        }
        DutyWindow& last = windows_.back();
        const bool is_longer = known_end_ && (!window.to || *window.to > *known_end_);
        if (is_longer && !is_known_by(window, *known_end_)) {
            // The earlier end came while nobody could know of the later one.
            last.to = *known_end_;
            window.begin = *known_end_;
            windows_.push_back(std::move(window));
            known_end_ = owed.named_end;
            return;
        }
        last.to = window.to;
        last.revision = window.revision;
        if (is_longer || !known_end_ || (owed.named_end && *owed.named_end < *known_end_)) {
            known_end_ = owed.named_end;
        }
    }

    std::vector<DutyWindow> finish() {
        for (DutyWindow& window : windows_) {
            window.delivery = deliveries_.of(window.obligation.enterprise, window.first_revision,
                                             window.revision);
        }
        return std::move(windows_);
    }

 private:
    [[nodiscard]] bool goes_on(const DutyWindow& window) const {
        if (windows_.empty()) return false;
        const DutyWindow& last = windows_.back();
        const bool is_same = last.obligation.id == window.obligation.id &&
                             rules::same_terms(last.obligation, window.obligation) &&
                             rules::granted_ramp(last.obligation.check) ==
                                 rules::granted_ramp(window.obligation.check);
        return is_same && last.warning == window.warning && last.to && window.from() <= *last.to;
    }
    bool is_known_by(const DutyWindow& window, Instant t) {
        const auto known = rules::known_from(
            deliveries_.of(window.obligation.enterprise, window.revision, window.revision));
        return known && known->from <= t;
    }

    DeliveryReader deliveries_;
    std::vector<DutyWindow> windows_;
    std::optional<Instant> known_end_;  // of the last window, as far as the enterprise could know
};

// What binds at some time in a span; the index obligations_by_end is on this expression.
constexpr const char* kNotEnded =
    "min(coalesce(to_at, 9223372036854775807), coalesce(replaced_at, 9223372036854775807)) > ";

// The civil days of a window of the season that reach beyond `since` and begin before `now`.
void add_days(const DutyWindow& whole, Instant since, Instant now, rules::Zone zone,
              std::vector<DutyWindow>& days) {
    Instant begin = whole.begin;
    while (begin < now && (!whole.to || begin < *whole.to)) {
        const Instant midnight =
            rules::start_of(rules::day_of(begin, zone) + std::chrono::days{1}, zone);
        const Instant end = std::min(whole.to.value_or(midnight), midnight);
        if (end > since) {
            days.push_back(whole);
            days.back().begin = begin;
            days.back().to = end;
        }
        begin = end;
    }
}

std::vector<DutyWindow> by_day(std::vector<DutyWindow> windows, Instant since, Instant now,
                               rules::Zone zone) {
    std::vector<DutyWindow> cut;
    for (DutyWindow& window : windows) {
        if (window.is_of_season()) {
            add_days(window, since, now, zone, cut);
        } else {
            cut.push_back(std::move(window));
        }
    }
    return cut;
}

}  // namespace

std::vector<DutyWindow> load_duty_windows(Session& db, Instant since, Instant now,
                                          const std::string& warning, rules::Zone zone,
                                          const std::string& enterprise) {
    // All revisions of what had not ended by `since`, since a window begins with the first of them.
    std::string where = "exercise = 0";
    if (!warning.empty()) where += " AND warning = ?1";
    if (!enterprise.empty()) where += " AND enterprise = ?2";
    if (warning.empty()) {
        where += std::string(
                     " AND (enterprise, obligation) IN (SELECT enterprise, obligation FROM"
                     " obligations WHERE ") +
                 kNotEnded + "?3 AND from_at < ?4)";
    }
    Statement rows(
        db,
        "SELECT enterprise, revision, warning, from_at, to_at, replaced_at, json FROM obligations"
        " WHERE " +
            where + " ORDER BY enterprise, obligation, revision");
    if (!warning.empty()) rows.bind(1, warning);
    if (!enterprise.empty()) rows.bind(2, enterprise);
    if (warning.empty()) {
        rows.bind(3, since);
        rows.bind(4, now);
    }
    WindowJoiner joiner(db);
    while (rows.next()) {
        auto owed = owed_of(rows, zone);
        // What put_orders() stored is ours and reads back; a row edited by hand is left out.
        if (!owed || (owed->window.to && *owed->window.to <= owed->window.from())) continue;
        joiner.take(std::move(*owed));
    }
    std::vector<DutyWindow> windows = joiner.finish();
    windows.erase(std::remove_if(windows.begin(), windows.end(),
                                 [&](const DutyWindow& window) {
                                     return window.from() >= now ||
                                            (window.to && *window.to <= since);
                                 }),
                  windows.end());
    return by_day(std::move(windows), since, now, zone);
}

void renew_deliveries(Session& db, std::vector<DutyWindow>& windows) {
    DeliveryReader deliveries(db);
    for (DutyWindow& window : windows) {
        const auto known = rules::known_from(window.delivery);
        if (known && known->from <= window.from()) continue;
        window.delivery =
            deliveries.of(window.obligation.enterprise, window.first_revision, window.revision);
    }
}

std::vector<rules::Span> load_warning_spans(Session& db, Instant since, Instant now) {
    Statement rows(
        db,
        std::string("SELECT MIN(from_at), MAX(COALESCE(replaced_at, to_at, ?1)) FROM obligations"
                    " WHERE exercise = 0 AND warning IN (SELECT warning FROM obligations WHERE ") +
            kNotEnded + "?2 AND warning <> '') GROUP BY warning",
        now, since);
    std::vector<rules::Span> spans;
    while (rows.next()) spans.push_back({rows.instant(0), rows.instant(1)});
    return spans;
}

std::string duty_fingerprint(Session& db) {
    const auto [orders, revisions, publications] =
        db.row<std::int64_t, std::int64_t, std::int64_t>(
              "SELECT COUNT(*), COALESCE(SUM(revision), 0), (SELECT"
              " coalesce(max(number), 0) FROM order_publications) FROM orders")
            .value();
    return fmt::format("{}/{}/{}", orders, revisions, publications);
}

}  // namespace qk::daemon
