#include "daemon/dispatch/dispatcher.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/config.hpp"
#include "daemon/dispatch/receipts.hpp"
#include "daemon/log.hpp"
#include "daemon/metrics.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/task_group.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

Dispatcher::Dispatcher(Context& context, MessageBus& bus)
    : context_(context), bus_(bus), signal_(context.executor), retry_signal_(context.executor) {
    signal_.expires_at(asio::steady_timer::time_point::max());
    retry_signal_.expires_at(asio::steady_timer::time_point::max());
}

void Dispatcher::start(TaskGroup& tasks) {
    tasks.spawn("dispatch", publish_loop());
    tasks.spawn("dispatch-listen", listen_loop());
    tasks.spawn("dispatch-retry", retry_loop());
    tasks.spawn("dispatch-remind", reminder_loop());
}

void Dispatcher::wake() {
    ++wakes_;
    signal_.cancel();
}

void Dispatcher::on_link(bool is_up) {
    is_up_ = is_up;
    pauses_.clear();
    wake();
}

void Dispatcher::on_forgotten() {
    is_forgotten_ = true;
    wake();
}

// Whoever changes orders also writes an event, so the event feed tells when to look.
asio::awaitable<void> Dispatcher::listen_loop() {
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        wake();
        co_await context_.events.next(seen);
    }
}

asio::awaitable<void> Dispatcher::publish_loop() {
    for (;;) {
        const std::uint64_t seen = wakes_;
        co_await store_acknowledged();
        if (std::exchange(is_forgotten_, false)) co_await ask_all();
        if (is_up_) co_await publish_wanted();
        if (wakes_ != seen) continue;
        boost::system::error_code woken;
        co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

asio::awaitable<void> Dispatcher::store_acknowledged() {
    std::vector<StoredOrder> taken;
    taken.swap(acknowledged_);
    const rules::Instant now = context_.clock.now();
    auto work = [&taken, now](SQLite::Database& db) {
        for (const StoredOrder& order : taken) note_published(db, order, now);
        return count_unpublished(db);
    };
    const std::size_t unpublished = co_await context_.store.transact(std::move(work));
    context_.metrics.add(Counter::kOrdersPublished, taken.size());
    context_.metrics.set(Gauge::kOrdersUnpublished, static_cast<double>(unpublished));
}

asio::awaitable<void> Dispatcher::ask_all() {
    auto work = [](SQLite::Database& db) { return ask_all_again(db); };
    const std::size_t count = co_await context_.store.transact(std::move(work));
    if (count == 0) co_return;
    context_.log.write(kBrokerForgot, {{"count", static_cast<std::int64_t>(count)}});
}

asio::awaitable<void> Dispatcher::publish_wanted() {
    const auto window = static_cast<std::size_t>(context_.config->limits.publish_window);
    const rules::Instant now = context_.clock.now();
    std::string after;
    while (in_flight_.size() < window) {
        // Enough that those on their way or waiting cannot hide those behind them for long.
        auto work = [&after, window](SQLite::Database& db) {
            return unpublished_orders(db, after, 2 * window);
        };
        std::vector<StoredOrder> wanted = co_await context_.store.transact(std::move(work));
        if (wanted.empty()) co_return;
        after = wanted.back().enterprise;
        for (StoredOrder& order : wanted) {
            if (in_flight_.size() >= window) break;
            if (in_flight_.contains(order.enterprise)) continue;
            const bool is_acknowledged = std::ranges::any_of(
                acknowledged_,
                [&](const StoredOrder& done) { return done.enterprise == order.enterprise; });
            if (is_acknowledged) continue;
            const auto pause = pauses_.find(order.enterprise);
            if (pause != pauses_.end() && pause->second.until > now) continue;
            publish(std::move(order));
        }
    }
}

void Dispatcher::publish(StoredOrder order) {
    const std::string enterprise = order.enterprise;
    std::string topic = order_topic(order);
    std::string payload = order.signed_text;
    in_flight_.emplace(enterprise, std::move(order));
    auto done = [this, alive = std::weak_ptr(alive_), executor = context_.executor,
                 enterprise](bool is_acknowledged) {
        auto finish = [this, alive, enterprise, is_acknowledged] {
            if (!alive.expired()) finished(enterprise, is_acknowledged);
        };
        asio::post(executor, std::move(finish));
    };
    bus_.publish(std::move(topic), std::move(payload), true, std::move(done));
}

void Dispatcher::finished(const std::string& enterprise, bool is_acknowledged) {
    auto flight = in_flight_.extract(enterprise);
    if (flight.empty()) return;
    if (is_acknowledged) {
        pauses_.erase(enterprise);
        acknowledged_.push_back(std::move(flight.mapped()));
    } else {
        const Limits& limits = context_.config->limits;
        Pause& pause = pauses_[enterprise];
        pause.length = pause.length == std::chrono::seconds{0}
                           ? limits.retry_first
                           : std::min(pause.length * 2, limits.retry_max);
        pause.until = context_.clock.now() + pause.length;
        context_.metrics.add(Counter::kOrderRetries);
        context_.log.write(kOrderRetry,
                           {{"enterprise", enterprise}, {"revision", flight.mapped().revision}});
        retry_signal_.cancel();
    }
    wake();
}

asio::awaitable<void> Dispatcher::retry_loop() {
    for (;;) {
        const rules::Instant now = context_.clock.now();
        std::optional<rules::Instant> next;
        for (const auto& [enterprise, pause] : pauses_) {
            if (pause.until > now && (!next || pause.until < *next)) next = pause.until;
        }
        if (next) {
            co_await context_.clock.sleep_until(*next);
            wake();
            continue;
        }
        boost::system::error_code woken;
        co_await retry_signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

asio::awaitable<void> Dispatcher::reminder_loop() {
    for (;;) {
        const rules::Instant now = context_.clock.now();
        const ReceiptDeadlines deadlines = context_.config->limits.receipts;
        struct Overdue {
            std::size_t listed = 0;
            std::size_t all = 0;
        };
        auto work = [deadlines, now](SQLite::Database& db) {
            Overdue overdue;
            overdue.listed = list_overdue(db, deadlines, now);
            overdue.all = count_phone_list(db);
            return overdue;
        };
        const Overdue overdue = co_await context_.store.transact(std::move(work));
        context_.metrics.set(Gauge::kPhoneList, static_cast<double>(overdue.all));
        if (overdue.listed > 0) {
            context_.metrics.add(Counter::kReminders, overdue.listed);
            context_.log.write(kOrderUnsigned,
                               {{"count", static_cast<std::int64_t>(overdue.listed)}});
            context_.events.wake();
        }
        co_await context_.clock.sleep_until(now + kReminderEvery);
    }
}

}  // namespace qk::daemon
