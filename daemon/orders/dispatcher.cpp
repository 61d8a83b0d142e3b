#include "daemon/orders/dispatcher.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/base/canary.hpp"
#include "daemon/base/clock_watch.hpp"
#include "daemon/base/latency.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/orders/order_watch.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

Dispatcher::Dispatcher(Context& context, MessageBus& bus)
    : context_(context), bus_(bus), signal_(context.executor) {
    signal_.expires_at(asio::steady_timer::time_point::max());
}

void Dispatcher::start(TaskGroup& tasks) {
    tasks_ = &tasks;
    tasks.spawn("dispatch", publish_loop());
    tasks.spawn("dispatch-listen", listen_loop());
}

void Dispatcher::start_reminders(TaskGroup& tasks) {
    tasks.spawn("dispatch-remind", reminder_loop());
}

void Dispatcher::turn() {
    ++wakes_;
    signal_.cancel();
}

void Dispatcher::wake() {
    ++changes_;
    after_.clear();
    is_walked_ = false;
    turn();
}

void Dispatcher::on_link(bool is_up) {
    if (is_up_ != is_up) {
        on_link_.clear();
        // The broker may have lost since what it acknowledged on an earlier link and the table does
        // not say yet: it goes out again.
        for (const SentOrder& order : acknowledged_) settling_.erase(order.enterprise);
        acknowledged_.clear();
    }
    is_up_ = is_up;
    if (is_up) linked_at_ = context_.clock.now();
    // Who replaces our orders again and again is waited for all the same.
    std::erase_if(pauses_, [](const auto& pause) { return pause.second.length.count() > 0; });
    wake();
}

bool Dispatcher::Pause::is_over(rules::Instant now) const {
    const bool is_of_restoring = length == std::chrono::seconds{0};
    return daemon::is_over(until, now, is_of_restoring ? kRestorePauseMost : length);
}

void Dispatcher::restore(const std::string& enterprise, rules::Instant when) {
    if (when > context_.clock.now()) {
        pauses_[enterprise] = Pause{std::chrono::seconds{0}, when};
        wake_at(when);
    }
    wake();
}

void Dispatcher::remove(const std::string& topic, rules::Instant when) {
    if (removals_.size() >= kRemovalsMax && !removals_.contains(topic)) return;
    removals_[topic] = when;
    if (when > context_.clock.now()) wake_at(when);
    turn();
}

// Whoever changes orders also writes an event, so the event feed tells when to look.
asio::awaitable<void> Dispatcher::listen_loop() {
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        if (!planted(Canary::kChangeNotHeard)) wake();
        co_await context_.events.next(seen);
    }
}

