#include "daemon/orders/broker_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <utility>

#include "daemon/base/canary.hpp"
#include "daemon/base/clock_watch.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr const char* kDroppedKey = "broker_dropped";
constexpr const char* kCureOfDrops =
    "请在 mosquitto.conf 中调大 max_queued_messages，并以 max_queued_bytes "
    "为上限；缺数据的电表须补传";

std::int64_t signed_of(std::size_t count) { return static_cast<std::int64_t>(count); }

}  // namespace

BrokerWatch::BrokerWatch(Context& context, Dispatcher& dispatcher)
    : context_(context), dispatcher_(dispatcher), signal_(context.executor) {
    signal_.expires_at(asio::steady_timer::time_point::max());
}

void BrokerWatch::start(TaskGroup& tasks) {
    tasks_ = &tasks;
    tasks.spawn("broker-watch", run());
}

void BrokerWatch::wake() {
    is_signalled_ = true;
    signal_.cancel();
}

void BrokerWatch::on_held(MessageBus::Held held) {
    {
        const std::lock_guard lock(mutex_);
        const std::size_t bytes = held.payload.size() + held.topic.size();
        if (queue_.size() >= kHeldQueueMax || queue_bytes_ + bytes > kHeldQueueBytesMax) {
            has_overflowed_ = true;
            return;
        }
        queue_bytes_ += bytes;
        queue_.push_back(std::move(held));
        if (queue_.size() > 1) return;
    }
    wake_from_any_thread();
}

void BrokerWatch::wake_from_any_thread() {
    asio::post(context_.executor, [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) wake();
    });
}

void BrokerWatch::on_held_all(bool is_known) {
    {
        const std::lock_guard lock(mutex_);
        told_all_.is_all = is_known;
        told_all_.is_unknown = !is_known;
    }
    wake_from_any_thread();
}

void BrokerWatch::on_orders_link(bool is_up) {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(is_up_, is_up) || is_up) return;
    queue_.clear();
    queue_bytes_ = 0;
    told_all_ = Told{{}, false, false, told_all_.link + 1};
}

void BrokerWatch::on_link(LinkState state) {
    if (state.orders) refused_with_[0].reset();
    if (state.readings) refused_with_[1].reset();
    if (std::exchange(heard_up_, state.orders) && !state.orders) ++heard_link_;
    wake();
}

void BrokerWatch::on_dropped(Dropped dropped) {
    dropped_ = dropped;
    wake();
}

BrokerWatch::Told BrokerWatch::next_told() {
    const std::lock_guard lock(mutex_);
    Told told;
    told.link = told_all_.link;
    if (queue_.empty()) {
        if (told_all_.link != heard_link_) return told;
        told.is_all = std::exchange(told_all_.is_all, false);
        told.is_unknown = std::exchange(told_all_.is_unknown, false);
        return told;
    }
    const std::size_t count = std::min(queue_.size(), kHeldPerTransactionMax);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(count);
    told.documents.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    for (const MessageBus::Held& document : told.documents) {
        queue_bytes_ -= document.payload.size() + document.topic.size();
    }
    return told;
}

