#include "daemon/orders/orders.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <map>

#include "daemon/base/mqtt_reason.hpp"
#include "daemon/base/sha256.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/kept_statement.hpp"
#include "daemon/store/sql.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "enterprise, region, warning, order_id, revision, signed_text, exercise, obligations, "
    "issued_at, effective_from, effective_to, acked_revision, published_at, receipt_state, "
    "receipt_at, wanted, refused_code, refused_at, "
    "satisfied";

StoredOrder order_of(SQLite::Statement& row) {
    StoredOrder order;
    order.enterprise = text_at(row, 0);
    order.region = text_at(row, 1);
    order.warning = text_at(row, 2);
    order.order = text_at(row, 3);
    order.revision = row.getColumn(4).getInt64();
    order.signed_text = text_at(row, 5);
    order.exercise = row.getColumn(6).getInt() != 0;
    order.obligations = static_cast<std::size_t>(row.getColumn(7).getInt64());
    order.issued_at = instant_at(row, 8);
    order.effective_from = instant_at(row, 9);
    order.effective_to = optional_instant_at(row, 10);
    order.acked_revision = row.getColumn(11).getInt64();
    order.published_at = optional_instant_at(row, 12);
    order.receipt_state = text_at(row, 13);
    order.receipt_at = optional_instant_at(row, 14);
    order.wanted = row.getColumn(15).getInt64();
    order.refused_code = row.getColumn(16).getInt();
    order.refused_at = optional_instant_at(row, 17);
    order.satisfied = row.getColumn(18).getInt64();
    return order;
}

// What makes two documents the same: everything but the number and the time of issue.
std::string content_hash(plans::OrderDocument document, rules::Zone zone) {
    document.revision = 0;
    document.issued_at = rules::Instant{};
    return sha256_hex(plans::canonical_text(to_json(document, zone)));
}

struct Present {
    std::int64_t revision = 0;
    std::string content_sha256;
};

// The statements of one put_orders(), prepared once for all its documents.
class Writer {
 public:
    explicit Writer(SQLite::Database& db)
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
        present_.reset();
        present_.bind(1, enterprise);
        if (!present_.executeStep()) return std::nullopt;
        return Present{present_.getColumn(0).getInt64(), text_at(present_, 1)};
    }

    void store_present(const plans::OrderDocument& document, const std::string& content,
                       const std::string& text) {
        order_.reset();
        order_.bind(1, document.enterprise);
        order_.bind(2, document.region);
        order_.bind(3, document.warning);
        order_.bind(4, document.order);
        order_.bind(5, document.revision);
        order_.bind(6, content);
        order_.bind(7, text);
        order_.bind(8, document.exercise ? 1 : 0);
        order_.bind(9, static_cast<std::int64_t>(document.obligations.size()));
        bind(order_, 10, document.issued_at);
        bind(order_, 11, document.effective_from);
        bind(order_, 12, document.effective_to);
        order_.exec();
    }

    void close(const std::string& enterprise, std::int64_t revision, rules::Instant now) {
        for (SQLite::Statement* write : {&close_revision_, &close_obligations_, &close_calls_}) {
            write->reset();
            write->bind(1, enterprise);
            write->bind(2, revision);
            bind(*write, 3, now);
            write->exec();
        }
    }

    void store_revision(const plans::OrderDocument& document, const std::string& text,
                        rules::Zone zone) {
        revision_.reset();
        revision_.bind(1, document.enterprise);
        revision_.bind(2, document.revision);
        revision_.bind(3, document.warning);
        revision_.bind(4, document.order);
        bind(revision_, 5, document.issued_at);
        revision_.bind(6, text);
        revision_.exec();
        for (const rules::Obligation& one : document.obligations) {
            obligation_.reset();
            obligation_.bind(1, document.enterprise);
            obligation_.bind(2, document.revision);
            obligation_.bind(3, one.id);
            obligation_.bind(4, document.order);
            obligation_.bind(5, document.warning);
            obligation_.bind(6, one.line);
            obligation_.bind(7, std::string(to_text(one.verified_by)));
            obligation_.bind(8, document.exercise ? 1 : 0);
            bind(obligation_, 9, one.from);
            bind(obligation_, 10, one.to);
            obligation_.bind(11, plans::to_text(plans::to_json(one, zone)));
            obligation_.exec();
        }
    }

 private:
    SQLite::Statement present_;
    SQLite::Statement order_;
    SQLite::Statement revision_;
    SQLite::Statement obligation_;
    SQLite::Statement close_revision_;
    SQLite::Statement close_obligations_;
    SQLite::Statement close_calls_;
};

// Publishing it did not help for long, so the pause grows.
void set_aside(SQLite::Database& db, const SentOrder& order, rules::Instant now) {
    SQLite::Statement write(
        db,
        "UPDATE orders SET refused_code = ?2, refused_at = ?3, refused_times = refused_times + 1, "
        "refused_next = ?3 + min(?4 << min(refused_times, 10), ?5) WHERE enterprise = ?1");
    write.bind(1, order.enterprise);
    write.bind(2, order.reason);
    bind(write, 3, now);
    write.bind(4, static_cast<std::int64_t>(kRefusedFirst.count()));
    write.bind(5, static_cast<std::int64_t>(kRefusedMost.count()));
    write.exec();
    SQLite::Statement list(db,
                           "INSERT INTO phone_list(enterprise, revision, wanted, listed_at) "
                           "VALUES(?,?,'publish',?) ON CONFLICT DO NOTHING");
    list.bind(1, order.enterprise);
    list.bind(2, order.revision);
    bind(list, 3, now);
    list.exec();
}

