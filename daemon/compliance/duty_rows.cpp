#include "daemon/compliance/duty_rows.hpp"

#include "daemon/base/canary.hpp"
#include "daemon/orders/receipt.hpp"
#include "daemon/store/row_filter.hpp"

namespace qk::daemon {
namespace {

// What binds at some time in a span; the index obligations_by_end is on this expression.
constexpr const char* kNotEnded =
    "min(coalesce(to_at, 9223372036854775807), coalesce(replaced_at, 9223372036854775807)) > ?";

}  // namespace

void each_duty(Session& db, const DutyQuery& query,
               const std::function<void(const DutyRow&)>& take) {
    RowFilter filter;
    filter.add("exercise = 0");
    filter.add_if_given("warning = ?", query.warning);
    filter.add_if_given("enterprise = ?", query.enterprise);
    if (query.warning.empty()) {
        // All revisions of them, since a window begins with the first.
        filter.add(
            std::string(
                "(enterprise, obligation) IN (SELECT enterprise, obligation FROM obligations "
                "WHERE ") +
                kNotEnded + " AND from_at < ?)",
            query.since, query.now);
    }
    Statement rows(
        db,
        "SELECT enterprise, revision, warning, from_at, to_at, replaced_at, json FROM obligations" +
            filter.where() + " ORDER BY enterprise, obligation, revision");
    filter.bind_to(rows);
    while (rows.next()) {
        take({rows.text(0), rows.integer(1), rows.text(2), rows.instant(3),
              rows.maybe<rules::Instant>(4), rows.maybe<rules::Instant>(5), rows.text(6)});
    }
}

DeliveryReader::DeliveryReader(Session& db)
    : published_(db,
                 "SELECT min(published_at) FROM order_publications WHERE enterprise = ?1 AND"
                 " revision BETWEEN ?2 AND ?3"),
      answered_(db,
                // What a person took back proves nothing, nor does what the desk alone has written.
                "SELECT min(iif(r.channel = 'phone', NULL, r.arrived)),"
                " min(iif(r.channel = 'phone', min(max(r.at, o.issued_at), r.arrived), NULL))"
                " FROM receipts AS r JOIN order_revisions AS o ON o.enterprise = r.enterprise AND"
                " o.revision = r.revision AND o.order_id = r.order_id WHERE r.enterprise = ?1 AND"
                " r.revision BETWEEN ?2 AND ?3 AND r.effect NOT IN (?4, ?5, ?6) AND"
                " r.channel <> 'desk' AND r.overruled_by IS NULL") {
    answered_.bind(4, std::string(to_text(ReceiptEffect::kUnknownRevision)));
    answered_.bind(5, std::string(to_text(ReceiptEffect::kUnknownOrder)));
    answered_.bind(6, std::string(to_text(ReceiptEffect::kWrongSignature)));
}

rules::Delivery DeliveryReader::of(const std::string& enterprise, std::int64_t first,
                                   std::int64_t last) {
    rules::Delivery delivery;
    // Both are sums over rows, so each answers one row.
    (void)published_.find(enterprise, first, last);
    delivery.published_at = published_.maybe<rules::Instant>(0);
    if (planted(Canary::kJudgedUnknowing)) delivery.published_at = rules::Instant{};
    (void)answered_.find(enterprise, first, last);
    delivery.received_at = answered_.maybe<rules::Instant>(0);
    delivery.telephoned_at = answered_.maybe<rules::Instant>(1);
    return delivery;
}

std::vector<rules::Span> warning_spans(Session& db, rules::Instant since, rules::Instant now) {
    Statement rows(
        db,
        std::string("SELECT MIN(from_at), MAX(COALESCE(replaced_at, to_at, ?)) FROM obligations"
                    " WHERE exercise = 0 AND warning IN (SELECT warning FROM obligations WHERE ") +
            kNotEnded + " AND warning <> '') GROUP BY warning",
        now, since);
    std::vector<rules::Span> spans;
    while (rows.next()) spans.push_back({rows.instant(0), rows.instant(1)});
    return spans;
}

OrderCounts count_revisions(Session& db) {
    const auto [orders, revisions, publications] =
        db.row<std::int64_t, std::int64_t, std::int64_t>(
              "SELECT COUNT(*), COALESCE(SUM(revision), 0), (SELECT"
              " coalesce(max(number), 0) FROM order_publications) FROM orders")
            .value();
    return {orders, revisions, publications};
}

}  // namespace qk::daemon
