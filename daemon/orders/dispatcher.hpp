// Makes the broker hold what the orders table says, again and again, until it does (指令下发), and
// the phone list hold whoever has not answered in time.
//
// At most one publication of an enterprise is on its way, and each is loaded afresh from the table,
// so an older revision can never follow a newer one. What the broker does not take is tried again
// after a pause that doubles up to a limit. What it refuses is set aside in the table, with its
// reason, and holds up nobody; cut_finder.hpp tells which order makes it end the link. Nothing is
// kept in memory that a restart would miss.
//
// The table is walked in order of enterprise from `after_` on; what comes to be wanted behind that
// place is seen on the next walk, which every change of the table begins.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/orders/cut_finder.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;
class TaskGroup;

inline constexpr std::chrono::minutes kReminderEvery{5};
inline constexpr std::size_t kRemovalsMax = 10'000;  // topics waiting to be emptied

class Dispatcher {
 public:
    Dispatcher(Context& context, MessageBus& bus);

    void start(TaskGroup& tasks);
    // Who has not answered in time is put on the phone list; begins once all receipts that were
    // received are stored.
    void start_reminders(TaskGroup& tasks);
    void add_routes(Router& router);
    // The link for orders went up or down; on the daemon's executor.
    void on_link(bool is_up);
    // Orders have changed: look at all of them again.
    void wake();
    // The present order goes out again, though not before `when`. It is asked for in the table.
    void restore(const std::string& enterprise, rules::Instant when);
    // Nothing shall be retained on this topic.
    void remove(const std::string& topic, rules::Instant when);

    [[nodiscard]] bool is_up() const { return is_up_; }
    // As of the last look at the table: whose order the broker has not acknowledged, and whether
    // nothing is left to send but what it refused.
    [[nodiscard]] std::size_t unpublished() const { return unpublished_; }
    [[nodiscard]] bool is_all_out() const {
        return unpublished_ <= set_aside_ && in_flight_.empty();
    }
    // Whose orders the broker has acknowledged since the link is up.
    [[nodiscard]] const std::set<std::string>& acknowledged_on_link() const { return on_link_; }

 private:
    struct Pause {
        std::chrono::seconds length{0};
        rules::Instant until{};
        [[nodiscard]] bool is_over(rules::Instant now) const;
    };
    struct Round;
    [[nodiscard]] boost::asio::awaitable<void> publish_loop();
    [[nodiscard]] boost::asio::awaitable<void> listen_loop();
    [[nodiscard]] boost::asio::awaitable<void> alarm(rules::Instant when);
    [[nodiscard]] boost::asio::awaitable<void> reminder_loop();
    [[nodiscard]] boost::asio::awaitable<void> do_round();
    void begin_round(Round& round);
    void end_round(Round& round);
    void publish_loaded(Round& round, bool has_changed);
    [[nodiscard]] bool may_go_now(const std::string& enterprise, rules::Instant now,
                                  bool is_suspect) const;
    void publish(StoredOrder order);
    void publish_removals();
    void removed(const std::string& topic, bool is_taken);
    void finished(const std::string& enterprise, PublishAnswer answer);
    void note_cuts();
    void pause(const SentOrder& order);
    void wake_at(rules::Instant when);
    void log_refused(const SentOrder& order);
    void turn();  // the publish loop looks again

    Context& context_;
    MessageBus& bus_;
    bool is_up_ = false;
    rules::Instant linked_at_{};
    std::uint64_t wakes_ = 0;
    std::map<std::string, SentOrder> in_flight_;
    // Answered, and not yet in the table.
    std::vector<SentOrder> acknowledged_;
    std::vector<SentOrder> refused_;
    std::set<std::string> settling_;
    std::vector<SentOrder> cut_;  // on their way when the link ended
    int cut_reason_ = 0;
    std::set<std::string> on_link_;
    std::map<std::string, Pause> pauses_;
    std::map<std::string, rules::Instant> removals_;
    std::set<std::string> removing_;
    CutFinder cuts_;
    std::size_t unpublished_ = 0;
    std::size_t set_aside_ = 0;
    // The walk through the table.
    std::string after_;
    bool is_walked_ = false;
    std::uint64_t changes_ = 0;  // of the table, for the walk
    std::optional<rules::Instant> next_refused_;
    TaskGroup* tasks_ = nullptr;
    std::set<rules::Instant> alarms_;
    std::shared_ptr<bool> alive_ =
        std::make_shared<bool>(true);   // what is posted asks before it acts
    boost::asio::steady_timer signal_;  // never expires by itself; cancelling it wakes the loop
};

}  // namespace qk::daemon
