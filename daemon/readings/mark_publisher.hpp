// Tells enterprises up to where their messages are durable here: a retained message for each, on
// qingkong/1/REGION/ENTERPRISE/durable.
//
// Orders come first: nothing is sent while one waits for the broker, and only a few marks are on
// their way at once. An enterprise is told at most once a second, of all its queues. At each
// connect all marks are told again, because the broker may have lost them. What the broker refuses
// is not sent again until the next mark or connect; where links end again and again while marks are
// on their way, none is sent for a while, lest they cost the orders their link.
//
// Each is signed with the bureau's key as it leaves, outside of any transaction and not more than
// kMarksPerRoundMax a second, so that ten thousand of them cost the store's thread nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/base/message_sequence.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

class TaskGroup;

inline constexpr std::chrono::seconds kMarkEvery{1};
inline constexpr std::size_t kMarksPerRoundMax = 1000;  // that are loaded at once
inline constexpr std::size_t kMarksOnTheWayMax = 8;     // so long an order may have to wait
inline constexpr int kMarkCutsMax = 3;
inline constexpr std::chrono::minutes kMarkRest{60};

class MarkPublisher {
 public:
    // `may_send`: no order waits.
    MarkPublisher(Context& context, MessageBus& bus, std::function<bool()> may_send);

    void start(TaskGroup& tasks);
    // The link for orders went up or down; on the daemon's executor, like all below.
    void on_link(bool is_up);
    void raised(const std::set<std::string>& enterprises);

    [[nodiscard]] std::uint64_t published() const { return published_; }

 private:
    struct Telling {
        std::string enterprise;
        std::string topic;
        std::vector<SpoolMark> marks;
    };
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> load_round();
    void send_more();
    void answered(const std::string& enterprise, PublishAnswer answer);
    [[nodiscard]] bool has_work() const;
    [[nodiscard]] bool may_go_now() const;

    Context& context_;
    MessageBus& bus_;
    std::function<bool()> may_send_;
    bool is_up_ = false;
    std::set<std::string> due_;
    bool is_walking_ = false;  // through all of them, after a connect
    std::string after_;        // the walk's place
    std::deque<Telling> tellings_;
    std::size_t on_the_way_ = 0;
    std::uint64_t link_ = 0;
    int cuts_ = 0;  // links that ended under a mark, in a row
    rules::Instant rests_until_{};
    bool has_told_refusal_ = false;  // of this link
    std::uint64_t published_ = 0;
    std::shared_ptr<bool> alive_ =
        std::make_shared<bool>(true);   // what is posted asks before it acts
    boost::asio::steady_timer signal_;  // never expires by itself; cancelling it wakes the loop
};

}  // namespace qk::daemon
