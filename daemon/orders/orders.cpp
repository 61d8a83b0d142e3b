#include "daemon/orders/orders.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <cassert>
#include <map>

#include "daemon/base/mqtt_reason.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "enterprise, region, warning, order_id, revision, signed_text, exercise, obligations, "
    "issued_at, effective_from, effective_to, acked_revision, published_at, receipt_state, "
    "receipt_at, wanted, refused_code, refused_at, "
    "satisfied";

StoredOrder order_of(Statement& row) {
    StoredOrder order;
    order.enterprise = row.text(0);
    order.region = row.text(1);
    order.warning = row.text(2);
    order.order = row.text(3);
    order.revision = row.integer(4);
    order.signed_text = row.text(5);
    order.exercise = row.flag(6);
    order.obligations = row.get<std::size_t>(7);
    order.issued_at = row.instant(8);
    order.effective_from = row.instant(9);
    order.effective_to = row.maybe<rules::Instant>(10);
    order.acked_revision = row.integer(11);
    order.published_at = row.maybe<rules::Instant>(12);
    order.receipt_state = row.text(13);
    order.receipt_at = row.maybe<rules::Instant>(14);
    order.wanted = row.integer(15);
    order.refused_code = row.get<int>(16);
    order.refused_at = row.maybe<rules::Instant>(17);
    order.satisfied = row.integer(18);
    return order;
}

// What makes two documents the same: everything but the number and the time of issue.
std::string content_hash(plans::OrderDocument document, rules::Zone zone) {
    document.revision = 0;
    document.issued_at = rules::Instant{};
    return plans::sha256_hex(plans::canonical_text(to_json(document, zone)));
}

struct Present {
    std::int64_t revision = 0;
    std::string content_sha256;
};

// The statements of one put_orders(), prepared once for all its documents.
class Writer {
 public:
    explicit Writer(Session& db)
        : present_(db, "SELECT revision, content_sha256 FROM orders WHERE enterprise = ?"),
          order_(db,
                 "INSERT INTO orders(enterprise, region, warning, order_id, revision, "
                 "content_sha256, signed_text, exercise, obligations, issued_at, effective_from, "
                 "effective_to) VALUES(?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(enterprise) DO UPDATE "
                 "SET region = excluded.region, warning = excluded.warning, order_id = "
                 "excluded.order_id, revision = excluded.revision, content_sha256 = "
                 "excluded.content_sha256, signed_text = excluded.signed_text, exercise = "
                 "excluded.exercise, obligations = excluded.obligations, issued_at = "
                 "excluded.issued_at, effective_from = excluded.effective_from, effective_to = "
                 "excluded.effective_to, wanted = wanted + 1, published_at = NULL, receipt_state = "
                 "'none', receipt_at = NULL"),
          revision_(db,
                    "INSERT INTO order_revisions(enterprise, revision, warning, order_id, "
                    "issued_at, signed_text) VALUES(?,?,?,?,?,?)"),
          obligation_(
              db,
              "INSERT INTO obligations(enterprise, revision, obligation, order_id, warning, "
              "line, verified_by, exercise, from_at, to_at, json) "
              "VALUES(?,?,?,?,?,?,?,?,?,?,?)"),
          close_revision_(db,
                          "UPDATE order_revisions SET replaced_at = ?3 WHERE enterprise = ?1 AND "
                          "revision = ?2"),
          close_obligations_(db,
                             "UPDATE obligations SET replaced_at = ?3 WHERE enterprise = ?1 AND "
                             "revision = ?2"),
          close_calls_(db,
                       "UPDATE phone_list SET done_at = ?3 WHERE enterprise = ?1 AND revision = ?2 "
                       "AND done_at IS NULL") {}

    std::optional<Present> present_of(const std::string& enterprise) {
        if (!present_.find(enterprise)) return std::nullopt;
        return Present{present_.integer(0), present_.text(1)};
    }