asio::awaitable<void> Dispatcher::publish_loop() {
    for (;;) {
        const std::uint64_t seen = wakes_;
        co_await do_round();
        if (is_up_) publish_removals();
        if (wakes_ != seen) continue;
        boost::system::error_code woken;
        co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

// What is noted and what is loaded in one transaction.
struct Dispatcher::Round {
    std::vector<SentOrder> acknowledged;
    std::vector<SentOrder> refused;
    std::string after;
    std::size_t limit = 0;
    std::optional<std::string> suspect;  // this one alone
    bool asks_for_refused = false;       // nothing else is on its way
    rules::Instant now{};
    rules::Instant known_at{};  // what was acknowledged
    rules::Instant linked_at{};

    std::vector<StoredOrder> loaded;
    std::vector<std::string> left;  // topics of counties that an enterprise has moved away from
    bool is_all_noted = true;
    bool is_walked = false;
    std::size_t newly_refused = 0;
    std::size_t unpublished = 0;
    std::size_t set_aside = 0;
    std::optional<rules::Instant> next_refused;

    void work(Session& db);
    void load(Session& db);
};

void Dispatcher::Round::work(Session& db) {
    is_all_noted = note_published(db, acknowledged, known_at);
    for (const SentOrder& order : acknowledged) {
        for (std::string& region : regions_left(db, order.enterprise, order.revision)) {
            StoredOrder before;
            before.enterprise = order.enterprise;
            before.region = std::move(region);
            left.push_back(order_topic(before));
        }
    }
    newly_refused = note_refused(db, refused, now);
    load(db);
    unpublished = count_unpublished(db);
    set_aside = count_set_aside(db);
    if (is_walked || !refused.empty()) next_refused = daemon::next_refused(db, linked_at);
}

void Dispatcher::Round::load(Session& db) {
    if (suspect) {
        auto order = load_order(db, *suspect);
        if (order && order->satisfied < order->wanted) loaded.push_back(std::move(*order));
        return;
    }
    if (limit == 0) return;
    loaded = unpublished_orders(db, after, limit);
    is_walked = loaded.size() < limit;
    if (is_walked && loaded.empty() && asks_for_refused) {
        loaded = refused_orders(db, {now, linked_at}, limit);
    }
}

void Dispatcher::begin_round(Round& round) {
    const auto window = static_cast<std::size_t>(context_.config->limits.publish_window);
    round.now = context_.clock.now();
    round.known_at = latest_now(context_);
    round.acknowledged.swap(acknowledged_);
    round.refused.swap(refused_);
    round.linked_at = linked_at_;
    if (!is_up_) return;
    if (cuts_.is_searching()) {
        if (in_flight_.empty()) round.suspect = cuts_.next();
        return;
    }
    round.asks_for_refused = in_flight_.empty();
    const bool is_one_due =
        next_refused_ && is_over(*next_refused_, round.now, kRefusedMost) && in_flight_.empty();
    if ((is_walked_ && !is_one_due) || in_flight_.size() >= window) return;
    round.after = after_;
    // A walk that begins anew meets those on their way first.
    round.limit = after_.empty() ? window : window - in_flight_.size();
}

void Dispatcher::end_round(Round& round) {
    for (const SentOrder& order : round.acknowledged) settling_.erase(order.enterprise);
    for (const SentOrder& order : round.refused) settling_.erase(order.enterprise);
    for (const std::string& topic : round.left) remove(topic, round.now);
    unpublished_ = round.unpublished;
    set_aside_ = round.set_aside;
    Metrics& metrics = context_.metrics;
    metrics.add(Counter::kOrdersPublished, round.acknowledged.size());
    metrics.add(Counter::kOrdersRefused, round.newly_refused);
    metrics.set(Gauge::kOrdersUnpublished, static_cast<double>(unpublished_));
    metrics.set(Gauge::kOrdersSetAside, static_cast<double>(set_aside_));
    if (round.newly_refused > 0) context_.events.wake();
    if (!round.is_all_noted) wake();  // wanted anew while it was on its way
    if (!round.is_walked && round.refused.empty()) return;
    next_refused_ = round.next_refused;
    if (next_refused_ && *next_refused_ > round.now) wake_at(*next_refused_);
}

asio::awaitable<void> Dispatcher::do_round() {
    note_cuts();
    Round round;
    begin_round(round);
    const std::uint64_t seen = changes_;
    auto work = [&round](Session& db) { round.work(db); };
    co_await context_.store.transact(std::move(work));
    end_round(round);
    // What a link that ended meanwhile has left behind is looked at first.
    if (!is_up_ || !cut_.empty()) co_return;
    publish_loaded(round, changes_ != seen);
}

void Dispatcher::publish_loaded(Round& round, bool has_changed) {
    const auto window = static_cast<std::size_t>(context_.config->limits.publish_window);
    const bool is_walk = round.limit > 0;
    std::string after = round.after;
    bool is_through = true;
    for (StoredOrder& order : round.loaded) {
        if (in_flight_.size() >= window) {
            is_through = false;
            break;
        }
        after = order.enterprise;
        if (order.refused_code == kReasonCutsLink) cuts_.suspect(order.enterprise);
        if (!may_go_now(order.enterprise, round.now, round.suspect.has_value())) continue;
        publish(std::move(order));
    }
    // A change while the table was read may lie before the place where the walk is now.
    if (is_walk && !has_changed) {
        is_walked_ = round.is_walked && is_through;
        after_ = std::move(after);
    }
    const bool is_cleared = round.suspect && round.loaded.empty();
    if (is_cleared) cuts_.answered(*round.suspect);
    const bool has_more = !cuts_.is_searching() && !is_walked_ && in_flight_.size() < window;
    if (is_cleared || has_more) turn();
}

// A suspect holds up all others, so it does not wait until it may be put back again.
bool Dispatcher::may_go_now(const std::string& enterprise, rules::Instant now,
                            bool is_suspect) const {
    if (in_flight_.contains(enterprise) || settling_.contains(enterprise)) return false;
    const auto pause = pauses_.find(enterprise);
    if (pause == pauses_.end() || pause->second.is_over(now)) return true;
    return is_suspect && pause->second.length == std::chrono::seconds{0};
}

void Dispatcher::publish(StoredOrder order) {
    const std::string enterprise = order.enterprise;
    std::string topic = order_topic(order);
    in_flight_.emplace(enterprise, SentOrder{enterprise, order.revision, order.wanted, 0});
    if (planted(Canary::kSentIsPublished)) {
        acknowledged_.push_back(in_flight_.at(enterprise));
        turn();
    }
    auto done = [this, alive = std::weak_ptr(alive_), executor = context_.executor, enterprise,
                 stopwatch = Stopwatch(context_.metrics.latencies(), Latency::kPublication)](
                    PublishAnswer answer) {
        if (answer.outcome == PublishAnswer::Outcome::kTaken) stopwatch.stop();
        auto finish = [this, alive, enterprise, answer] {
            if (!alive.expired()) finished(enterprise, answer);
        };
        asio::post(executor, std::move(finish));
    };
    const bool retains = !planted(Canary::kOrderNotRetained);
    bus_.publish(std::move(topic), std::move(order.signed_text), retains, std::move(done));
}

void Dispatcher::publish_removals() {
    const rules::Instant now = context_.clock.now();
    const auto window = static_cast<std::size_t>(context_.config->limits.publish_window);
    for (const auto& [topic, when] : removals_) {
        if (removing_.size() + in_flight_.size() >= window) return;
        if (!is_over(when, now, kRestorePauseMost) || !removing_.insert(topic).second) continue;
        auto done = [this, alive = std::weak_ptr(alive_), executor = context_.executor,
                     name = topic](PublishAnswer answer) {
            const bool is_taken = answer.outcome == PublishAnswer::Outcome::kTaken;
            auto finish = [this, alive, name, is_taken] {
                if (!alive.expired()) removed(name, is_taken);
            };
            asio::post(executor, std::move(finish));
        };
        bus_.publish(topic, "", true, std::move(done));
    }
}

void Dispatcher::removed(const std::string& topic, bool is_taken) {
    removing_.erase(topic);
    // What stands there is compared at each connect, so one that failed is not forgotten.
    removals_.erase(topic);
    if (is_taken) context_.metrics.add(Counter::kOrderTopicsEmptied);
    turn();
}

void Dispatcher::finished(const std::string& enterprise, PublishAnswer answer) {
    auto flight = in_flight_.extract(enterprise);
    if (flight.empty()) return;
    SentOrder& order = flight.mapped();
    switch (answer.outcome) {
        case PublishAnswer::Outcome::kTaken:
            if (const auto pause = pauses_.find(enterprise);
                pause != pauses_.end() && pause->second.length.count() > 0) {
                pauses_.erase(pause);
            }
            cuts_.answered(enterprise);
            on_link_.insert(enterprise);
            if (answer.reason == kReasonNobodyListens) {
                context_.metrics.add(Counter::kOrdersUnheard);
            }
            settling_.insert(enterprise);
            acknowledged_.push_back(std::move(order));
            break;
        case PublishAnswer::Outcome::kRefused:
            cuts_.answered(enterprise);
            order.reason = answer.reason;
            log_refused(order);
            settling_.insert(enterprise);
            refused_.push_back(std::move(order));
            break;
        case PublishAnswer::Outcome::kCut:
            if (planted(Canary::kCutIsPublished)) {
                settling_.insert(enterprise);
                acknowledged_.push_back(std::move(order));
                break;
            }
            pause(order);
            cut_reason_ = std::max(cut_reason_, answer.reason);
            cut_.push_back(std::move(order));
            break;
        case PublishAnswer::Outcome::kNotSent:
            pause(order);
            break;
    }
    turn();
}

// All that was on its way when the link ended is answered before anything goes out again.
void Dispatcher::note_cuts() {
    if (cut_.empty() || !in_flight_.empty()) return;
    const std::vector<SentOrder> cut = std::exchange(cut_, {});
    std::vector<std::string> names;
    for (const SentOrder& order : cut) names.push_back(order.enterprise);
    const auto guilty = cuts_.ended(names, std::exchange(cut_reason_, 0));
    if (!guilty) return;
    SentOrder order = *std::ranges::find(cut, *guilty, &SentOrder::enterprise);
    order.reason = kReasonCutsLink;
    log_refused(order);
    settling_.insert(order.enterprise);
    refused_.push_back(std::move(order));
}

void Dispatcher::log_refused(const SentOrder& order) {
    const ReasonWords& words = words_of(order.reason);
    context_.log.write(kOrderRefused, {{"enterprise", order.enterprise},
                                       {"revision", order.revision},
                                       {"code", order.reason},
                                       {"reason", words.chinese},
                                       {"cure", words.cure_chinese},
                                       {"reason_en", words.english},
                                       {"cure_en", words.cure_english}});
}

void Dispatcher::pause(const SentOrder& order) {
    const Limits& limits = context_.config->limits;
    Pause& pause = pauses_[order.enterprise];
    pause.length = pause.length == std::chrono::seconds{0}
                       ? limits.retry_first
                       : std::min(pause.length * 2, limits.retry_max);
    pause.until = context_.clock.now() + pause.length;
    context_.metrics.add(Counter::kOrderRetries);
    context_.log.write(kOrderRetry,
                       {{"enterprise", order.enterprise}, {"revision", order.revision}});
    wake_at(pause.until);
}

void Dispatcher::wake_at(rules::Instant when) {
    if (tasks_ == nullptr || !alarms_.insert(when).second) return;
    tasks_->spawn("dispatch-alarm", alarm(when));
}

asio::awaitable<void> Dispatcher::alarm(rules::Instant when) {
    co_await context_.clock.sleep_until(when);
    alarms_.erase(when);
    const rules::Instant now = context_.clock.now();
    std::erase_if(pauses_, [now](const auto& pause) {
        return pause.second.length.count() == 0 && pause.second.is_over(now);
    });
    wake();
}

asio::awaitable<void> Dispatcher::reminder_loop() {
    for (;;) {
        const rules::Instant now = agreed_now(context_);
        const ReceiptDeadlines deadlines = context_.config->limits.receipts;
        struct Overdue {
            std::size_t listed = 0;
            std::size_t all = 0;
        };
        auto work = [deadlines, now](Session& db) {
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
        co_await context_.clock.sleep_until(context_.clock.now() + kReminderEvery);
    }
}

}  // namespace qk::daemon
