#include "daemon/compliance/report_rows.hpp"

#include "daemon/service/county_rows.hpp"
#include "daemon/store/row_filter.hpp"

namespace qk::daemon {

void store_report(Session& db, const ReportRow& row) {
    db.exec("INSERT INTO reports(warning, made_at, person, json, html) VALUES(?, ?, ?, ?, ?)",
            row.warning, row.made_at, row.person, row.json, row.html);
}

std::optional<ReportRow> load_report(Session& db, const std::string& warning) {
    Statement row(db,
                  "SELECT made_at, person, json, html FROM reports WHERE warning = ? ORDER BY "
                  "number DESC LIMIT 1",
                  warning);
    if (!row.next()) return std::nullopt;
    return ReportRow{warning, row.instant(0), row.text(1), row.text(2), row.text(3)};
}

std::vector<std::string> warnings_without_report(Session& db, rules::Instant settled,
                                                 std::size_t limit) {
    Statement rows(db,
                   "SELECT id FROM warnings WHERE lifted_at <= ? AND NOT EXISTS"
                   " (SELECT 1 FROM reports WHERE reports.warning = warnings.id)"
                   " ORDER BY id LIMIT ?",
                   settled, limit);
    std::vector<std::string> due;
    while (rows.next()) due.push_back(rows.text(0));
    return due;
}

std::vector<GivenOrder> given_orders(Session& db, const std::string& warning,
                                     const std::string& region_prefix) {
    RowFilter filter;
    filter.add("r.warning = ?", warning);
    add_county(filter, "r.enterprise", region_prefix);
    Statement rows(db,
                   "SELECT r.enterprise, MIN(r.issued_at), r.order_id FROM order_revisions AS r" +
                       filter.where() + " GROUP BY r.enterprise ORDER BY r.enterprise");
    filter.bind_to(rows);
    std::vector<GivenOrder> orders;
    while (rows.next()) orders.push_back({rows.text(0), rows.text(2), rows.instant(1)});
    return orders;
}

std::map<std::int64_t, std::vector<AnswerOnRecord>> answers_on_record(Session& db,
                                                                      const GivenOrder& order) {
    Statement receipts(db,
                       // A time before the order or after the arrival is of a wrong clock.
                       "SELECT revision, state, iif(at > arrived OR at < ?3, arrived, at), effect "
                       "FROM receipts WHERE enterprise = ?1 AND order_id = ?2 AND effect NOT IN "
                       "('unknown revision', 'unknown order', 'wrong signature') ORDER BY "
                       "revision, number",
                       order.enterprise, order.order, order.issued_at);
    std::map<std::int64_t, std::vector<AnswerOnRecord>> by_revision;
    while (receipts.next()) {
        AnswerOnRecord answer;
        answer.state = parse_receipt_state(receipts.text(1)).value_or(ReceiptState::kNone);
        answer.at = receipts.instant(2);
        answer.is_taken = receipts.text(3) == to_text(ReceiptEffect::kTaken);
        by_revision[receipts.integer(0)].push_back(answer);
    }
    return by_revision;
}

}  // namespace qk::daemon
