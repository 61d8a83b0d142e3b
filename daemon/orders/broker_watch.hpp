// Holds the broker to its word (消息服务器核查): what it holds of our orders against the table, at
// each connect and as others change it; what it drops; and why a link could not be made or ended,
// in words. What it does about orders it asks of the Dispatcher.
//
// Nothing is concluded from a session that the broker has or has not: the comparison is made at
// each connect, so a link or a process that ends before it is done begins it anew.
#pragma once

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/orders/order_watch.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

class Dispatcher;
class TaskGroup;
struct Message;

inline constexpr std::size_t kHeldQueueMax = 100'000;  // documents waiting to be compared
inline constexpr std::size_t kHeldQueueBytesMax = 64U << 20U;
inline constexpr std::size_t kHeldPerTransactionMax = 1000;
inline constexpr std::chrono::seconds kAskAllPause{60};  // after documents that were not compared

class BrokerWatch {
 public:
    BrokerWatch(Context& context, Dispatcher& dispatcher);
    void start(TaskGroup& tasks);

    // Of one thread at a time, and in the order in which it happened: what the broker held before
    // the link ended says nothing of what it holds on the next one.
    void on_held(MessageBus::Held held);
    void on_held_all(bool is_known);
    void on_orders_link(bool is_up);
    // On the daemon's executor.
    void on_link(LinkState state);
    void on_trouble(const LinkTrouble& trouble);
    // What the broker has dropped since it was started, and how long ago that was; 0: it does not
    // say.
    struct Dropped {
        std::uint64_t total = 0;
        std::uint64_t uptime = 0;
    };
    void on_dropped(Dropped dropped);

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    // What was told and is not yet dealt with: documents, or, when there are none, that they were
    // all.
    struct Told {
        std::vector<MessageBus::Held> documents;
        bool is_all = false;      // the broker has told everything
        bool is_unknown = false;  // it does not let us ask
        std::uint64_t link = 0;   // on which
    };
    [[nodiscard]] Told next_told();
    [[nodiscard]] boost::asio::awaitable<void> compare(Told told);
    void begin_link(std::uint64_t link);
    [[nodiscard]] boost::asio::awaitable<void> restore(std::vector<std::string> tampered,
                                                       rules::Instant now);
    [[nodiscard]] boost::asio::awaitable<void> look_again(rules::Instant when);
    [[nodiscard]] bool is_time_for_what_overflowed();
    [[nodiscard]] boost::asio::awaitable<void> ask_for_missing(std::uint64_t link);
    [[nodiscard]] boost::asio::awaitable<void> ask_for_all(const Message& message);
    [[nodiscard]] boost::asio::awaitable<void> note_dropped(Dropped dropped);
    [[nodiscard]] boost::asio::awaitable<void> tell_take_overs(std::size_t count);
    void wake();
    void wake_from_any_thread();

    Context& context_;
    Dispatcher& dispatcher_;
    std::mutex mutex_;  // of what other threads tell
    std::vector<MessageBus::Held> queue_;
    std::size_t queue_bytes_ = 0;
    bool has_overflowed_ = false;
    Told told_all_;  // without documents
    bool is_up_ = false;
    // The same as the executor has heard it: until then the dispatcher counts what an earlier link
    // acknowledged.
    bool heard_up_ = false;
    std::uint64_t heard_link_ = 0;

    bool is_signalled_ = false;
    std::uint64_t compared_link_ = 0;  // on which the two below were told
    std::set<std::string> held_;       // enterprises whose order the broker holds
    std::size_t outdated_ = 0;
    rules::Instant overflow_next_{};
    TaskGroup* tasks_ = nullptr;
    std::optional<Dropped> dropped_;  // told and not yet noted
    std::size_t take_overs_ = 0;      // the same
    // With which reason either connection was refused last; empty: it came up since.
    std::array<std::optional<int>, 2> refused_with_;
    RestorePace pace_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    boost::asio::steady_timer signal_;  // never expires by itself; cancelling it wakes the loop
};

}  // namespace qk::daemon