    void store_present(const plans::OrderDocument& document, const std::string& content,
                       const std::string& text) {
        order_.run(document.enterprise, document.region, document.warning, document.order,
                   document.revision, content, text, document.exercise ? 1 : 0,
                   document.obligations.size(), document.issued_at, document.effective_from,
                   document.effective_to);
    }

    void close(const std::string& enterprise, std::int64_t revision, rules::Instant now) {
        for (Statement* write : {&close_revision_, &close_obligations_, &close_calls_}) {
            write->run(enterprise, revision, now);
        }
    }

    void store_revision(const plans::OrderDocument& document, const std::string& text,
                        rules::Zone zone) {
        revision_.run(document.enterprise, document.revision, document.warning, document.order,
                      document.issued_at, text);
        for (const rules::Obligation& one : document.obligations) {
            obligation_.run(document.enterprise, document.revision, one.id, document.order,
                            document.warning, one.line, to_text(one.verified_by),
                            document.exercise ? 1 : 0, one.from, one.to,
                            plans::to_text(plans::to_json(one, zone)));
        }
    }

 private:
    Statement present_;
    Statement order_;
    Statement revision_;
    Statement obligation_;
    Statement close_revision_;
    Statement close_obligations_;
    Statement close_calls_;
};

// Publishing it did not help for long, so the pause grows.
void set_aside(Session& db, const SentOrder& order, rules::Instant now) {
    db.exec(
        "UPDATE orders SET refused_code = ?2, refused_at = ?3, refused_times = refused_times + 1, "
        "refused_next = ?3 + min(?4 << min(refused_times, 10), ?5) WHERE enterprise = ?1",
        order.enterprise, order.reason, now, kRefusedFirst.count(), kRefusedMost.count());
    db.exec(
        "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
        "VALUES(?,?,'publish',?) ON CONFLICT DO NOTHING",
        order.enterprise, order.revision, now);
}

void no_longer_refused(Session& db, const std::string& enterprise, rules::Instant now) {
    db.exec(
        "UPDATE orders SET refused_code = 0, refused_at = NULL, "
        "refused_times = 0, refused_next = NULL WHERE enterprise = ?",
        enterprise);
    db.exec(
        "UPDATE phone_list SET done_at = ?2 WHERE enterprise = ?1 AND wanted = "
        "'publish' AND done_at IS NULL",
        enterprise, now);
}

}  // namespace

PutOrders put_orders(Session& db, std::vector<plans::OrderDocument> documents,
                     const plans::SigningKey& key, rules::Zone zone, rules::Instant now) {
    PutOrders answer;
    Writer writer(db);
    for (plans::OrderDocument& document : documents) {
        const std::optional<Present> present = writer.present_of(document.enterprise);
        const std::string content = content_hash(document, zone);
        const bool is_same = present && present->content_sha256 == content;
        if (is_same || (!present && document.obligations.empty())) {
            ++answer.unchanged;
            continue;
        }
        assert(!present || present->revision > 0);
        document.revision = present ? present->revision + 1 : 1;
        document.issued_at = now;
        const std::string text = plans::signed_text(document, key, zone);
        if (present) writer.close(document.enterprise, present->revision, now);
        writer.store_present(document, content, text);
        writer.store_revision(document, text, zone);
        ++answer.new_revisions;
    }
    return answer;
}

std::size_t sign_orders_again(Session& db, const plans::SigningKey& key) {
    Statement read(db, "SELECT enterprise, signed_text FROM orders");
    Statement write(db,
                    "UPDATE orders SET signed_text=?2, wanted = wanted + 1 WHERE enterprise=?1");
    std::vector<std::pair<std::string, std::string>> orders;
    while (read.next()) {
        const auto document = plans::parse_json(read.text(1), "orders.signed_text");
        orders.emplace_back(read.text(0), plans::signed_again(document.value(), key));
    }
    for (const auto& [enterprise, text] : orders) {
        write.run(enterprise, text);
    }
    return orders.size();
}

