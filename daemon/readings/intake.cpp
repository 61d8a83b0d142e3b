#include "daemon/readings/intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <cerrno>
#include <system_error>

#include "daemon/base/canary.hpp"
#include "daemon/base/latency.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/message_sequence.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/readings/message.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/poison.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr const char* kPlaceKey = "journal_position";
constexpr std::size_t kRejectionsLoggedMax = 5;  // of one batch
constexpr std::size_t kSendersLoggedMax = 5;
constexpr std::size_t kBatchBytesMax = 32 << 20;
// A payload of so many bytes is read when it comes, while the store writes what came before; a
// shorter one costs the store less than its channel, which waits for it.
constexpr std::size_t kReadAtOnceBytes = 512;

JournalPlace stored_place(Store& store) {
    auto work = [](Session& db) {
        const auto text = get_meta(db, kPlaceKey);
        return text ? parse_journal_place(*text).value_or(JournalPlace{}) : JournalPlace{};
    };
    return store.transact_now(work);
}

std::optional<rules::Instant> clock_seen(Store& store) {
    auto work = [](Session& db) { return get_meta(db, kClockSeenKey); };
    const auto text = store.transact_now(work);
    return text ? rules::parse_instant(*text, rules::kBeijingTime) : std::nullopt;
}

bool is_about_an_order(std::string_view topic) {
    return topic.ends_with("/receipt") || topic.ends_with("/status");
}

void add_to(BatchOutcome& sum, BatchOutcome&& more) {
    sum.taken_in += more.taken_in;
    sum.readings += more.readings;
    sum.registers_anew += more.registers_anew;
    sum.hj212.add(std::move(more.hj212));
    sum.receipts += more.receipts;
    sum.receipts_without_effect += more.receipts_without_effect;
    sum.held += more.held;
    sum.online = more.online;
    sum.has_told |= more.has_told;
    sum.marked.merge(std::move(more.marked));
    std::move(more.rejected.begin(), more.rejected.end(), std::back_inserter(sum.rejected));
    for (const auto& [enterprise, count] : more.over_limit) sum.over_limit[enterprise] += count;
}

JournalMessage message_of(const Envelope& kept, rules::Instant arrived, std::uint64_t payload_bytes,
                          JournalPlace end) {
    JournalMessage message;
    message.channel = kept.channel;
    message.sender = kept.sender;
    message.arrived = arrived;
    message.address = kept.address;
    message.payload = kept.payload;
    message.payload_bytes = payload_bytes;
    message.end = end;
    return message;
}

bool carries_sequence(const std::vector<JournalMessage>& batch) {
    return std::ranges::any_of(
        batch, [](const JournalMessage& one) { return sequence_of(one.payload).has_value(); });
}

constexpr std::size_t mebibytes(int count) { return static_cast<std::size_t>(count) << 20; }

}  // namespace

Intake::Intake(Context& context, IntakeParts parts)
    : context_(context),
      parts_(std::move(parts)),
      queue_max_(static_cast<std::size_t>(context.config->limits.intake_queue)),
      queue_bytes_max_(mebibytes(context.config->limits.intake_queue_mib)),
      message_bytes_max_(static_cast<std::size_t>(context.config->limits.message_kib) << 10),
      journal_bytes_max_(mebibytes(context.config->limits.journal_mib)),
      sync_meters_(context.config->limits.sync_meters),
      home_(std::this_thread::get_id()),
      signal_(context.executor),
      backlog_signal_(context.executor),
      gathering_(context.executor) {
    signal_.expires_at(asio::steady_timer::time_point::max());
    backlog_signal_.expires_at(asio::steady_timer::time_point::max());
    std::optional<rules::Instant> seen;
    if (context.config->clock_mode == ClockMode::kReal) seen = clock_seen(context.store);
    clock_kept_ = seen.value_or(rules::Instant{});
    context.clock_watch->start(seen, context.clock.now(), context.clock.running());
}

rules::Result<std::unique_ptr<Intake>> Intake::open(Context& context, IntakeParts parts) {
    std::unique_ptr<Intake> intake(new Intake(context, std::move(parts)));
    if (!context.config->journal_folder.empty()) {
        auto opened = intake->open_journal();
        if (!opened) return opened.error();
    }
    return {std::move(intake)};
}

