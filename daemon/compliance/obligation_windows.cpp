#include "daemon/compliance/obligation_windows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "daemon/compliance/duty_rows.hpp"
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

// What one revision says of an obligation, and the end it names, which need not be the end it had.
struct Owed {
    ObligationWindow window;
    std::optional<Instant> named_end;
};

std::optional<Owed> owed_of(const DutyRow& row, rules::Zone zone) {
    const auto document = plans::parse_json(row.json, "obligations");
    if (!document) return std::nullopt;
    auto obligation = plans::obligation_from_json(*document, "obligations", zone);
    if (!obligation) return std::nullopt;
    Owed owed;
    ObligationWindow& window = owed.window;
    window.obligation = std::move(*obligation);
    window.obligation.enterprise = row.enterprise;
    window.revision = window.first_revision = row.revision;
    window.warning = row.warning;
    window.obligation.from = row.from;
    window.begin = window.obligation.from;
    owed.named_end = row.to;
    window.to = earlier(owed.named_end, row.replaced_at);
    return owed;
}

// Puts the revisions of obligations together into windows, as they come by enterprise, obligation
// and revision.
class WindowJoiner {
 public:
    explicit WindowJoiner(Session& db) : deliveries_(db) {}

    void take(Owed owed) {
        ObligationWindow& window = owed.window;
        if (!goes_on(window)) {
            windows_.push_back(std::move(window));
            known_end_ = owed.named_end;
            return;
        }
        ObligationWindow& last = windows_.back();
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

    std::vector<ObligationWindow> finish() {
        for (ObligationWindow& window : windows_) {
            window.delivery = deliveries_.of(window.obligation.enterprise, window.first_revision,
                                             window.revision);
        }
        return std::move(windows_);
    }

 private:
    [[nodiscard]] bool goes_on(const ObligationWindow& window) const {
        if (windows_.empty()) return false;
        const ObligationWindow& last = windows_.back();
        const bool is_same = last.obligation.id == window.obligation.id &&
                             rules::same_terms(last.obligation, window.obligation) &&
                             rules::granted_ramp(last.obligation.check) ==
                                 rules::granted_ramp(window.obligation.check);
        return is_same && last.warning == window.warning && last.to && window.from() <= *last.to;
    }
    bool is_known_by(const ObligationWindow& window, Instant t) {
        const auto known = rules::known_from(
            deliveries_.of(window.obligation.enterprise, window.revision, window.revision));
        return known && known->from <= t;
    }

    DeliveryReader deliveries_;
    std::vector<ObligationWindow> windows_;
    std::optional<Instant> known_end_;  // of the last window, as far as the enterprise could know
};

// The civil days of a window of the season that reach beyond `since` and begin before `now`.
void add_days(const ObligationWindow& whole, Instant since, Instant now, rules::Zone zone,
              std::vector<ObligationWindow>& days) {
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

std::vector<ObligationWindow> by_day(std::vector<ObligationWindow> windows, Instant since,
                                     Instant now, rules::Zone zone) {
    std::vector<ObligationWindow> cut;
    for (ObligationWindow& window : windows) {
        if (window.is_of_season()) {
            add_days(window, since, now, zone, cut);
        } else {
            cut.push_back(std::move(window));
        }
    }
    return cut;
}

}  // namespace

std::vector<ObligationWindow> load_obligation_windows(Session& db, Instant since, Instant now,
                                                      const std::string& warning, rules::Zone zone,
                                                      const std::string& enterprise) {
    WindowJoiner joiner(db);
    each_duty(db, {warning, enterprise, since, now}, [&](const DutyRow& row) {
        auto owed = owed_of(row, zone);
        // What put_orders() stored is ours and reads back; a row edited by hand is left out.
        if (!owed || (owed->window.to && *owed->window.to <= owed->window.from())) return;
        joiner.take(std::move(*owed));
    });
    std::vector<ObligationWindow> windows = joiner.finish();
    windows.erase(std::remove_if(windows.begin(), windows.end(),
                                 [&](const ObligationWindow& window) {
                                     return window.from() >= now ||
                                            (window.to && *window.to <= since);
                                 }),
                  windows.end());
    return by_day(std::move(windows), since, now, zone);
}

void renew_deliveries(Session& db, std::vector<ObligationWindow>& windows) {
    DeliveryReader deliveries(db);
    for (ObligationWindow& window : windows) {
        const auto known = rules::known_from(window.delivery);
        if (known && known->from <= window.from()) continue;
        window.delivery =
            deliveries.of(window.obligation.enterprise, window.first_revision, window.revision);
    }
}

void note_first_orders(std::vector<ObligationWindow>& windows) {
    using Key = std::pair<std::string_view, std::string_view>;
    std::map<Key, rules::Instant> first;
    for (const ObligationWindow& window : windows) {
        const auto known = rules::known_from(window.delivery);
        if (!known || window.is_of_season()) continue;
        const Key key{window.obligation.enterprise, window.warning};
        const auto [at, is_new] = first.emplace(key, known->from);
        if (!is_new) at->second = std::min(at->second, known->from);
    }
    for (ObligationWindow& window : windows) {
        const auto known = rules::known_from(window.delivery);
        const auto at = first.find(Key{window.obligation.enterprise, window.warning});
        window.delivery.warned_at.reset();
        if (at == first.end() || (known && known->from <= at->second)) continue;
        window.delivery.warned_at = at->second;
    }
}

std::vector<rules::Span> load_warning_spans(Session& db, Instant since, Instant now) {
    return warning_spans(db, since, now);
}

std::string obligation_fingerprint(Session& db) {
    const auto [orders, revisions, publications] = count_revisions(db);
    return fmt::format("{}/{}/{}", orders, revisions, publications);
}

}  // namespace qk::daemon
