#include "daemon/orders/order_watch.hpp"

#include <algorithm>

#include "daemon/base/canary.hpp"
#include "daemon/base/clock_watch.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/store/session.hpp"
#include "plans/response/order.hpp"

namespace qk::daemon {
namespace {

struct OrderTopic {
    std::string region;
    std::string enterprise;
};

// "qingkong/1/{region}/{enterprise}/order", or the same of exercises; `enterprise` is the
// holder.
std::optional<OrderTopic> parse_order_topic(std::string_view topic) {
    constexpr std::string_view kHead = "qingkong/1/";
    constexpr std::string_view kTail = "/order";
    constexpr std::string_view kExerciseTail = "/exercise/order";
    const bool is_exercise = topic.ends_with(kExerciseTail);
    const std::string_view tail = is_exercise ? kExerciseTail : kTail;
    if (!topic.starts_with(kHead) || !topic.ends_with(tail)) return std::nullopt;
    if (topic.size() < kHead.size() + tail.size() + 3) return std::nullopt;
    topic.remove_prefix(kHead.size());
    topic.remove_suffix(tail.size());
    const std::size_t slash = topic.find('/');
    if (slash == std::string_view::npos || topic.find('/', slash + 1) != std::string_view::npos) {
        return std::nullopt;
    }
    return OrderTopic{std::string(topic.substr(0, slash)),
                      order_holder_of(std::string(topic.substr(slash + 1)), is_exercise)};
}

class Watch {
 public:
    Watch(Session& db, const WatchView& view, HeldFindings& findings)
        : db_(db), view_(view), findings_(findings), orders_(db) {}

    void look_at(const MessageBus::Held& document) {
        const auto topic = parse_order_topic(document.topic);
        if (!topic) return;
        const auto present = orders_.present(topic->enterprise, document.payload);
        if (!present) return without_order(*topic, document);
        if (present->region != topic->region) return on_another_topic(*topic, document);
        const bool clears = planted(Canary::kRetainedCleared);
        if (clears) findings_.to_remove.push_back(document.topic);
        if (present->is_same || clears) {
            findings_.held.push_back(topic->enterprise);
            return;
        }
        const bool is_ours = is_earlier(topic->enterprise, document.payload);
        if (!is_ours && document.is_retained && is_ahead(*topic, document, present->revision)) {
            findings_.held.push_back(topic->enterprise);
            return;
        }
        // What we put there ourselves may come back late.
        const bool is_played_back = is_ours && !document.is_retained && !document.may_be_echo;
        if (is_ours) findings_.held.push_back(topic->enterprise);
        if (planted(Canary::kOutdatedLeft)) return;
        if (!is_ours || is_played_back) {
            findings_.tampered.push_back(topic->enterprise);
        } else if (!present->is_going_out) {
            findings_.outdated.push_back(topic->enterprise);
        }
        orders_.ask(topic->enterprise);
    }

 private:
    bool is_earlier(const std::string& enterprise, const std::string& payload) {
        if (payload.empty()) return false;
        return orders_.was_issued(enterprise, payload);
    }

    // Issued by us, and not in this database: enterprises may have it.
    bool is_ahead(const OrderTopic& topic, const MessageBus::Held& document, std::int64_t present) {
        const auto ours = plans::read_signed(document.payload, {view_.public_key}, view_.zone);
        const bool is_of_it =
            ours && order_holder_of(ours->enterprise, ours->exercise) == topic.enterprise;
        if (!is_of_it || ours->revision < present) return false;
        note_unknown(ours->revision);
        return true;
    }
    void note_unknown(std::int64_t revision) {
        ++findings_.not_of_this_store;
        raise_revision_floor(db_, revision);
    }

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
        if (view_.region_of(enterprise_of(topic.enterprise)) != topic.region) {
            ++findings_.of_others;
            return;
        }
        const auto ours = plans::read_signed(document.payload, {view_.public_key}, view_.zone);
        // A real order that somebody put where exercises stand is not lost, but made up.
        const bool is_misplaced = ours && is_in_exercise(topic.enterprise) && !ours->exercise;
        if (ours && !is_misplaced) return note_unknown(ours->revision);
        findings_.to_remove.push_back(document.topic);
        findings_.tampered.push_back(topic.enterprise);
    }

    Session& db_;
    const WatchView& view_;
    HeldFindings& findings_;
    HeldOrders orders_;
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
    constexpr std::size_t kPage = 1000;
    std::size_t missing = 0;
    for (std::string after;;) {
        const std::vector<std::string> page = satisfied_orders(db, after, kPage);
        for (const std::string& enterprise : page) {
            if (held.contains(enterprise)) continue;
            ask_again(db, enterprise);
            ++missing;
        }
        if (page.size() < kPage) return missing;
        after = page.back();
    }
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
