#include "daemon/watch/past_rows.hpp"

namespace qk::daemon {
namespace {

// Revisions that had been issued and not yet been replaced, with the state that the last answer
// that counted had brought them to. An order that owes nothing (all its obligations ended with it)
// is none.
constexpr std::string_view kOrdersAt =
    " FROM order_revisions AS o WHERE o.issued_at <= ?1 AND (o.replaced_at IS NULL OR "
    "o.replaced_at > ?1) AND EXISTS (SELECT 1 FROM obligations AS b WHERE "
    "b.enterprise=o.enterprise AND b.revision=o.revision)";
constexpr std::string_view kAnswerOf =
    "(SELECT max(r.number) FROM receipts AS r WHERE r.enterprise=o.enterprise AND "
    "r.revision=o.revision AND r.order_id=o.order_id AND r.effect='taken' AND r.arrived <= ?1)";

}  // namespace

std::vector<PastChange> changes_pending_at(Session& db, rules::Instant at) {
    Statement row(
        db,
        "SELECT warning, number, kind, colour, proposer, proposed_at FROM warning_changes "
        "WHERE proposed_at <= ?1 AND (closed_at IS NULL OR closed_at > ?1) "
        "ORDER BY warning, number",
        at);
    std::vector<PastChange> changes;
    while (row.next()) {
        changes.push_back(
            {row.text(0), row.integer(1), row.text(2), row.text(3), row.text(4), row.instant(5)});
    }
    return changes;
}

std::vector<PastOrder> orders_at(Session& db, rules::Instant at, const std::string& after,
                                 std::size_t limit) {
    std::string sql = "SELECT o.enterprise, o.warning, o.order_id, o.revision, o.issued_at, ";
    sql += kAnswerOf;
    sql += kOrdersAt;
    sql += " AND o.enterprise > ?2 ORDER BY o.enterprise LIMIT ?3";
    Statement row(db, sql, at, after, limit);
    Statement answer(db, "SELECT state, arrived FROM receipts WHERE number=?1");
    std::vector<PastOrder> orders;
    while (row.next()) {
        PastOrder order{row.text(0),    row.text(1), row.text(2), row.integer(3),
                        row.instant(4), "none",      {}};
        if (!row.is_null(5) && answer.find(row.integer(5))) {
            order.state = answer.text(0);
            order.state_at = answer.instant(1);
        }
        orders.push_back(std::move(order));
    }
    return orders;
}

std::vector<PastCount> count_orders_at(Session& db, rules::Instant at) {
    std::string sql =
        "SELECT coalesce((SELECT state FROM receipts WHERE number=a.answer), 'none') AS state, "
        "a.exercise, count(*) FROM (SELECT substr(o.enterprise, 1, 9)='exercise:' AS exercise, ";
    sql += kAnswerOf;
    sql += " AS answer";
    sql += kOrdersAt;
    sql += ") AS a GROUP BY 1, 2 ORDER BY 1, 2";
    Statement row(db, sql, at);
    std::vector<PastCount> counts;
    while (row.next()) counts.push_back({row.text(0), row.flag(1), row.integer(2)});
    return counts;
}

std::vector<PastCase> cases_at(Session& db, rules::Instant at, std::size_t limit) {
    Statement row(db,
                  "SELECT c.number, c.kind, c.enterprise, c.warning, c.text, c.opened_at, "
                  "(SELECT max(s.number) FROM case_steps AS s WHERE s.case_number=c.number AND "
                  "s.at <= ?1), c.state='closed' AND c.changed_at <= ?1 FROM cases AS c WHERE "
                  "c.opened_at <= ?1 ORDER BY c.number DESC "
                  "LIMIT ?2",
                  at, limit);
    Statement step(db, "SELECT step, person, at FROM case_steps WHERE number=?1");
    std::vector<PastCase> cases;
    while (row.next()) {
        PastCase found{row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4),
                       row.instant(5), {},          {},          {}};
        if (!row.is_null(6) && step.find(row.integer(6))) {
            found.step = step.text(0);
            found.person = step.text(1);
            found.step_at = step.instant(2);
        }
        // Closed since and not touched again, or closed by the last step until then.
        found.closed = row.flag(7) || found.step == "close" || found.step == "withdrawal" ||
                       found.step == "data_returned";
        cases.push_back(std::move(found));
    }
    return cases;
}

std::size_t count_cases_at(Session& db, rules::Instant at) {
    const auto count =
        db.one<std::int64_t>("SELECT count(*) FROM cases WHERE opened_at <= ?1", at).value_or(0);
    return static_cast<std::size_t>(count);
}

std::vector<PastMatter> matters_open_at(Session& db, rules::Instant at, std::size_t limit) {
    Statement row(db,
                  "SELECT number, kind, text, exercise, opened_at, deadline FROM matters WHERE "
                  "opened_at <= ?1 AND (closed_at IS NULL OR closed_at > ?1) ORDER BY deadline, "
                  "number LIMIT ?2",
                  at, limit);
    std::vector<PastMatter> matters;
    while (row.next()) {
        matters.push_back({row.integer(0), row.text(1), row.text(2), row.flag(3), row.instant(4),
                           row.instant(5)});
    }
    return matters;
}

std::optional<rules::Span> span_of_stories(Session& db) {
    Statement row(db, "SELECT min(at), max(at) FROM warning_story");
    if (!row.next() || row.is_null(0)) return std::nullopt;
    return rules::Span{row.instant(0), row.instant(1)};
}

}  // namespace qk::daemon
