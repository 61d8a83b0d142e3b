#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <system_error>
#include <utility>

#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/readings/intake.hpp"
#include "daemon/readings/intake_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kLookEvery{2};
constexpr std::chrono::seconds kKeepClockEvery{60};
constexpr std::size_t kHeldAtOnce = 1000;
constexpr const char* kCureOfStandstill = "请核查该时刻的虚拟机宿主（快照、迁移）、内存换页和磁盘";

// A message that comes again; it arrives now.
Envelope envelope_of(const JournalMessage& message) {
    Envelope envelope;
    envelope.channel = message.channel;
    envelope.sender = message.sender;
    envelope.address = message.address;
    envelope.payload = message.payload;
    return envelope;
}

}  // namespace

asio::awaitable<void> Intake::look_after_always() {
    asio::steady_timer pause(context_.executor);
    for (;;) {
        co_await look_after();
        pause.expires_after(kLookEvery);
        co_await pause.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> Intake::look_after_by_clock() {
    for (;;) {
        co_await look_after();
        co_await context_.clock.sleep_until(context_.clock.now() + parts_.looks_every);
    }
}

// Does nothing but wait, so that a pause that is too long is one of the whole process.
asio::awaitable<void> Intake::watch_standstills() {
    asio::steady_timer pause(context_.executor);
    for (;;) {
        const std::chrono::seconds begun = context_.clock.running();
        pause.expires_after(kLookEvery);
        co_await pause.async_wait(asio::use_awaitable);
        note_standstill(context_.clock.running() - begun);
    }
}

asio::awaitable<void> Intake::look_after() {
    look_at_clock();
    co_await tell_of_clock();
    if (quarantine_ && !is_retry_broken_) take_returned_files();
    co_await take_held_messages();
    co_await tidy_raw();
    // While the clock is behind, where it would stand is kept, so that the next start knows it too.
    // Where that is not known, what is kept stays.
    const rules::Instant now =
        context_.clock_watch->latest(context_.clock.now(), context_.clock.running());
    const bool is_back = now < clock_kept_ && clock_kept_ - now <= ClockWatch::kBehindMax;
    if (is_back || std::chrono::abs(now - clock_kept_) < kKeepClockEvery) co_return;
    const std::string text = rules::to_iso(now, rules::kBeijingTime);
    auto keep = [&text](Session& db) { set_meta(db, kClockSeenKey, text); };
    co_await context_.store.transact(std::move(keep));
    clock_kept_ = now;
}

void Intake::look_at_clock() {
    const rules::Instant now = context_.clock.now();
    const std::chrono::seconds running = context_.clock.running();
    if (const auto jump = context_.clock_watch->look(now, running)) {
        context_.metrics.add(Counter::kClockJumps);
        jumps_.push_back(*jump);
        context_.log.write(kClockJumped,
                           {{"seconds", static_cast<std::int64_t>(jump->size.count())},
                            {"from", rules::to_iso(jump->from, context_.pack->zone)},
                            {"to", rules::to_iso(jump->to, context_.pack->zone)}});
    }
    const auto expected = context_.clock_watch->behind(now, running);
    const double behind = expected ? static_cast<double>((*expected - now).count()) : 0.0;
    context_.metrics.set(Gauge::kClockBehind, behind);
}

void Intake::note_standstill(std::chrono::seconds passed) {
    const auto stood = stood_still(kLookEvery, passed);
    if (!stood) return;
    context_.metrics.add(Counter::kStandstills);
    context_.log.write(kStoodStill, {{"seconds", static_cast<std::int64_t>(stood->count())},
                                     {"cure", kCureOfStandstill}});
    standstills_.push_back(*stood);
}

asio::awaitable<void> Intake::tell_of_clock() {
    if (jumps_.empty() && standstills_.empty()) co_return;
    const auto jumps = std::exchange(jumps_, {});
    const auto standstills = std::exchange(standstills_, {});
    const rules::Instant now = context_.clock.now();
    const rules::Zone zone = context_.pack->zone;
    auto tell = [&jumps, &standstills, now, zone](Session& db) {
        for (const ClockWatch::Jump& jump : jumps) {
            append_event(db, now, "clock-jumped",
                         {{"seconds", static_cast<std::int64_t>(jump.size.count())},
                          {"from", rules::to_iso(jump.from, zone)},
                          {"to", rules::to_iso(jump.to, zone)}});
        }
        for (const std::chrono::seconds stood : standstills) {
            append_event(db, now, "stood-still",
                         {{"seconds", static_cast<std::int64_t>(stood.count())}});
        }
    };
    co_await context_.store.transact(std::move(tell));
    context_.events.wake();
}

// They go through the journal once more, like any other message. Whoever dies between the two steps
// takes them in twice, which changes nothing.
asio::awaitable<void> Intake::take_held_messages() {
    const rules::Instant now = context_.clock.now();
    for (;;) {
        auto read = [now](Session& db) { return held_and_due(db, now, kHeldAtOnce); };
        const auto due = co_await context_.store.transact(std::move(read));
        if (due.empty()) co_return;
        for (const auto& [number, message] : due) {
            if (!accept(envelope_of(message))) co_return;
        }
        auto forget = [this, &due](Session& db) {
            for (const auto& [number, message] : due) forget_held(db, number);
            drop_held_before(db, place_.segment);
        };
        co_await context_.store.transact(std::move(forget));
    }
}

void Intake::take_returned_files() {
    try {
        for (const Quarantine::Returned& one : quarantine_->returned()) {
            if (!one.message) {
                context_.log.write(kRetryRefused,
                                   {{"file", one.path}, {"why", to_text(one.message.error())}});
                quarantine_->taken(one);
                continue;
            }
            Envelope envelope = envelope_of(*one.message);
            envelope.arrived = one.message->arrived;
            if (!accept(envelope)) return;
            quarantine_->taken(one);
            context_.log.write(kMessageRetried, {{"file", one.path}});
        }
    } catch (const std::system_error& error) {
        // A file that cannot be deleted would be taken in at every look.
        context_.log.write(kRetryRefused,
                           {{"file", error.what()}, {"why", error_in_words(error.code())}});
        is_retry_broken_ = true;
    }
}

}  // namespace qk::daemon