std::optional<StoredOrder> load_order(Session& db, const std::string& enterprise) {
    static const std::string kSql =
        fmt::format("SELECT {} FROM orders WHERE enterprise = ?", kColumns);
    Statement read(db, kSql, enterprise);
    if (!read.next()) return std::nullopt;
    return order_of(read);
}

namespace {

// Asked for like a state of the receipt.
constexpr const char* kSetAside = "set aside";

// A condition only for what is asked, so that an index can serve it: of all, the rows themselves
// are not even touched to be counted.
class OrderFilter {
 public:
    OrderFilter(const std::string& warning, const std::string& receipt_state,
                const std::string& stem, const std::string& after = {}) {
        add(" AND warning = ?", warning);
        if (receipt_state == kSetAside) {
            where_ += " AND refused_code <> 0";
        } else {
            add(" AND receipt_state = ?", receipt_state);
        }
        add(" AND region LIKE ? || '%'", stem);
        add(" AND enterprise > ?", after);
    }
    [[nodiscard]] const std::string& where() const { return where_; }
    // The next free place.
    int bind_to(Statement& statement) const {
        int place = 1;
        for (const std::string& value : values_) statement.bind(place++, value);
        return place;
    }

 private:
    void add(const char* condition, const std::string& value) {
        if (value.empty()) return;
        where_ += condition;
        values_.push_back(value);
    }
    std::string where_ = "WHERE 1";
    std::vector<std::string> values_;
};

}  // namespace

std::vector<StoredOrder> list_orders(Session& db, const std::string& warning,
                                     const std::string& receipt_state, std::size_t offset,
                                     std::size_t limit, const std::string& stem,
                                     const std::string& after) {
    std::vector<StoredOrder> orders;
    const OrderFilter filter(warning, receipt_state, stem, after);
    Statement read(db, fmt::format("SELECT {} FROM orders {} ORDER BY enterprise LIMIT ? OFFSET ?",
                                   kColumns, filter.where()));
    const int place = filter.bind_to(read);
    read.bind(place, static_cast<std::int64_t>(limit));
    read.bind(place + 1, static_cast<std::int64_t>(offset));
    while (read.next()) orders.push_back(order_of(read));
    return orders;
}

std::size_t count_orders(Session& db, const std::string& warning, const std::string& receipt_state,
                         const std::string& stem) {
    const OrderFilter filter(warning, receipt_state, stem);
    Statement read(db, "SELECT count(*) FROM orders " + filter.where());
    filter.bind_to(read);
    return read.next() ? read.get<std::size_t>(0) : 0;
}

namespace {

std::vector<StoredOrder> orders_of(Statement& read) {
    std::vector<StoredOrder> orders;
    while (read.next()) orders.push_back(order_of(read));
    return orders;
}

}  // namespace

std::vector<StoredOrder> unpublished_orders(Session& db, const std::string& after,
                                            std::size_t limit) {
    Statement read(db,
                   fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND "
                               "refused_code = 0 AND enterprise > ? ORDER BY "
                               "enterprise LIMIT ?",
                               kColumns),
                   after, limit);
    return orders_of(read);
}

std::vector<StoredOrder> refused_orders(Session& db, const RefusedDue& due, std::size_t limit) {
    if (count_set_aside(db) == 0) return {};
    const rules::Instant beyond = due.now + kRefusedMost;  // the clock was set back since
    // Those that make the broker end the link come one at a time, after all others.
    Statement read(
        db,
        fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND refused_code <> 0 AND "
                    "refused_code <> ?4 AND (refused_next <= ?1 OR refused_next > ?5 OR "
                    "refused_at <= ?2) "
                    "ORDER BY enterprise LIMIT ?3",
                    kColumns),
        due.now, due.linked_at - kRefusedFirst, limit, kReasonCutsLink, beyond);
    std::vector<StoredOrder> orders = orders_of(read);
    if (!orders.empty()) return orders;
    Statement alone(
        db,
        fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND refused_code = ?2 AND "
                    "(refused_next <= ?1 OR refused_next > ?3) ORDER BY refused_next LIMIT 1",
                    kColumns),
        due.now, kReasonCutsLink, beyond);
    return orders_of(alone);
}

