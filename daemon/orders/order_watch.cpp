#include "daemon/orders/order_watch.hpp"

#include <algorithm>

#include "daemon/base/clock_watch.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/store/session.hpp"
#include "plans/response/order.hpp"

namespace qk::daemon {
namespace {

struct OrderTopic {
    std::string region;
    std::string enterprise;
};

// "qingkong/1/{region}/{enterprise}/order"
std::optional<OrderTopic> parse_order_topic(std::string_view topic) {
    constexpr std::string_view kHead = "qingkong/1/";
    constexpr std::string_view kTail = "/order";
    if (!topic.starts_with(kHead) || !topic.ends_with(kTail)) return std::nullopt;
    if (topic.size() < kHead.size() + kTail.size() + 3) return std::nullopt;
    topic.remove_prefix(kHead.size());
    topic.remove_suffix(kTail.size());
    const std::size_t slash = topic.find('/');
    if (slash == std::string_view::npos || topic.find('/', slash + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return OrderTopic{std::string(topic.substr(0, slash)), std::string(topic.substr(slash + 1))};
}

class Watch {
 public:
    Watch(Session& db, const WatchView& view, HeldFindings& findings)
        : view_(view),
          findings_(findings),
          present_(db,
                   "SELECT region, signed_text = ?2, satisfied < wanted FROM orders WHERE "
                   "enterprise = ?1"),
          earlier_(db,
                   "SELECT 1 FROM order_revisions WHERE enterprise = ?1 AND signed_text = ?2 LIMIT "
                   "1"),
          ask_(db,
               "UPDATE orders SET wanted = wanted + 1 WHERE enterprise = ?1 AND satisfied >= "
               "wanted") {}

    void look_at(const MessageBus::Held& document) {
        const auto topic = parse_order_topic(document.topic);
        if (!topic) return;
        if (!present_.find(topic->enterprise, document.payload))
            return without_order(*topic, document);
        if (present_.text(0) != topic->region) return on_another_topic(*topic, document);
        if (present_.flag(1)) {
            findings_.held.push_back(topic->enterprise);
            return;
        }
        const bool is_going_out = present_.flag(2);
        const bool is_ours = is_earlier(topic->enterprise, document.payload);
        // What we put there ourselves may come back late.
        const bool is_played_back = is_ours && !document.is_retained && !document.may_be_echo;
        if (is_ours) findings_.held.push_back(topic->enterprise);
        if (!is_ours || is_played_back) {
            findings_.tampered.push_back(topic->enterprise);
        } else if (!is_going_out) {
            findings_.outdated.push_back(topic->enterprise);
        }
        ask_for(topic->enterprise);
    }

 private:
    bool is_earlier(const std::string& enterprise, const std::string& payload) {
        if (payload.empty()) return false;
        return earlier_.find(enterprise, payload);
    }

    void ask_for(const std::string& enterprise) { ask_.run(enterprise); }

    // The enterprise has moved to another county, or somebody made a place for an order of his own.
    void on_another_topic(const OrderTopic& topic, const MessageBus::Held& document) {
        if (document.payload.empty()) return;
        findings_.to_remove.push_back(document.topic);
        if (!is_earlier(topic.enterprise, document.payload)) {
            findings_.tampered.push_back(topic.enterprise);
        }
    }

    void without_order(const OrderTopic& topic, const MessageBus::Held& document) {
        if (document.payload.empty()) return;
        if (view_.region_of(topic.enterprise) != topic.region) {
            ++findings_.of_others;
            return;
        }
        if (plans::read_signed(document.payload, {view_.public_key}, view_.zone)) {
            ++findings_.not_of_this_store;
            return;
        }
        findings_.to_remove.push_back(document.topic);
        findings_.tampered.push_back(topic.enterprise);
    }

    const WatchView& view_;
    HeldFindings& findings_;
    Statement present_;
    Statement earlier_;
    Statement ask_;
};

}  // namespace

HeldFindings hold_against_orders(Session& db, const std::vector<MessageBus::Held>& documents,
                                 const WatchView& view) {
    HeldFindings findings;
    Watch watch(db, view, findings);
    for (const MessageBus::Held& document : documents) watch.look_at(document);
    std::ranges::sort(findings.tampered);
    const auto twice = std::ranges::unique(findings.tampered);
    findings.tampered.erase(twice.begin(), twice.end());
    return findings;
}

std::size_t ask_missing(Session& db, const std::set<std::string>& held) {
    std::vector<std::string> missing;
    Statement read(db, "SELECT enterprise FROM orders WHERE satisfied >= wanted");
    while (read.next()) {
        std::string enterprise = read.text(0);
        if (!held.contains(enterprise)) missing.push_back(std::move(enterprise));
    }
    for (const std::string& enterprise : missing) ask_again(db, enterprise);
    return missing.size();
}

RestorePace::Turn RestorePace::next(const std::string& enterprise, rules::Instant now) {
    if (paces_.size() >= kRestorePacesMax && !paces_.contains(enterprise)) paces_.clear();
    Pace& pace = paces_[enterprise];
    if (now >= pace.until + kRestoreCalm) pace = Pace{};
    if (!is_over(pace.until, now, kRestorePauseMost)) return {pace.until, false};
    pace.until = now + pace.pause;
    pace.pause = pace.pause == std::chrono::seconds{0}
                     ? kRestorePauseFirst
                     : std::min(pace.pause * 2, kRestorePauseMost);
    return {pace.until, true};
}

}  // namespace qk::daemon
