#include "daemon/roster/matter_source_rows.hpp"

#include <algorithm>

#include "daemon/store/row_filter.hpp"
#include "daemon/warnings/prompt_rows.hpp"

namespace qk::daemon {
namespace {

std::vector<WaitingOrder> orders_of(Session& db, const RowFilter& filter, const char* since,
                                    std::size_t limit) {
    Statement row(db, std::string("SELECT enterprise, region, revision, exercise, ") + since +
                          " FROM orders" + filter.where() + " ORDER BY issued_at LIMIT ?");
    row.bind(filter.bind_to(row), limit);
    std::vector<WaitingOrder> orders;
    while (row.next()) {
        orders.push_back({row.text(0), row.text(1), row.integer(2), row.flag(3), row.instant(4)});
    }
    return orders;
}

}  // namespace

std::vector<WaitingOrder> unanswered_orders(Session& db, rules::Instant since, std::size_t limit,
                                            const std::string& enterprise) {
    RowFilter filter;
    filter.add_if_given("enterprise = ?", enterprise);
    filter.add("receipt_state = 'none' AND obligations > 0 AND issued_at <= ?", since);
    filter.add("max(issued_at, coalesce(published_at, 0), coalesce(asked_again_at, 0)) <= ?",
               since);
    return orders_of(db, filter,
                     "max(issued_at, coalesce(published_at, 0), coalesce(asked_again_at, 0))",
                     limit);
}

std::optional<rules::Instant> next_unanswered(Session& db, rules::Instant after) {
    const auto issued = db.one<std::optional<rules::Instant>>(
        "SELECT min(issued_at) FROM orders WHERE receipt_state = 'none' AND issued_at > ? AND "
        "obligations > 0",
        after);
    const auto asked_again = db.one<std::optional<rules::Instant>>(
        "SELECT min(asked_again_at) FROM orders WHERE +receipt_state = 'none' AND asked_again_at > "
        "? AND obligations > 0",
        after);
    const auto& one = issued.value();
    const auto& other = asked_again.value();
    if (!one || !other) return one ? one : other;
    return std::min(*one, *other);
}

std::vector<WaitingOrder> refused_by_enterprise(Session& db, std::size_t limit,
                                                const std::string& enterprise) {
    RowFilter filter;
    filter.add_if_given("enterprise = ?", enterprise);
    filter.add("receipt_state = 'refused' AND obligations > 0");
    return orders_of(db, filter, "coalesce(receipt_at, issued_at)", limit);
}

std::vector<WaitingPlace> places_waiting(Session& db, rules::Instant now, std::size_t limit) {
    Statement row(
        db,
        "SELECT p.number, f.region, f.name, p.recorded_at, p.deadline FROM prompt_follow_up AS f "
        "INDEXED BY prompt_follow_up_waiting JOIN prompts AS p ON p.number = f.prompt WHERE "
        "f.state = 'waiting' AND max(coalesce(p.\"to\", p.\"from\" + ?1), p.deadline) > ?2 "
        "ORDER BY p.recorded_at, f.prompt, f.region LIMIT ?3",
        kOpenPromptSeconds, now, limit);
    std::vector<WaitingPlace> places;
    while (row.next()) {
        places.push_back({row.text(0), row.text(1), row.text(2), row.instant(3), row.instant(4)});
    }
    return places;
}

std::vector<WaitingCase> cases_without_check(Session& db, std::size_t limit, std::int64_t number) {
    RowFilter filter;
    if (number > 0) filter.add("c.number = ?", number);
    filter.add("c.state = 'lead' AND c.kind = 'lead'");
    Statement row(db,
                  "SELECT c.number, c.enterprise, coalesce((SELECT o.region FROM orders AS o WHERE "
                  "o.enterprise = c.enterprise), ''), c.opened_at FROM cases AS c" +
                      filter.where() + " ORDER BY c.number LIMIT ?");
    row.bind(filter.bind_to(row), limit);
    std::vector<WaitingCase> cases;
    while (row.next()) {
        cases.push_back({row.integer(0), row.text(1), row.text(2), row.instant(3)});
    }
    return cases;
}

std::optional<rules::Instant> newest_forecast(Session& db) {
    return db.one<std::optional<rules::Instant>>("SELECT max(issued_at) FROM forecasts").value();
}

std::optional<rules::Instant> newest_observation(Session& db, const std::string& region) {
    return db
        .one<std::optional<rules::Instant>>("SELECT max(hour) FROM observations WHERE region = ?",
                                            region)
        .value();
}

}  // namespace qk::daemon