void no_longer_refused(SQLite::Database& db, const std::string& enterprise, rules::Instant now) {
    SQLite::Statement write(db,
                            "UPDATE orders SET refused_code = 0, refused_at = NULL, "
                            "refused_times = 0, refused_next = NULL WHERE enterprise = ?");
    write.bind(1, enterprise);
    write.exec();
    SQLite::Statement list(db,
                           "UPDATE phone_list SET done_at = ?2 WHERE enterprise = ?1 AND wanted = "
                           "'publish' AND done_at IS NULL");
    list.bind(1, enterprise);
    bind(list, 2, now);
    list.exec();
}

}  // namespace

PutOrders put_orders(SQLite::Database& db, std::vector<plans::OrderDocument> documents,
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

std::size_t sign_orders_again(SQLite::Database& db, const plans::SigningKey& key) {
    SQLite::Statement read(db, "SELECT enterprise, signed_text FROM orders");
    SQLite::Statement write(
        db, "UPDATE orders SET signed_text=?2, wanted = wanted + 1 WHERE enterprise=?1");
    std::vector<std::pair<std::string, std::string>> orders;
    while (read.executeStep()) {
        const auto document = plans::parse_json(text_at(read, 1), "orders.signed_text");
        orders.emplace_back(text_at(read, 0), plans::signed_again(document.value(), key));
    }
    for (const auto& [enterprise, text] : orders) {
        write.bind(1, enterprise);
        write.bind(2, text);
        write.exec();
        write.reset();
    }
    return orders.size();
}

std::optional<StoredOrder> load_order(SQLite::Database& db, const std::string& enterprise) {
    static const std::string kSql =
        fmt::format("SELECT {} FROM orders WHERE enterprise = ?", kColumns);
    KeptStatement read(db, kSql);
    read->bind(1, enterprise);
    if (!read->executeStep()) return std::nullopt;
    return order_of(*read);
}

namespace {

// Asked for like a state of the receipt.
constexpr const char* kSetAside = "set aside";

// A condition only for what is asked, so that an index can serve it: of all, the rows themselves
// are not even touched to be counted.
class OrderFilter {
 public:
    OrderFilter(const std::string& warning, const std::string& receipt_state,
                const std::string& stem) {
        add(" AND warning = ?", warning);
        if (receipt_state == kSetAside) {
            where_ += " AND refused_code <> 0";
        } else {
            add(" AND receipt_state = ?", receipt_state);
        }
        add(" AND region LIKE ? || '%'", stem);
    }
    [[nodiscard]] const std::string& where() const { return where_; }
    // The next free place.
    int bind_to(SQLite::Statement& statement) const {
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

std::vector<StoredOrder> list_orders(SQLite::Database& db, const std::string& warning,
                                     const std::string& receipt_state, std::size_t offset,
                                     std::size_t limit, const std::string& stem) {
    std::vector<StoredOrder> orders;
    const OrderFilter filter(warning, receipt_state, stem);
    SQLite::Statement read(db,
                           fmt::format("SELECT {} FROM orders {} ORDER BY enterprise LIMIT ? OFFSET ?",
                                       kColumns, filter.where()));
    const int place = filter.bind_to(read);
    read.bind(place, static_cast<std::int64_t>(limit));
    read.bind(place + 1, static_cast<std::int64_t>(offset));
    while (read.executeStep()) orders.push_back(order_of(read));
    return orders;
}

std::size_t count_orders(SQLite::Database& db, const std::string& warning,
                         const std::string& receipt_state, const std::string& stem) {
    const OrderFilter filter(warning, receipt_state, stem);
    SQLite::Statement read(db, "SELECT count(*) FROM orders " + filter.where());
    filter.bind_to(read);
    read.executeStep();
    return static_cast<std::size_t>(read.getColumn(0).getInt64());
}

namespace {

std::vector<StoredOrder> orders_of(SQLite::Statement& read) {
    std::vector<StoredOrder> orders;
    while (read.executeStep()) orders.push_back(order_of(read));
    return orders;
}

}  // namespace

std::vector<StoredOrder> unpublished_orders(SQLite::Database& db, const std::string& after,
                                            std::size_t limit) {
    SQLite::Statement read(db, fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND "
                                           "refused_code = 0 AND enterprise > ? ORDER BY "
                                           "enterprise LIMIT ?",
                                           kColumns));
    read.bind(1, after);
    read.bind(2, static_cast<std::int64_t>(limit));
    return orders_of(read);
}

std::vector<StoredOrder> refused_orders(SQLite::Database& db, const RefusedDue& due,
                                        std::size_t limit) {
    if (count_set_aside(db) == 0) return {};
    // Those that make the broker end the link come one at a time, after all others.
    SQLite::Statement read(
        db, fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND refused_code <> 0 AND "
                        "refused_code <> ?4 AND (refused_next <= ?1 OR refused_next > ?5 OR "
                        "refused_at <= ?2) "
                        "ORDER BY enterprise LIMIT ?3",
                        kColumns));
    bind(read, 1, due.now);
    bind(read, 2, due.linked_at - kRefusedFirst);
    read.bind(3, static_cast<std::int64_t>(limit));
    read.bind(4, kReasonCutsLink);
    const rules::Instant beyond = due.now + kRefusedMost;  // the clock was set back since
    bind(read, 5, beyond);
    std::vector<StoredOrder> orders = orders_of(read);
    if (!orders.empty()) return orders;
    SQLite::Statement alone(
        db, fmt::format("SELECT {} FROM orders WHERE satisfied < wanted AND refused_code = ?2 AND "
                        "(refused_next <= ?1 OR refused_next > ?3) ORDER BY refused_next LIMIT 1",
                        kColumns));
    bind(alone, 1, due.now);
    alone.bind(2, kReasonCutsLink);
    bind(alone, 3, beyond);
    return orders_of(alone);
}

std::optional<rules::Instant> next_refused(SQLite::Database& db, rules::Instant linked_at) {
    if (count_set_aside(db) == 0) return std::nullopt;
    SQLite::Statement read(db,
                           "SELECT min(CASE WHEN refused_code <> ?2 AND refused_at <= ?1 THEN "
                           "refused_at ELSE refused_next END) FROM orders WHERE satisfied < wanted "
                           "AND refused_code <> 0");
    bind(read, 1, linked_at - kRefusedFirst);
    read.bind(2, kReasonCutsLink);
    if (!read.executeStep()) return std::nullopt;
    return optional_instant_at(read, 0);
}

std::size_t count_unpublished(SQLite::Database& db) {
    return static_cast<std::size_t>(count_of(db, "SELECT unpublished FROM order_tally"));
}

std::size_t count_set_aside(SQLite::Database& db) {
    return static_cast<std::size_t>(count_of(db, "SELECT set_aside FROM order_tally"));
}

bool note_published(SQLite::Database& db, const std::vector<SentOrder>& orders,
                    rules::Instant now) {
    if (orders.empty()) return true;
    SQLite::Statement write(
        db,
        "UPDATE orders SET satisfied = max(satisfied, ?3), acked_revision = max(acked_revision, "
        "?2), published_at = CASE WHEN revision = ?2 AND published_at IS NULL THEN ?4 ELSE "
        "published_at END WHERE enterprise = ?1 RETURNING satisfied < wanted, refused_code");
    // Of every revision the first time: from then on it could be known.
    SQLite::Statement first(db,
                            "INSERT OR IGNORE INTO order_publications(enterprise, revision, "
                            "published_at) VALUES(?1, ?2, ?3)");
    bool is_all = true;
    for (const SentOrder& order : orders) {
        write.bind(1, order.enterprise);
        write.bind(2, order.revision);
        write.bind(3, order.wanted);
        bind(write, 4, now);
        bool was_refused = false;
        while (write.executeStep()) {
            is_all = is_all && write.getColumn(0).getInt() == 0;
            was_refused = write.getColumn(1).getInt() != 0;
        }
        write.reset();
        first.bind(1, order.enterprise);
        first.bind(2, order.revision);
        bind(first, 3, now);
        first.exec();
        first.reset();
        if (was_refused) no_longer_refused(db, order.enterprise, now);
    }
    return is_all;
}

void note_published(SQLite::Database& db, const StoredOrder& order, rules::Instant now) {
    note_published(db, {SentOrder{order.enterprise, order.revision, order.wanted, 0}}, now);
}

std::size_t note_refused(SQLite::Database& db, const std::vector<SentOrder>& orders,
                         rules::Instant now) {
    std::map<int, boost::json::object> by_reason;  // counties
    std::size_t count = 0;
    for (const SentOrder& order : orders) {
        SQLite::Statement read(
            db, "SELECT refused_code, region FROM orders WHERE enterprise = ? AND revision = ?");
        read.bind(1, order.enterprise);
        read.bind(2, order.revision);
        if (!read.executeStep()) continue;
        set_aside(db, order, now);
        if (read.getColumn(0).getInt() == order.reason) continue;
        ++count;
        boost::json::value& county = by_reason[order.reason][text_at(read, 1)];
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

bool ask_again(SQLite::Database& db, const std::string& enterprise) {
    SQLite::Statement write(db, "UPDATE orders SET wanted = wanted + 1 WHERE enterprise = ?");
    write.bind(1, enterprise);
    return write.exec() > 0;
}

std::size_t ask_all_again(SQLite::Database& db) {
    SQLite::Statement write(db, "UPDATE orders SET wanted = wanted + 1");
    return static_cast<std::size_t>(write.exec());
}

std::string order_topic(const StoredOrder& order) {
    return fmt::format("qingkong/1/{}/{}/order", order.region, order.enterprise);
}

}  // namespace qk::daemon
