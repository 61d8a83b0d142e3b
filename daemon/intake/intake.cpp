#include "daemon/intake/intake.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <system_error>

#include "daemon/config.hpp"
#include "daemon/intake/message.hpp"
#include "daemon/log.hpp"
#include "daemon/metrics.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/store.hpp"
#include "daemon/task_group.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr const char* kPlaceKey = "journal_position";
constexpr std::size_t kRejectionsLoggedMax = 5;  // of one batch

JournalPlace stored_place(Store& store) {
    auto work = [](SQLite::Database& db) {
        const auto text = get_meta(db, kPlaceKey);
        return text ? parse_journal_place(*text).value_or(JournalPlace{}) : JournalPlace{};
    };
    return store.transact_now(work);
}

bool is_about_an_order(std::string_view topic) {
    return topic.ends_with("/receipt") || topic.ends_with("/status");
}

}  // namespace

Intake::Intake(Context& context, std::unique_ptr<Journal> journal)
    : context_(context),
      journal_(std::move(journal)),
      queue_max_(static_cast<std::size_t>(context.config->limits.intake_queue)),
      sync_meters_(context.config->limits.sync_meters),
      home_(std::this_thread::get_id()),
      signal_(context.executor) {
    signal_.expires_at(asio::steady_timer::time_point::max());
}

rules::Result<std::unique_ptr<Intake>> Intake::open(Context& context) {
    std::unique_ptr<Journal> journal;
    if (!context.config->journal_folder.empty()) {
        auto opened = Journal::open(context.config->journal_folder, stored_place(context.store));
        if (!opened) return opened.error();
        journal = std::move(*opened);
        for (const Journal::Torn& torn : journal->torn()) {
            context.log.write(kJournalTorn, {{"file", torn.file},
                                             {"bytes", static_cast<std::int64_t>(torn.bytes)}});
        }
    }
    return std::unique_ptr<Intake>(new Intake(context, std::move(journal)));
}

void Intake::on_message(std::string_view topic, std::string_view payload) noexcept {
    try {
        append(topic, payload);
    } catch (const std::exception& error) {
        if (tell_broken_) tell_broken_(error.what());
        // Never acknowledged: this thread stays here until the process has ended.
        std::unique_lock lock(mutex_);
        for (;;) room_.wait(lock);
    }
}

void Intake::append(std::string_view topic, std::string_view payload) {
    JournalMessage message;
    message.arrived = context_.clock.now();
    message.topic = topic.substr(0, kTopicBytesMax);
    message.payload = payload.substr(0, kPayloadBytesMax + 1);
    context_.metrics.add(Counter::kMessagesArrived);
    // Queued in the order of the journal, because the stored place speaks for all before it.
    std::unique_lock lock(mutex_);
    if (queue_.size() >= queue_max_ && !is_released_ && std::this_thread::get_id() != home_) {
        context_.metrics.add(Counter::kQueueWaits);
        context_.log.write(kQueueFull);
        room_.wait(lock, [&] { return queue_.size() < queue_max_ || is_released_; });
    }
    if (journal_) {
        message.end = journal_->append(message.arrived, topic, payload,
                                       sync_meters_ || is_about_an_order(topic));
    }
    if (is_released_) return;
    queue_.push_back(std::move(message));
    ++waiting_;
    if (is_signalled_) return;
    is_signalled_ = true;
    auto wake = [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) signal_.cancel();
    };
    asio::post(context_.executor, wake);
}

std::vector<JournalMessage> Intake::next_batch() {
    const std::lock_guard lock(mutex_);
    is_signalled_ = false;
    const auto most = static_cast<std::size_t>(context_.config->limits.batch_messages);
    const std::size_t count = std::min(most, queue_.size());
    std::vector<JournalMessage> batch(std::make_move_iterator(queue_.begin()),
                                      std::make_move_iterator(queue_.begin() + count));
    queue_.erase(queue_.begin(), queue_.begin() + count);
    room_.notify_all();
    return batch;
}

asio::awaitable<void> Intake::run() {
    for (;;) {
        std::vector<JournalMessage> batch = next_batch();
        if (batch.empty()) {
            boost::system::error_code woken;
            co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
            continue;
        }
        const std::size_t count = batch.size();
        co_await store(std::move(batch));
        waiting_ -= count;
        context_.metrics.set(Gauge::kIntakeQueue, static_cast<double>(waiting_.load()));
    }
}

asio::awaitable<void> Intake::store(std::vector<JournalMessage> batch) {
    IntakeView view;
    view.zone = context_.pack->zone;
    view.inventory = context_.inventories.current();
    view.index = context_.inventories.index();
    view.rejected_kept = context_.config->limits.rejected_kept;
    const JournalPlace place = batch.back().end;
    const bool has_journal = journal_ != nullptr;
    auto work = [&batch, &view, place, has_journal](SQLite::Database& db) {
        BatchOutcome outcome = take_messages(db, batch, view);
        if (has_journal) set_meta(db, kPlaceKey, to_text(place));
        return outcome;
    };
    const BatchOutcome outcome = co_await context_.store.transact(std::move(work));
    if (journal_) {
        journal_->forget(place);
        context_.metrics.set(Gauge::kJournalBytes, static_cast<double>(journal_->bytes()));
    }
    taken_in_ += batch.size();
    note(outcome);
}

void Intake::note(const BatchOutcome& outcome) {
    Metrics& metrics = context_.metrics;
    metrics.add(Counter::kMessagesTakenIn, outcome.taken_in);
    metrics.add(Counter::kMessagesRejected, outcome.rejected.size());
    metrics.add(Counter::kReadings, outcome.readings);
    metrics.add(Counter::kReceipts, outcome.receipts);
    metrics.add(Counter::kReceiptsWithoutEffect, outcome.receipts_without_effect);
    metrics.set(Gauge::kEnterprisesOnline, static_cast<double>(outcome.online));
    for (std::size_t i = 0; i < outcome.rejected.size() && i < kRejectionsLoggedMax; ++i) {
        context_.log.write(
            kBadMessage, {{"topic", outcome.rejected[i].topic}, {"why", outcome.rejected[i].why}});
    }
    if (outcome.has_told) context_.events.wake();
}

asio::awaitable<void> Intake::replay() {
    if (!journal_) co_return;
    JournalPlace place = stored_place(context_.store);
    for (;;) {
        auto batch =
            journal_->read(place, static_cast<std::size_t>(context_.config->limits.batch_messages));
        if (batch.empty()) co_return;
        place = batch.back().end;
        co_await store(std::move(batch));
    }
}

void Intake::start(TaskGroup& tasks) {
    home_ = std::this_thread::get_id();
    tasks.spawn("intake", run());
}

void Intake::release() {
    const std::lock_guard lock(mutex_);
    is_released_ = true;
    room_.notify_all();
}

}  // namespace qk::daemon