asio::awaitable<void> BrokerWatch::run() {
    for (;;) {
        is_signalled_ = false;
        Told told = next_told();
        if (!told.documents.empty()) {
            co_await compare(std::move(told));
            continue;
        }
        if (const auto dropped = std::exchange(dropped_, std::nullopt)) {
            co_await note_dropped(*dropped);
        }
        if (const auto count = std::exchange(take_overs_, 0)) co_await tell_take_overs(count);
        if (told.is_unknown) co_await ask_for_all(kOrdersUnreadable);
        if (is_time_for_what_overflowed()) co_await ask_for_all(kOrdersFlooded);
        const bool asks = told.is_all && !planted(Canary::kMissingNotAsked);
        if (asks) co_await ask_for_missing(told.link);
        if (is_signalled_) continue;
        boost::system::error_code woken;
        co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

// So many documents came at once that some were not looked at: now and then all orders go out
// again.
bool BrokerWatch::is_time_for_what_overflowed() {
    const std::lock_guard lock(mutex_);
    if (!has_overflowed_) return false;
    const rules::Instant now = context_.clock.now();
    if (!is_over(overflow_next_, now, kAskAllPause)) return false;
    has_overflowed_ = false;
    overflow_next_ = now + kAskAllPause;
    tasks_->spawn("broker-watch-again", look_again(overflow_next_));
    return true;
}

asio::awaitable<void> BrokerWatch::look_again(rules::Instant when) {
    co_await context_.clock.sleep_until(when);
    wake();
}

asio::awaitable<void> BrokerWatch::compare(Told told) {
    WatchView view{.zone = context_.pack->zone};
    const auto inventory = context_.inventories.current();
    const auto index = context_.inventories.index();
    view.region_of = [&inventory, &index](const std::string& id) -> std::optional<std::string> {
        const auto place = index->enterprise(id);
        if (!place) return std::nullopt;
        return std::string(std::string_view(inventory->enterprises[*place].region));
    };
    view.public_key = context_.signing_key.public_key_hex();
    auto work = [&told, &view](Session& db) {
        return hold_against_orders(db, told.documents, view);
    };
    const HeldFindings findings = co_await context_.store.transact(std::move(work));
    begin_link(told.link);
    held_.insert(findings.held.begin(), findings.held.end());
    outdated_ += findings.outdated.size();
    const rules::Instant now = context_.clock.now();
    for (const std::string& topic : findings.to_remove) {
        dispatcher_.remove(topic, pace_.next(topic, now).when);
    }
    co_await restore(findings.tampered, now);
    if (findings.not_of_this_store > 0) {
        context_.log.write(kOrdersUnknown, {{"count", signed_of(findings.not_of_this_store)}});
    }
    if (!findings.outdated.empty()) dispatcher_.wake();
}

void BrokerWatch::begin_link(std::uint64_t link) {
    if (std::exchange(compared_link_, link) == link) return;
    held_.clear();
    outdated_ = 0;
}

// One alarm for each time that an order is put back.
asio::awaitable<void> BrokerWatch::restore(std::vector<std::string> tampered, rules::Instant now) {
    std::vector<std::string> told;
    for (const std::string& enterprise : tampered) {
        const RestorePace::Turn turn = pace_.next(enterprise, now);
        dispatcher_.restore(enterprise, turn.when);
        if (!turn.is_new) continue;
        context_.log.write(kOrderTampered, {{"enterprise", enterprise}});
        told.push_back(enterprise);
    }
    context_.metrics.add(Counter::kOrderTopicsTampered, told.size());
    if (told.empty()) co_return;
    auto work = [&told, now](Session& db) {
        for (const std::string& enterprise : told) {
            append_event(db, now, "order-tampered", {{"enterprise", enterprise}});
        }
    };
    co_await context_.store.transact(std::move(work));
    context_.events.wake();
}

// Everything that the broker holds is in held_; what it has acknowledged on this link it holds too.
asio::awaitable<void> BrokerWatch::ask_for_missing(std::uint64_t link) {
    begin_link(link);
    const auto& acknowledged = dispatcher_.acknowledged_on_link();
    held_.insert(acknowledged.begin(), acknowledged.end());
    auto work = [held = std::move(held_)](Session& db) { return ask_missing(db, held); };
    held_.clear();
    const std::size_t missing = co_await context_.store.transact(std::move(work));
    const std::size_t outdated = std::exchange(outdated_, 0);
    if (missing + outdated == 0) co_return;
    context_.metrics.add(Counter::kOrdersMissing, missing + outdated);
    context_.log.write(kBrokerForgot,
                       {{"missing", signed_of(missing)}, {"outdated", signed_of(outdated)}});
    dispatcher_.wake();
}

asio::awaitable<void> BrokerWatch::ask_for_all(const Message& message) {
    auto work = [](Session& db) { return ask_all_again(db); };
    const std::size_t count = co_await context_.store.transact(std::move(work));
    if (count == 0) co_return;
    context_.log.write(message, {{"count", signed_of(count)}});
    dispatcher_.wake();
}

// The broker counts from its start on; a smaller number, or a shorter time, means that it was
// started again.
asio::awaitable<void> BrokerWatch::note_dropped(Dropped dropped) {
    const rules::Instant now = context_.clock.now();
    const std::uint64_t total = dropped.total;
    auto work = [dropped, total, now](Session& db) -> std::uint64_t {
        const std::string before = get_meta(db, kDroppedKey).value_or("0");
        char* end = nullptr;
        const std::uint64_t known = std::strtoull(before.c_str(), &end, 10);
        const std::uint64_t known_uptime = std::strtoull(end, nullptr, 10);
        const std::string text = fmt::format("{} {}", total, dropped.uptime);
        if (text == before) return 0;
        set_meta(db, kDroppedKey, text);
        const bool is_new = total < known || (dropped.uptime > 0 && dropped.uptime < known_uptime);
        const std::uint64_t more = is_new ? total : total - known;
        if (more > 0) append_event(db, now, "broker-dropped", {{"count", more}, {"total", total}});
        return more;
    };
    const std::uint64_t more = co_await context_.store.transact(std::move(work));
    if (more == 0 || planted(Canary::kDropsUnsaid)) co_return;
    context_.metrics.add(Counter::kBrokerDropped, more);
    context_.log.write(
        kBrokerDrops,
        {{"count", signed_of(more)}, {"total", signed_of(total)}, {"cure", kCureOfDrops}});
    context_.events.wake();
}

void BrokerWatch::on_trouble(const LinkTrouble& trouble) {
    // Each attempt fails for the same reason; it is said once.
    if (trouble.kind == LinkTrouble::Kind::kNotConnected) {
        auto& reason = refused_with_[trouble.is_of_orders ? 0 : 1];
        if (std::exchange(reason, trouble.reason) == trouble.reason) return;
    }
    const ReasonWords& words = words_of(trouble.reason);
    const std::string detail = trouble.detail.empty() ? "" : "：" + trouble.detail;
    const auto write = [&](const Message& message, std::string_view what) {
        context_.log.write(message, {{"what", what},
                                     {"link", trouble.is_of_orders ? "orders" : "readings"},
                                     {"code", trouble.reason},
                                     {"reason", words.chinese},
                                     {"cure", words.cure_chinese},
                                     {"reason_en", words.english},
                                     {"cure_en", words.cure_english},
                                     {"detail", detail}});
    };
    switch (trouble.kind) {
        case LinkTrouble::Kind::kNotConnected:
            return write(kLinkRefused, "连接");
        case LinkTrouble::Kind::kNotSubscribed:
            return write(kLinkRefused, "订阅");
        case LinkTrouble::Kind::kEnded:
            return write(kLinkEnded, "");
        case LinkTrouble::Kind::kSessionLost:
            return write(kBrokerSessionLost, "");
        case LinkTrouble::Kind::kFewerPromises:
            return write(kBrokerPromises, "");
        case LinkTrouble::Kind::kOneIdForBoth:
            return write(kOneId, "");
        case LinkTrouble::Kind::kTakenOver:
            break;
    }
    write(kBrokerTakenOver, trouble.reason == 0 ? "连接反复无故中断" : "连接被接管");
    context_.metrics.add(Counter::kLinkTakeOvers);
    ++take_overs_;
    wake();
}

asio::awaitable<void> BrokerWatch::tell_take_overs(std::size_t count) {
    const rules::Instant now = context_.clock.now();
    auto work = [count, now](Session& db) {
        append_event(db, now, "link-taken-over", {{"count", count}});
    };
    co_await context_.store.transact(std::move(work));
    context_.events.wake();
}

}  // namespace qk::daemon