rules::Result<void> Intake::open_journal() {
    const JournalPlace stored = stored_place(context_.store);
    const std::string& folder = context_.config->journal_folder;
    auto opened = Journal::open(folder, stored, parts_.segment_bytes_max, parts_.disk);
    if (!opened) return opened.error();
    journal_ = std::move(*opened);
    try {
        quarantine_ = std::make_unique<Quarantine>(*parts_.disk, folder);
        mark_ = std::make_unique<AttemptMark>(folder + "/attempt");
    } catch (const std::system_error& error) {
        return rules::Faults{
            {{folder, 0, 0},
             fmt::format("接收日志无法打开：{} / the intake journal cannot be opened: "
                         "{}",
                         error_in_words(error.code()), error.what()),
             "服务用户可写的文件夹 / a folder that the daemon may write to",
             rules::Severity::kError}};
    }
    open_raw(folder);
    for (const JournalFinding& finding : journal_->findings()) {
        if (!planted(Canary::kJournalDamageUnsaid)) tell(finding);
    }
    place_ = journal_->start();
    if (place_ != stored) {
        auto keep = [this](Session& db) { set_meta(db, kPlaceKey, to_text(place_)); };
        context_.store.transact_now(keep);
    }
    backlog_ = planted(Canary::kBacklogSkipped) ? 0 : journal_->waiting_at_start();
    waiting_ = backlog_;
    is_behind_ = backlog_ > 0;
    heed_last_attempt();
    if (backlog_ > 0) {
        context_.log.write(kIntakeBacklogLeft, {{"count", static_cast<std::int64_t>(backlog_)}});
    }
    context_.health.backlog = backlog_;
    context_.metrics.set(Gauge::kIntakeBacklog, static_cast<double>(backlog_));
    context_.metrics.set(Gauge::kIntakeQueue, static_cast<double>(backlog_));
    return {};
}

void Intake::heed_last_attempt() {
    unfinished_ = mark_->found();
    // What was read ahead is suspect too where a part of it was stored before the process died.
    const bool is_here = unfinished_ && unfinished_->from <= place_ && place_ < unfinished_->to;
    if (!is_here || backlog_ == 0) {
        unfinished_.reset();
        return;
    }
    const Caution caution = caution_after(*unfinished_);
    if (!unfinished_->has_crashed) ++unfinished_->unexplained_deaths;
    batches_to_ = unfinished_->batches_to;
    switch (caution) {
        case Caution::kNone:
            return;
        case Caution::kBatches:
            batches_to_ = std::max(unfinished_->to, unfinished_->batches_to);
            return;
        case Caution::kSetAside:
            must_set_aside_ = true;
            break;
        case Caution::kCareful:
            break;
    }
    careful_to_ = std::max(unfinished_->to, unfinished_->careful_to);
}

void Intake::tell(const JournalFinding& finding) {
    const auto number = [](std::uint64_t value) { return static_cast<std::int64_t>(value); };
    const LogField file("file", finding.file);
    const LogField from("from", number(finding.from));
    const LogField bytes("bytes", number(finding.bytes));
    const LogField records("records", number(finding.records));
    const LogField exact("exact", finding.is_exact ? "" : "至少");
    const LogField kept("kept", finding.kept.empty() ? "—" : finding.kept);
    context_.metrics.add(Counter::kJournalRecordsLost, finding.records);
    switch (finding.kind) {
        case JournalFinding::Kind::kTorn:
            return context_.log.write(kJournalTorn, {file, bytes});
        case JournalFinding::Kind::kZeros:
            return context_.log.write(kJournalZeros, {file, bytes});
        case JournalFinding::Kind::kTooLong:
            return context_.log.write(kJournalTooLong, {file, bytes, kept});
        case JournalFinding::Kind::kDamaged:
            return context_.log.write(kJournalDamaged, {file, from, bytes, exact, records, kept});
        case JournalFinding::Kind::kMissing:
            return context_.log.write(kJournalMissing, {file, exact, records});
        case JournalFinding::Kind::kForeign:
            return context_.log.write(kJournalForeign, {file, kept});
        case JournalFinding::Kind::kPlaceLost:
            return context_.log.write(kJournalPlaceLost,
                                      {file, from, {"segment", number(journal_->start().segment)}});
    }
}

