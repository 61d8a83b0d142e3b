#include "daemon/orders/orders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <cassert>
#include <map>

#include "daemon/base/canary.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/refusal_rows.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kFloorKey = "order_revision_floor";

// What makes two documents the same: everything but the number and the time of issue.
std::string content_hash(plans::OrderDocument document, rules::Zone zone) {
    document.revision = 0;
    document.issued_at = rules::Instant{};
    return plans::sha256_hex(plans::canonical_text(to_json(document, zone)));
}

}  // namespace

PutOrders put_orders(Session& db, std::vector<plans::OrderDocument> documents,
                     const plans::SigningKey& key, rules::Zone zone, rules::Instant now) {
    PutOrders answer;
    OrderWriter writer(db);
    ExceptionReader granted(db, zone);
    const std::int64_t floor = revision_floor(db);
    for (plans::OrderDocument& document : documents) {
        const std::string holder = order_holder_of(document.enterprise, document.exercise);
        const auto present = writer.content_of(holder);
        const bool asks_less = apply_exceptions(document, granted.of(holder, document.order));
        // What was granted is derived in full each time, which begins nothing anew.
        bool is_same = false;
        if (asks_less && present) {
            const rules::Instant begins = document.effective_from;
            document.effective_from = present->effective_from;
            is_same = present->sha256 == content_hash(document, zone);
            document.effective_from = begins;
        }
        const std::string content = content_hash(document, zone);
        is_same = is_same || (present && present->sha256 == content);
        if (is_same || (!present && document.obligations.empty())) {
            ++answer.unchanged;
            continue;
        }
        assert(!present || present->revision > 0);
        document.revision = std::max(present ? present->revision : 0, floor) + 1;
        if (planted(Canary::kRevisionSkipped) && present) ++document.revision;
        document.issued_at = now;
        const std::string text = plans::signed_text(document, key, zone);
        if (present) writer.close(holder, present->revision, now);
        writer.store_present(document, content, text);
        writer.store_revision(document, text, zone);
        ++answer.new_revisions;
    }
    return answer;
}

std::int64_t revision_floor(Session& db) {
    const auto kept = get_meta(db, kFloorKey);
    if (!kept) return 0;
    return rules::parse_whole(*kept, 0, rules::kWholeMost).value_or(0);
}

void raise_revision_floor(Session& db, std::int64_t revision) {
    if (revision > revision_floor(db)) set_meta(db, kFloorKey, std::to_string(revision));
}

std::size_t sign_orders_again(Session& db, const plans::SigningKey& key) {
    constexpr std::size_t kPage = 1000;
    std::size_t count = 0;
    for (std::string after;;) {
        const std::vector<SignedOrder> page = signed_orders(db, after, kPage);
        for (const SignedOrder& order : page) {
            const auto document = plans::parse_json(order.text, "orders.signed_text");
            replace_signed_text(db, {order.enterprise, plans::signed_again(document.value(), key)});
        }
        count += page.size();
        if (page.size() < kPage) return count;
        after = page.back().enterprise;
    }
}

bool note_published(Session& db, const std::vector<SentOrder>& orders, rules::Instant now) {
    if (orders.empty()) return true;
    PublishedWriter writer(db);
    bool is_all = true;
    for (const SentOrder& order : orders) {
        const auto [is_wanted_again, was_refused] = writer.note(order, now);
        is_all = is_all && !is_wanted_again;
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
        const auto before = refused_row(db, order);
        if (!before) continue;
        set_aside(db, order, now);
        if (before->code == order.reason) continue;
        ++count;
        boost::json::value& county = by_reason[order.reason][before->region];
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

std::string order_topic(const StoredOrder& order) {
    return fmt::format("qingkong/1/{}/{}/{}", order.region, enterprise_of(order.enterprise),
                       is_in_exercise(order.enterprise) ? "exercise/order" : "order");
}

}  // namespace qk::daemon
