// Messages of enterprises on their way in, through every channel: durable in the journal before
// their sender is told, then stored in batches, each with the place in the journal up to which it
// goes, in one transaction.
//
// accept() runs on the channel's thread. When more messages wait in memory than is configured, by
// count or by bytes, it holds the channel back, so the broker queues and nothing is dropped. A
// journal that cannot be written ends the process: the message must not be acknowledged.
//
// What the journal holds at the start is read from disk while new messages are appended behind it,
// so that receiving begins at once, order is kept and memory is bounded. Much of it is read ahead
// of what is being stored, and stored by long stretches (read_ahead.hpp). backlog_taken() resumes
// when all that was there at the start is stored.
//
// A message that throws while it is taken in is set aside, and so is one at which the process died
// (attempt.hpp, quarantine.hpp); all others are taken in.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/base/clock_watch.hpp"
#include "daemon/readings/attempt.hpp"
#include "daemon/readings/batch.hpp"
#include "daemon/readings/journal.hpp"
#include "daemon/readings/quarantine.hpp"
#include "daemon/readings/raw_archive.hpp"
#include "daemon/readings/read_ahead.hpp"
#include "daemon/readings/sender_limits.hpp"
#include "daemon/readings/waiting_messages.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

class TaskGroup;

// In the store's table of single facts: a time that the wall clock had reached.
inline constexpr const char* kClockSeenKey = "clock_seen";

// While messages keep coming, one transaction in this time: each of them syncs the disk, and so
// does the journal for every receipt, which waits for that. Within a second of it everybody sees
// them.
inline constexpr std::chrono::milliseconds kGatheredFor{100};

// What a test puts in place of the real ones.
struct IntakeParts {
    // 0: what has come is stored at once, as by a clock that is not real.
    std::chrono::milliseconds gathered_for{0};
    std::shared_ptr<Disk> disk = real_disk();
    TakeMessages take = take_messages;
    std::uint64_t segment_bytes_max = kSegmentBytesMax;
    // By simulated time, whether the clock has jumped; 0: never.
    std::chrono::seconds looks_every{0};
};

class Intake {
 public:
    // Opens the journal where the configuration names a folder for one.
    [[nodiscard]] static rules::Result<std::unique_ptr<Intake>> open(Context& context,
                                                                     IntakeParts parts = {});

    // A message came in; answers when it is durable. False: it is not, on_broken() was told, and
    // the sender must not be told that it arrived. Any thread.
    [[nodiscard]] bool accept(const Envelope& envelope) noexcept;
    // The same of several, on the disk by one sync: they survive the end of the machine too.
    [[nodiscard]] bool accept_all(std::span<const Envelope> envelopes) noexcept;

    void start(TaskGroup& tasks);
    [[nodiscard]] bool has_backlog() const { return backlog_ > 0; }
    [[nodiscard]] boost::asio::awaitable<void> backlog_taken();
    // What is done every few seconds: looks at the clock, takes in what was held and is due, and
    // what a person has moved to retry/.
    [[nodiscard]] boost::asio::awaitable<void> look_after();
    // From now on accept() neither waits nor queues; what is durable is taken in at the next start.
    void release();
    // The process is about to end, and not because of a message. Any thread.
    void note_end();
    // For a channel whose message was not accepted: never returns, so that it is not acknowledged.
    [[noreturn]] void wait_for_end();

    void on_broken(std::function<void(std::string)> tell) { tell_broken_ = std::move(tell); }
    // Told of enterprises when more of what they have sent is durable; on the executor.
    using TellMarked = std::function<void(const std::set<std::string>& enterprises)>;
    void on_marked(TellMarked tell) { tell_marked_ = std::move(tell); }
    // Messages durable and not yet stored.
    [[nodiscard]] std::size_t waiting() const { return waiting_.load(); }
    [[nodiscard]] std::uint64_t taken_in() const { return taken_in_.load(); }