bool Intake::accept(const Envelope& envelope) noexcept {
    try {
        append(envelope, sync_meters_ || is_about_an_order(envelope.address));
        return true;
    } catch (const std::exception& error) {
        return planted(Canary::kJournalFailureHidden) || note_broken(error);
    }
}

bool Intake::accept_all(std::span<const Envelope> envelopes) noexcept {
    try {
        for (const Envelope& envelope : envelopes) append(envelope, false);
        if (journal_) journal_->sync();
        return true;
    } catch (const std::exception& error) {
        return note_broken(error);
    }
}

bool Intake::note_broken(const std::exception& error) noexcept {
    note_end();
    if (tell_broken_) tell_broken_(error.what());
    return false;
}

bool Intake::is_full() const {
    if (is_behind_) return journal_->bytes() >= journal_bytes_max_;
    return queue_.size() >= queue_max_ || queue_.bytes() >= queue_bytes_max_;
}

// Then by what is read that comes now.
std::optional<ContentBasis> Intake::wait_for_room() {
    std::unique_lock lock(mutex_);
    const bool may_wait = !is_released_ && std::this_thread::get_id() != home_;
    if (may_wait && is_full()) {
        context_.metrics.add(Counter::kQueueWaits);
        context_.log.write(kQueueFull);
        room_.wait(lock, [this] { return !is_full() || is_released_; });
    }
    return is_behind_ ? std::nullopt : queue_.basis();
}

void Intake::append(const Envelope& envelope, bool is_synced) {
    Envelope kept = envelope;
    kept.address = envelope.address.substr(0, kAddressBytesMax);
    kept.sender = envelope.sender.substr(0, kSenderBytesMax);
    const std::uint64_t payload_bytes = envelope.payload.size();
    if (payload_bytes > message_bytes_max_) {
        kept.payload = envelope.payload.substr(0, std::min(kPayloadBytesShown, message_bytes_max_));
    }
    const rules::Instant arrived = envelope.arrived ? *envelope.arrived : context_.clock.now();
    context_.metrics.add(Counter::kMessagesArrived);
    const std::optional<ContentBasis> basis = wait_for_room();
    // Queued in the order of the journal, because the stored place speaks for all before it.
    const std::lock_guard turn(append_mutex_);
    JournalPlace end;
    if (journal_) {
        end = journal_->append(kept, arrived, payload_bytes, is_synced);
    }
    JournalMessage message = message_of(kept, arrived, payload_bytes, end);
    // Only what is durable is looked at: if that is the end of the process, the next start finds it
    // in the journal and knows what to do about it.
    MessageContent content;
    if (basis && kept.payload.size() >= kReadAtOnceBytes) {
        content = read_content(message, *basis);
    }
    const std::lock_guard lock(mutex_);
    if (is_released_) return;
    const bool is_read_from_disk = journal_ && end <= read_from_disk_to_;
    if (!is_read_from_disk) ++waiting_;
    if (!is_behind_ && !is_read_from_disk) {
        queue_.push(std::move(message), std::move(content), basis);
    }
    if (is_signalled_) return;
    is_signalled_ = true;
    auto wake = [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) signal_.cancel();
    };
    asio::post(context_.executor, wake);
}

Stretch Intake::next_from_disk(std::size_t most) {
    auto reading = journal_->read(place_, most, kBatchBytesMax);
    for (const JournalFinding& finding : reading.findings) tell(finding);
    Stretch batch;
    batch.messages = std::move(reading.messages);
    return batch;
}

// With the lock held.
Stretch Intake::next_from_queue(std::size_t most) {
    queue_.use(basis_now());
    Stretch batch = queue_.take(most, kBatchBytesMax);
    context_.metrics.set(Gauge::kIntakeQueueBytes, static_cast<double>(queue_.bytes()));
    return batch;
}

