#include "daemon/app_parts.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/service/config.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kDrainLook{20};

// What needs all readings and receipts that were received: judging, and who is to be telephoned.
void start_judging(App::Parts& parts) {
    parts.is_caught_up = true;
    parts.dispatcher->start_reminders(parts.tasks);
    parts.meter_watch->start(parts.tasks);
    parts.verify->start(parts.tasks);
    parts.reports->start(parts.tasks);
    parts.duty->start(parts.tasks);
}

asio::awaitable<void> judge_after_backlog(App::Parts& parts) {
    co_await parts.intake->backlog_taken();
    start_judging(parts);
}

}  // namespace

asio::awaitable<void> App::start() {
    Parts& parts = *parts_;
    parts.is_started = true;
    // Reads the store on this thread, so it comes before anything runs on the store's own.
    MessageBus::Topics topics = topics_of(parts);
    parts.intake->start(parts.tasks);                              // 1
    parts.ports.bus.start(std::move(topics), listener_of(parts));  // 2
    if (parts.hj212) parts.hj212->start();
    parts.dispatcher->start(parts.tasks);  // 3
    parts.channels->start(parts.tasks);
    parts.addressees->start(parts.tasks);
    parts.broker_watch->start(parts.tasks);
    parts.marks->start(parts.tasks);
    if (parts.intake->has_backlog()) {  // 4
        parts.is_caught_up = false;
        parts.tasks.spawn("judge-after-backlog", judge_after_backlog(parts));
    } else {
        start_judging(parts);
    }
    parts.retention->start(parts.tasks);
    parts.packs->start(parts.tasks);  // 5
    parts.catalogues->start(parts.tasks);
    parts.warnings->start(parts.tasks);
    parts.season->start(parts.tasks);
    parts.publisher->start(parts.tasks);
    parts.accounts->start(parts.tasks);
    parts.login->start(parts.tasks);
    parts.keeper->start(parts.tasks);
    parts.air->start(parts.tasks);  // 6
    parts.puller->start(parts.tasks);
    parts.store_check->start(parts.tasks);
    parts.targets->start(parts.tasks);
    parts.federation->start(parts.tasks);
    parts.event_stream->start(parts.tasks);
    if (parts.context->config->store_mode == StoreMode::kOwnThread) {
        parts.event_stream->start_heartbeat(parts.tasks);
    }
    co_return;
}

asio::awaitable<void> App::stop() {
    Parts& parts = *parts_;
    if (!std::exchange(parts.is_started, false)) co_return;
    parts.driven->stop();
    // 1 nothing new comes in; what the journal holds is taken in at the next start.
    parts.intake->release();
    if (parts.hj212) co_await parts.hj212->stop();
    // 2 the outbox is given a bounded time.
    const Config& config = *parts.context->config;
    const auto drain =
        config.store_mode == StoreMode::kOwnThread && !parts.has_failed
            ? std::chrono::duration_cast<std::chrono::milliseconds>(config.limits.drain)
            : std::chrono::milliseconds{0};
    asio::steady_timer look(parts.io);
    for (std::chrono::milliseconds waited{0}; waited < drain; waited += kDrainLook) {
        if (!parts.dispatcher->is_up() || parts.dispatcher->is_all_out()) break;
        look.expires_after(kDrainLook);
        co_await look.async_wait(asio::use_awaitable);
    }
    // 3 the link is closed, 4 every task ends.
    parts.store_check->stop();
    parts.ports.bus.stop();
    parts.tasks.cancel();
    co_await parts.tasks.join();
    if (!parts.has_failed) co_await parts.keeper->sign_last();
    parts.log.write(kStopped,
                    {{"unpublished", static_cast<std::int64_t>(parts.dispatcher->unpublished())}});
}

asio::awaitable<void> App::abandon() {
    Parts& parts = *parts_;
    if (!std::exchange(parts.is_started, false)) co_return;
    parts.driven->stop();
    parts.intake->release();
    parts.ports.bus.stop();
    parts.tasks.cancel();
    co_await parts.tasks.join();
}

std::chrono::seconds App::drain() const { return parts_->context->config->limits.drain; }

}  // namespace qk::daemon
