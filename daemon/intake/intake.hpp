// Messages of enterprises on their way in: durable in the journal before the broker is told, then
// stored in batches, each with the place in the journal up to which it goes, in one transaction.
//
// on_message() runs on the bus's thread. When more than the configured number of messages wait to
// be stored it holds the bus back, so the broker queues and nothing is dropped. A journal that
// cannot be written ends the process: the message must not be acknowledged.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "daemon/context.hpp"
#include "daemon/intake/batch.hpp"
#include "daemon/intake/journal.hpp"

namespace qk::daemon {

class Router;
class TaskGroup;

class Intake {
 public:
    // Opens the journal where the configuration names a folder for one.
    [[nodiscard]] static rules::Result<std::unique_ptr<Intake>> open(Context& context);

    // A message came in; returns when it is durable. Any thread; does not throw.
    void on_message(std::string_view topic, std::string_view payload) noexcept;

    // Stores what the journal holds and the store does not, before anything new comes in.
    [[nodiscard]] boost::asio::awaitable<void> replay();
    void start(TaskGroup& tasks);
    // From now on on_message() neither waits nor queues; what is durable is taken in at the next
    // start.
    void release();
    void add_routes(Router& router);

    // Told when the journal cannot be written; on_message() then never returns.
    void on_broken(std::function<void(std::string)> tell) { tell_broken_ = std::move(tell); }
    // Messages durable and not yet stored.
    [[nodiscard]] std::size_t waiting() const { return waiting_.load(); }
    [[nodiscard]] std::uint64_t taken_in() const { return taken_in_.load(); }

 private:
    Intake(Context& context, std::unique_ptr<Journal> journal);
    void append(std::string_view topic, std::string_view payload);
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> store(std::vector<JournalMessage> batch);
    [[nodiscard]] std::vector<JournalMessage> next_batch();
    void note(const BatchOutcome& outcome);

    Context& context_;
    std::unique_ptr<Journal> journal_;
    std::function<void(std::string)> tell_broken_;
    // Copies, because the bus's thread may not look at a configuration that is being replaced.
    const std::size_t queue_max_;
    const bool sync_meters_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::vector<JournalMessage> queue_;
    bool is_released_ = false;
    bool is_signalled_ = false;
    std::thread::id home_;
    std::atomic<std::size_t> waiting_{0};
    std::atomic<std::uint64_t> taken_in_{0};
    std::shared_ptr<bool> alive_ =
        std::make_shared<bool>(true);   // what is posted asks before it acts
    boost::asio::steady_timer signal_;  // never expires by itself; cancelling it wakes the loop
};

}  // namespace qk::daemon