Stretch Intake::next_batch() {
    const bool is_careful = must_set_aside_ || place_ < careful_to_;
    const auto most =
        is_careful ? 1 : static_cast<std::size_t>(context_.config->limits.batch_messages);
    if (is_behind_) {
        Stretch batch = next_from_disk(most);
        if (!batch.messages.empty()) return batch;
    }
    const std::lock_guard lock(mutex_);
    is_signalled_ = false;
    if (is_behind_) {
        // Nothing is queued now. What is appended meanwhile and was not read is queued after this.
        Stretch batch = next_from_disk(most);
        if (!batch.messages.empty()) return batch;
        is_behind_ = false;
        read_from_disk_to_ = place_;
        waiting_ = 0;
        count_backlog(backlog_);
    }
    Stretch batch = next_from_queue(most);
    room_.notify_all();
    return batch;
}

asio::awaitable<void> Intake::run() {
    for (;;) {
        if (may_read_ahead()) co_await take_backlog();
        const Stretch batch = next_batch();
        if (batch.messages.empty()) {
            boost::system::error_code woken;
            co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
            continue;
        }
        // If the one that it was can no longer be read, the next has done nothing.
        const JournalMessage& first = batch.messages.front();
        const bool is_that = unfinished_ && first.end == unfinished_->to;
        if (std::exchange(must_set_aside_, false) && is_that) {
            co_await set_aside_first(first);
        } else {
            co_await store(batch);
        }
        // A clock that was set back meanwhile makes no lag of less than nothing.
        context_.metrics.latencies()->observe(
            Latency::kIntakeLag,
            std::max(context_.clock.now() - first.arrived, std::chrono::seconds{0}));
        note_stored(batch.messages.back().end, batch.messages.size());
        co_await gather(batch.messages.size());
    }
}