 private:
    Intake(Context& context, IntakeParts parts);
    [[nodiscard]] rules::Result<void> open_journal();
    void heed_last_attempt();
    void tell(const JournalFinding& finding);
    void append(const Envelope& envelope, bool is_synced);
    [[nodiscard]] bool note_broken(const std::exception& error) noexcept;
    [[nodiscard]] std::optional<ContentBasis> wait_for_room();
    [[nodiscard]] bool is_full() const;

    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> gather(std::size_t stored);
    [[nodiscard]] boost::asio::awaitable<void> look_after_always();
    [[nodiscard]] boost::asio::awaitable<void> look_after_by_clock();
    [[nodiscard]] Stretch next_batch();
    [[nodiscard]] Stretch next_from_disk(std::size_t most);
    [[nodiscard]] Stretch next_from_queue(std::size_t most);
    [[nodiscard]] bool may_read_ahead() const;
    [[nodiscard]] boost::asio::awaitable<void> take_backlog();
    [[nodiscard]] ContentBasis basis_now() const;
    void note_read_ahead(JournalPlace to);
    [[nodiscard]] boost::asio::awaitable<void> store(const Stretch& batch);
    // Sets the first message aside, because processes died at it.
    [[nodiscard]] boost::asio::awaitable<void> set_aside_first(const JournalMessage& message);
    void mark_attempt(JournalPlace to);
    void note_stored(JournalPlace place, std::size_t count);
    void count_backlog(std::size_t count);
    void note(const BatchOutcome& outcome);
    void note(const Hj212Taken& taken);
    void open_raw(const std::string& journal_folder);
    void note_raw();
    [[nodiscard]] boost::asio::awaitable<void> tidy_raw();
    void note_marked(const BatchOutcome& outcome);

    struct SetAside {
        std::string topic;
        std::string why;
        std::string file;
    };
    [[nodiscard]] std::vector<SetAside> take_one_by_one(Session& db,
                                                        const std::vector<JournalMessage>& batch,
                                                        const IntakeView& view,
                                                        BatchOutcome& outcome);
    SetAside set_aside(Session& db, const JournalMessage& message, const std::string& why);
    void note_set_aside(const std::vector<SetAside>& some);
    [[nodiscard]] IntakeView view_now();
    [[nodiscard]] boost::asio::awaitable<void> take_held_messages();
    void take_returned_files();
    void look_at_clock();
    [[nodiscard]] boost::asio::awaitable<void> watch_standstills();
    void note_standstill(std::chrono::seconds passed);
    [[nodiscard]] boost::asio::awaitable<void> tell_of_clock();

    Context& context_;
    IntakeParts parts_;
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<AttemptMark> mark_;
    std::unique_ptr<Quarantine> quarantine_;
    std::unique_ptr<RawArchive> raw_;                     // null: frames are not kept as they came
    std::optional<boost::asio::thread_pool> raw_thread_;  // compresses days that are over
    std::function<void(std::string)> tell_broken_;
    TellMarked tell_marked_;
    // Copies, because a channel's thread may not look at a configuration that is being replaced.
    const std::size_t queue_max_;
    const std::size_t queue_bytes_max_;
    const std::size_t message_bytes_max_;
    const std::uint64_t journal_bytes_max_;
    const bool sync_meters_;

    // On the executor only.
    JournalPlace place_;                 // up to which is stored
    JournalPlace careful_to_;            // message by message up to here
    JournalPlace batches_to_;            // no stretches up to here
    bool has_read_to_end_ = false;       // of the journal; what is left is little
    std::optional<Attempt> unfinished_;  // that the last process left
    bool must_set_aside_ = false;
    std::size_t backlog_ = 0;
    std::vector<ClockWatch::Jump> jumps_;            // seen and not yet told in an event
    std::vector<std::chrono::seconds> standstills_;  // likewise
    rules::Instant clock_kept_{};
    rules::Instant raw_tidied_{};
    bool is_retry_broken_ = false;
    SenderLimits limits_;  // on the store's thread

    std::mutex mark_mutex_;  // of these two, and of is_ending_ being set
    Attempt attempt_;
    JournalPlace read_to_;  // ahead of what is being stored

    // Held while the disk is written, so the event loop never asks for it; taken before mutex_.
    std::mutex append_mutex_;
    mutable std::mutex mutex_;  // of the queue
    std::condition_variable room_;
    WaitingMessages queue_;
    bool is_behind_ = false;  // the next messages are read from disk
    JournalPlace read_from_disk_to_;
    bool is_released_ = false;
    bool is_signalled_ = false;
    std::thread::id home_;
    std::atomic<bool> is_ending_{false};
    std::atomic<std::size_t> waiting_{0};
    std::atomic<std::uint64_t> taken_in_{0};
    std::shared_ptr<bool> alive_ =
        std::make_shared<bool>(true);   // what is posted asks before it acts
    boost::asio::steady_timer signal_;  // never expires by itself; cancelling it wakes the loop
    boost::asio::steady_timer backlog_signal_;  // the same, when the backlog is taken in
    boost::asio::steady_timer gathering_;
    std::unique_ptr<ReadAhead> ahead_;  // last: its thread uses the others
};

}  // namespace qk::daemon
