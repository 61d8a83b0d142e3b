#include "daemon/verify/duty_windows.hpp"

#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/sql.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;

std::optional<Instant> earlier(const std::optional<Instant>& a, const std::optional<Instant>& b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(*a, *b);
}

// The same duty, whatever its dates and wording.
bool is_same_duty(const rules::Obligation& a, const rules::Obligation& b) {
    return a.enterprise == b.enterprise && a.id == b.id && a.line == b.line &&
           a.action == b.action && a.ratio == b.ratio && a.check == b.check;
}

std::optional<DutyWindow> window_of(SQLite::Statement& row, rules::Zone zone) {
    const auto document = plans::parse_json(text_at(row, 6), "obligations");
    if (!document) return std::nullopt;
    auto obligation = plans::obligation_from_json(*document, "obligations", zone);
    if (!obligation) return std::nullopt;
    DutyWindow window;
    window.obligation = std::move(*obligation);
    window.obligation.enterprise = text_at(row, 0);
    window.revision = row.getColumn(1).getInt64();
    window.warning = text_at(row, 2);
    window.obligation.from = instant_at(row, 3);
    window.begin = window.obligation.from;
    window.to = earlier(optional_instant_at(row, 4), optional_instant_at(row, 5));
    return window;
}

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

std::vector<DutyWindow> load_duty_windows(SQLite::Database& db, Instant since, Instant now,
                                          const std::string& warning, rules::Zone zone,
                                          const std::string& enterprise) {
    const std::string of_one = enterprise.empty() ? "" : " AND enterprise = ?2";
    SQLite::Statement rows(
        db,
        "SELECT enterprise, revision, warning, from_at, to_at, replaced_at, json FROM obligations"
        " WHERE exercise = 0 AND (?1 = '' OR warning = ?1)" +
            of_one + " ORDER BY enterprise, obligation, revision");
    rows.bind(1, warning);
    if (!enterprise.empty()) rows.bind(2, enterprise);
    std::vector<DutyWindow> windows;
    while (rows.executeStep()) {
        auto window = window_of(rows, zone);
        // What put_orders() stored is ours and reads back; a row edited by hand is left out.
        if (!window || (window->to && *window->to <= window->from())) continue;
        if (!windows.empty() && is_same_duty(windows.back().obligation, window->obligation) &&
            windows.back().warning == window->warning && windows.back().to &&
            window->from() <= *windows.back().to) {
            windows.back().to = window->to;
            windows.back().revision = window->revision;
            continue;
        }
        windows.push_back(std::move(*window));
    }
    windows.erase(std::remove_if(windows.begin(), windows.end(),
                                 [&](const DutyWindow& window) {
                                     return window.from() >= now ||
                                            (window.to && *window.to <= since);
                                 }),
                  windows.end());
    return by_day(std::move(windows), since, now, zone);
}

std::vector<rules::Span> load_warning_spans(SQLite::Database& db, Instant now) {
    SQLite::Statement rows(
        db,
        "SELECT MIN(from_at), MAX(COALESCE(replaced_at, to_at, ?1))"
        " FROM obligations WHERE exercise = 0 AND warning <> '' GROUP BY warning");
    bind(rows, 1, now);
    std::vector<rules::Span> spans;
    while (rows.executeStep()) spans.push_back({instant_at(rows, 0), instant_at(rows, 1)});
    return spans;
}

std::string duty_fingerprint(SQLite::Database& db) {
    SQLite::Statement row(db, "SELECT COUNT(*), COALESCE(SUM(revision), 0) FROM orders");
    row.executeStep();
    return fmt::format("{}/{}", row.getColumn(0).getInt64(), row.getColumn(1).getInt64());
}

}  // namespace qk::daemon