// A message after a quiet time is stored at once, and a full batch is followed by the next.
asio::awaitable<void> Intake::gather(std::size_t stored) {
    const auto full = static_cast<std::size_t>(context_.config->limits.batch_messages);
    if (parts_.gathered_for.count() == 0 || stored >= full || is_behind_) co_return;
    gathering_.expires_after(parts_.gathered_for);
    boost::system::error_code ignored;
    co_await gathering_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

void Intake::note_stored(JournalPlace place, std::size_t count) {
    place_ = place;
    taken_in_ += count;
    const std::size_t left = waiting_.load();
    waiting_ -= std::min(left, count);
    context_.metrics.set(Gauge::kIntakeQueue, static_cast<double>(waiting_.load()));
    if (journal_) {
        journal_->forget(place);
        context_.metrics.set(Gauge::kJournalBytes, static_cast<double>(journal_->bytes()));
    }
    if (is_behind_) room_.notify_all();
    count_backlog(count);
}

void Intake::count_backlog(std::size_t count) {
    if (backlog_ == 0) return;
    backlog_ -= std::min(backlog_, count);
    context_.health.backlog = backlog_;
    context_.metrics.set(Gauge::kIntakeBacklog, static_cast<double>(backlog_));
    if (backlog_ > 0) return;
    context_.log.write(kIntakeBacklogTaken);
    backlog_signal_.cancel();
}

void Intake::mark_attempt(JournalPlace to) {
    if (!mark_) return;
    const std::lock_guard lock(mark_mutex_);
    attempt_ = {};
    attempt_.from = place_;
    attempt_.to = std::max(to, read_to_);
    attempt_.careful_to = careful_to_;
    attempt_.batches_to = batches_to_;
    if (place_ < careful_to_) attempt_.step = AttemptStep::kAlone;
    if (ahead_) attempt_.step = AttemptStep::kStretch;
    const bool is_the_same =
        unfinished_ && unfinished_->from == place_ && unfinished_->step == attempt_.step;
    if (is_the_same) attempt_.unexplained_deaths = unfinished_->unexplained_deaths;
    if (!is_ending_) mark_->begin(attempt_);
}

IntakeView Intake::view_now() {
    look_at_clock();
    const Limits& limits = context_.config->limits;
    IntakeView view{.zone = context_.pack->zone};
    view.inventory = context_.inventories.current();
    view.index = context_.inventories.index();
    view.rejected_kept = limits.rejected_kept;
    view.unknown_receipts_kept = limits.unknown_receipts_kept;
    view.held_messages = limits.held_messages;
    view.quota.messages_per_minute = limits.enterprise_messages_per_minute;
    view.quota.rows_per_minute = limits.enterprise_rows_per_minute;
    view.quota.readings_per_meter_hour = limits.meter_readings_per_hour;
    view.quota.reading_interval = limits.meter_interval;
    view.limits = &limits_;
    view.hj212 = {context_.config, &context_.config->hj212};
    view.raw = raw_.get();
    const rules::Instant now = context_.clock.now();
    view.clock_expected = context_.clock_watch->behind(now, context_.clock.running());
    view.clock_unsure = context_.clock_watch->unsure();
    view.arrives_later = latest_now(context_) - now;
    return view;
}

asio::awaitable<void> Intake::store(const Stretch& stretch) {
    const std::vector<JournalMessage>& batch = stretch.messages;
    IntakeView view = view_now();
    if (stretch.basis == basis_now()) view.contents = stretch.contents;
    const JournalPlace to = batch.back().end;
    mark_attempt(to);
    bool is_refused = false;
    BatchOutcome outcome;
    auto keep_place = [this, to](Session& db) {
        if (journal_) set_meta(db, kPlaceKey, to_text(to));
    };
    auto whole = [&](Session& db) {
        // A mark says that what it has passed outlives the machine.
        if (journal_ && carries_sequence(batch)) journal_->sync();
        const AttemptMark::Taking taking;
        try {
            outcome = parts_.take(db, batch, view);
        } catch (const std::exception& error) {
            is_refused = lies_in_input(error);
            throw;
        }
        keep_place(db);
    };
    if (planted(Canary::kPlaceBeforeRows)) co_await context_.store.transact(keep_place);
    try {
        co_await context_.store.transact(std::move(whole));
    } catch (const std::exception&) {
        if (!is_refused) note_end();
        if (!is_refused) throw;
    }
    if (is_refused) {
        view.contents = {};
        std::vector<SetAside> some;
        auto one_by_one = [&](Session& db) {
            const AttemptMark::Taking taking;
            outcome = {};
            limits_.clear();  // what was rolled back has been counted
            some = take_one_by_one(db, batch, view, outcome);
            keep_place(db);
        };
        co_await context_.store.transact(std::move(one_by_one));
        note_set_aside(some);
    }
    note(outcome);
}

std::vector<Intake::SetAside> Intake::take_one_by_one(Session& db,
                                                      const std::vector<JournalMessage>& batch,
                                                      const IntakeView& view,
                                                      BatchOutcome& outcome) {
    std::vector<SetAside> some;
    for (const JournalMessage& message : batch) {
        std::string why;
        try {
            Savepoint alone(db);
            BatchOutcome one = parts_.take(db, std::span(&message, 1), view);
            alone.keep();
            add_to(outcome, std::move(one));
        } catch (const std::exception& error) {
            if (!lies_in_input(error)) throw;
            why = error.what();
        }
        if (why.empty()) continue;
        some.push_back(set_aside(db, message, why));
        pass_mark(db, message, view, outcome);
    }
    return some;
}

Intake::SetAside Intake::set_aside(Session& db, const JournalMessage& message,
                                   const std::string& why) {
    SetAside one;
    one.why = why;
    const rules::Instant now = context_.clock.now();
    if (quarantine_) one.file = quarantine_->keep(message, why, now);
    one.topic = keep_rejected(db, message, "set aside: " + why).topic;
    boost::json::object data;
    data["topic"] = one.topic;
    data["file"] = one.file;
    const auto topic = parse_topic(message.address);
    if (topic) data["enterprise"] = topic->enterprise;
    append_event(db, now, "message-set-aside", data);
    return one;
}

void Intake::note_set_aside(const std::vector<SetAside>& some) {
    for (const SetAside& one : some) {
        context_.metrics.add(Counter::kMessagesSetAside);
        context_.log.write(
            kMessageSetAside,
            {{"topic", one.topic}, {"why", one.why}, {"file", one.file.empty() ? "—" : one.file}});
    }
    if (!some.empty()) context_.events.wake();
}

asio::awaitable<void> Intake::set_aside_first(const JournalMessage& message) {
    const Attempt died = *unfinished_;
    const std::string why =
        died.has_crashed
            ? std::string("the process crashed while this message was taken in")
            : fmt::format("the process ended {} times while this message alone was taken in",
                          died.unexplained_deaths);
    std::vector<SetAside> some;
    const IntakeView view = view_now();
    BatchOutcome outcome;
    auto work = [&](Session& db) {
        some.push_back(set_aside(db, message, why));
        pass_mark(db, message, view, outcome);
        set_meta(db, kPlaceKey, to_text(message.end));
    };
    co_await context_.store.transact(std::move(work));
    note_set_aside(some);
    note_marked(outcome);
}

void Intake::note_marked(const BatchOutcome& outcome) {
    if (!outcome.marked.empty() && tell_marked_) tell_marked_(outcome.marked);
}

void Intake::note(const BatchOutcome& outcome) {
    Metrics& metrics = context_.metrics;
    metrics.add(Counter::kMessagesTakenIn, outcome.taken_in);
    metrics.add(Counter::kMessagesRejected, outcome.rejected.size());
    metrics.add(Counter::kReadings, outcome.readings);
    metrics.add(Counter::kRegistersAnew, outcome.registers_anew);
    note(outcome.hj212);
    note_raw();
    metrics.add(Counter::kReceipts, outcome.receipts);
    metrics.add(Counter::kReceiptsWithoutEffect, outcome.receipts_without_effect);
    metrics.add(Counter::kMessagesHeld, outcome.held);
    metrics.set(Gauge::kEnterprisesOnline, static_cast<double>(outcome.online));
    const bool tells = !planted(Canary::kRejectedUnsaid);
    for (std::size_t i = 0; tells && i < outcome.rejected.size() && i < kRejectionsLoggedMax; ++i) {
        context_.log.write(
            kBadMessage, {{"topic", outcome.rejected[i].topic}, {"why", outcome.rejected[i].why}});
    }
    std::size_t logged = 0;
    for (const auto& [enterprise, count] : outcome.over_limit) {
        metrics.add(Counter::kMessagesOverLimit, count);
        if (logged++ >= kSendersLoggedMax) continue;
        context_.log.write(kSenderOverLimit, {{"enterprise", enterprise},
                                              {"count", static_cast<std::int64_t>(count)}});
    }
    if (outcome.held > 0) {
        context_.log.write(kMessagesWaitForTime,
                           {{"count", static_cast<std::int64_t>(outcome.held)}});
    }
    if (outcome.has_told) context_.events.wake();
    note_marked(outcome);
}

asio::awaitable<void> Intake::backlog_taken() {
    while (backlog_ > 0) {
        boost::system::error_code woken;
        co_await backlog_signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

void Intake::start(TaskGroup& tasks) {
    home_ = std::this_thread::get_id();
    tasks.spawn("intake", run());
    // Simulated time does not wait for a person, and jumps only where it is said to.
    if (parts_.looks_every.count() > 0) tasks.spawn("intake-upkeep", look_after_by_clock());
    if (context_.config->store_mode == StoreMode::kOwnThread) {
        tasks.spawn("intake-upkeep", look_after_always());
        tasks.spawn("standstills", watch_standstills());
    }
}

void Intake::release() {
    if (raw_) raw_->give_up();
    const std::lock_guard lock(mutex_);
    is_released_ = true;
    room_.notify_all();
}

void Intake::wait_for_end() {
    // In simulated time the channel is on the executor's own thread, which would wait for itself.
    if (std::this_thread::get_id() == home_) {
        throw std::system_error(EIO, std::generic_category(), "the message was not accepted");
    }
    std::unique_lock lock(mutex_);
    for (;;) room_.wait(lock);
}

void Intake::note_end() {
    const std::lock_guard lock(mark_mutex_);
    is_ending_ = true;
    if (mark_) mark_->clear();
}

}  // namespace qk::daemon
