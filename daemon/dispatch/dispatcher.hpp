// Makes the broker hold what the orders table says, again and again, until it does (指令下发), and
// the phone list hold whoever has not answered in time.
//
// At most one publication of an enterprise is on its way, and each is loaded afresh from the table,
// so an older revision can never follow a newer one. What the broker does not take is tried again
// after a pause that doubles up to a limit. Nothing is kept in memory that a restart would miss.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/context.hpp"
#include "daemon/dispatch/orders.hpp"

namespace qk::daemon {

class Router;
class TaskGroup;

inline constexpr std::chrono::minutes kReminderEvery{5};

class Dispatcher {
 public:
    Dispatcher(Context& context, MessageBus& bus);

    void start(TaskGroup& tasks);
    void add_routes(Router& router);
    // The link to the broker went up or down; on the daemon's executor.
    void on_link(bool is_up);
    // The broker has lost what it was given: every order goes out again, and whoever holds it
    // already repeats the receipts that may have been lost with it.
    void on_forgotten();
    // Orders have changed: look again.
    void wake();

    [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }

 private:
    struct Pause {
        std::chrono::seconds length{0};
        rules::Instant until{};
    };
    [[nodiscard]] boost::asio::awaitable<void> publish_loop();
    [[nodiscard]] boost::asio::awaitable<void> listen_loop();
    [[nodiscard]] boost::asio::awaitable<void> retry_loop();
    [[nodiscard]] boost::asio::awaitable<void> reminder_loop();
    [[nodiscard]] boost::asio::awaitable<void> store_acknowledged();
    [[nodiscard]] boost::asio::awaitable<void> ask_all();
    [[nodiscard]] boost::asio::awaitable<void> publish_wanted();
    void publish(StoredOrder order);
    void finished(const std::string& enterprise, bool is_acknowledged);

    Context& context_;
    MessageBus& bus_;
    bool is_up_ = false;
    bool is_forgotten_ = false;  // by the broker; not yet acted on
    std::uint64_t wakes_ = 0;
    std::map<std::string, StoredOrder> in_flight_;
    std::vector<StoredOrder> acknowledged_;
    std::map<std::string, Pause> pauses_;
    std::shared_ptr<bool> alive_ =
        std::make_shared<bool>(true);   // what is posted asks before it acts
    boost::asio::steady_timer signal_;  // never expire by themselves; cancelling wakes a loop
    boost::asio::steady_timer retry_signal_;
};

}  // namespace qk::daemon
