#include "daemon/orders/refusal_rows.hpp"

#include <fmt/format.h>

#include "daemon/orders/order_holder.hpp"
#include "daemon/service/county_rows.hpp"
#include "daemon/store/row_filter.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kSelect =
    "SELECT f.number, f.enterprise, f.order_id, f.revision, f.receipt, f.opened_at, f.standing, "
    "f.answered_at, f.answered_by, f.reason, coalesce(r.by_whom, ''), coalesce(r.note, '') FROM "
    "refusals AS f LEFT JOIN receipts AS r ON r.number = f.receipt";

RefusalRow row_of(const Statement& row) {
    RefusalRow refusal;
    refusal.number = row.integer(0);
    refusal.enterprise = row.text(1);
    refusal.order = row.text(2);
    refusal.revision = row.integer(3);
    refusal.receipt = row.integer(4);
    refusal.opened_at = row.instant(5);
    refusal.standing = parse_refusal_standing(row.text(6)).value_or(RefusalStanding::kOpen);
    refusal.answered_at = row.maybe<rules::Instant>(7);
    refusal.answered_by = row.text(8);
    refusal.reason = row.text(9);
    refusal.by = row.text(10);
    refusal.note = row.text(11);
    return refusal;
}

RowFilter filter_of(std::optional<RefusalStanding> standing, const std::string& region_prefix) {
    RowFilter filter;
    if (standing) filter.add("f.standing = ?", std::string(to_text(*standing)));
    add_county(filter, "f.enterprise", region_prefix);
    return filter;
}

}  // namespace

std::int64_t store_refusal(Session& db, const RefusalRow& row) {
    db.exec(
        "INSERT INTO refusals(enterprise, order_id, revision, receipt, opened_at) "
        "VALUES(?,?,?,?,?)",
        row.enterprise, row.order, row.revision, row.receipt, row.opened_at);
    return db.last_id();
}

std::optional<RefusalRow> refusal_of(Session& db, const std::string& enterprise,
                                     std::int64_t revision) {
    Statement read(db,
                   fmt::format("{} WHERE f.enterprise = ? AND f.revision = ? ORDER BY f.number "
                               "DESC LIMIT 1",
                               kSelect),
                   enterprise, revision);
    if (!read.next()) return std::nullopt;
    return row_of(read);
}

void close_refusal(Session& db, const std::string& enterprise, std::int64_t revision,
                   const RefusalAnswer& answer) {
    db.exec(
        "UPDATE refusals SET standing = ?3, answered_at = ?4, answered_by = ?5, reason = ?6 WHERE "
        "enterprise = ?1 AND revision = ?2 AND standing = 'open'",
        enterprise, revision, to_text(answer.standing), answer.at, answer.person, answer.reason);
    db.exec(
        "UPDATE phone_list SET done_at = ?3 WHERE enterprise = ?1 AND revision = ?2 AND wanted = "
        "'refusal' AND done_at IS NULL",
        enterprise, revision, answer.at);
}

std::vector<RefusalRow> list_refusals(Session& db, std::optional<RefusalStanding> standing,
                                      const NewestFirst& stretch,
                                      const std::string& region_prefix) {
    RowFilter filter = filter_of(standing, region_prefix);
    filter.add("f.number < ?", stretch.below);
    Statement read(db, kSelect + filter.where() + " ORDER BY f.number DESC LIMIT ? OFFSET ?");
    const int place = filter.bind_to(read);
    read.bind(place, stretch.limit);
    read.bind(place + 1, stretch.offset);
    std::vector<RefusalRow> rows;
    while (read.next()) rows.push_back(row_of(read));
    return rows;
}

std::size_t count_refusals(Session& db, std::optional<RefusalStanding> standing,
                           const std::string& region_prefix) {
    const RowFilter filter = filter_of(standing, region_prefix);
    Statement read(db, "SELECT count(*) FROM refusals AS f" + filter.where());
    filter.bind_to(read);
    return read.next() ? read.get<std::size_t>(0) : 0;
}

void ask_anew(Session& db, const std::string& enterprise, rules::Instant now) {
    db.exec(
        "UPDATE orders SET receipt_state = 'none', receipt_at = NULL, receipt_proof = '', "
        "asked_again_at = ?2, wanted = wanted + 1 WHERE enterprise = ?1",
        enterprise, now);
}

void store_exceptions(Session& db, const plans::OrderDocument& order,
                      const std::vector<OrderException>& exceptions, std::int64_t refusal,
                      rules::Zone zone) {
    const std::string holder = order_holder_of(order.enterprise, order.exercise);
    for (const OrderException& one : exceptions) {
        std::optional<std::string> granted;
        if (one.granted) granted = plans::to_text(plans::to_json(*one.granted, zone));
        db.exec(
            "INSERT OR REPLACE INTO order_exceptions(enterprise, order_id, obligation, ratio, "
            "granted, refusal) VALUES(?,?,?,?,?,?)",
            holder, order.order, one.obligation, one.ratio, granted, refusal);
    }
}

ExceptionReader::ExceptionReader(Session& db, rules::Zone zone)
    : read_(db,
            "SELECT obligation, ratio, granted FROM order_exceptions WHERE enterprise = ?1 AND "
            "order_id = ?2 ORDER BY obligation, ratio"),
      zone_(zone) {}

std::vector<OrderException> ExceptionReader::of(const std::string& enterprise,
                                                const std::string& order) {
    std::vector<OrderException> exceptions;
    for (bool has = read_.find(enterprise, order); has; has = read_.next()) {
        OrderException one{read_.text(0), read_.number(1)};
        if (!read_.is_null(2)) {
            const auto json = plans::parse_json(read_.text(2), "order_exceptions.granted");
            one.granted = plans::obligation_from_json(json.value(), "granted", zone_).value();
        }
        exceptions.push_back(std::move(one));
    }
    return exceptions;
}

}  // namespace qk::daemon