std::optional<rules::Instant> next_refused(Session& db, rules::Instant linked_at) {
    if (count_set_aside(db) == 0) return std::nullopt;
    Statement read(db,
                   "SELECT min(CASE WHEN refused_code <> ?2 AND refused_at <= ?1 THEN "
                   "refused_at ELSE refused_next END) FROM orders WHERE satisfied < wanted "
                   "AND refused_code <> 0",
                   linked_at - kRefusedFirst, kReasonCutsLink);
    if (!read.next()) return std::nullopt;
    return read.maybe<rules::Instant>(0);
}

std::size_t count_unpublished(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT unpublished FROM order_tally"));
}

std::size_t count_set_aside(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT set_aside FROM order_tally"));
}

bool note_published(Session& db, const std::vector<SentOrder>& orders, rules::Instant now) {
    if (orders.empty()) return true;
    Statement write(
        db,
        "UPDATE orders SET satisfied = max(satisfied, ?3), acked_revision = max(acked_revision, "
        "?2), published_at = CASE WHEN revision = ?2 AND published_at IS NULL THEN ?4 ELSE "
        "published_at END WHERE enterprise = ?1 RETURNING satisfied < wanted, refused_code, "
        "satisfied <= wanted AND acked_revision <= revision");
    // Of every revision the first time: from then on it could be known.
    Statement first(db,
                    "INSERT OR IGNORE INTO order_publications(enterprise, revision, "
                    "published_at) VALUES(?1, ?2, ?3)");
    bool is_all = true;
    for (const SentOrder& order : orders) {
        bool was_refused = false;
        for (bool has = write.find(order.enterprise, order.revision, order.wanted, now); has;
             has = write.next()) {
            is_all = is_all && !write.flag(0);
            was_refused = write.flag(1);
            assert(write.flag(2));  // nothing was acknowledged that was never issued
        }
        first.run(order.enterprise, order.revision, now);
        if (was_refused) no_longer_refused(db, order.enterprise, now);
    }
    return is_all;
}

void note_published(Session& db, const StoredOrder& order, rules::Instant now) {
    note_published(db, {SentOrder{order.enterprise, order.revision, order.wanted, 0}}, now);
}

std::size_t note_refused(Session& db, const std::vector<SentOrder>& orders, rules::Instant now) {
    std::map<int, boost::json::object> by_reason;  // counties
    std::size_t count = 0;
    for (const SentOrder& order : orders) {
        Statement read(
            db, "SELECT refused_code, region FROM orders WHERE enterprise = ? AND revision = ?",
            order.enterprise, order.revision);
        if (!read.next()) continue;
        set_aside(db, order, now);
        if (read.get<int>(0) == order.reason) continue;
        ++count;
        boost::json::value& county = by_reason[order.reason][read.text(1)];
        county = county.is_int64() ? county.get_int64() + 1 : 1;
    }
    for (auto& [reason, counties] : by_reason) {
        append_event(db, now, "order-refused",
                     {{"reason", reason},
                      {"reason_zh", std::string(words_of(reason).chinese)},
                      {"by_region", std::move(counties)}});
    }
    return count;
}

bool ask_again(Session& db, const std::string& enterprise) {
    return db.exec("UPDATE orders SET wanted = wanted + 1 WHERE enterprise = ?", enterprise) > 0;
}

std::size_t ask_all_again(Session& db) {
    return static_cast<std::size_t>(db.exec("UPDATE orders SET wanted = wanted + 1"));
}

std::string order_topic(const StoredOrder& order) {
    return fmt::format("qingkong/1/{}/{}/order", order.region, order.enterprise);
}

}  // namespace qk::daemon
