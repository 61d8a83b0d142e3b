// A queue of messages to one kind of receiver outside: orders beside the broker, tasks, notices,
// calls of the duty room. What waits stands in rows; each is begun when it is due, so many at once
// as may, none twice, and one that hangs delays no other. Looked at again whenever something was
// committed, one has ended, or the next comes due.
//
// A row says what it is (`key`: only one of each runs) and from when it may be tried again (`due`);
// how it is sent, and what is noted of it, is the owner's. On the daemon's executor only.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/clock_watch.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

// Of messages to one receiver: an attempt of which nothing was heard, because the daemon ended, is
// made again after this; one that has had its share of the day, after that.
inline constexpr std::chrono::seconds kSendUnheard{60};
inline constexpr std::chrono::seconds kSendTooOften{3600};

template <class Row>
struct SendWays {
    std::string name;     // of the lane, among the tasks
    std::string attempt;  // of one attempt
    // Rows that wait, those due first; `limit` leaves room for those under way. On a reader.
    std::function<std::vector<Row>(Session&, std::size_t limit)> waiting;
    std::function<std::string(const Row&)> key;
    std::function<rules::Instant(const Row&)> due;
    std::chrono::seconds longest_pause{};  // a time farther ahead is that of a clock set back
    std::function<std::size_t()> at_once;
    std::function<boost::asio::awaitable<void>(Row)> send;
    // Where nothing can be sent: after what time to look again. None: there is a way.
    std::function<std::optional<std::chrono::seconds>()> closed_for{};
    bool heeds_events = true;  // looks again after every commit that tells of something
};

template <class Row>
class SendLane {
 public:
    SendLane(Context& context, SendWays<Row> ways)
        : context_(context), ways_(std::move(ways)), ended_(context.executor) {}

    void start(TaskGroup& tasks) { tasks.spawn(ways_.name, run(tasks)); }
    // New rows are stored.
    void wake() { ended_.wake(); }
    [[nodiscard]] bool is_idle() const { return !is_looking_ && under_way_.empty(); }

 private:
    // Gives its place back, however the attempt ends.
    class Place {
     public:
        Place(SendLane& lane, std::string key) : lane_(lane), key_(std::move(key)) {}
        ~Place() {
            lane_.under_way_.erase(key_);
            lane_.ended_.wake();
        }
        Place(const Place&) = delete;
        Place& operator=(const Place&) = delete;

     private:
        SendLane& lane_;
        std::string key_;
    };

    [[nodiscard]] boost::asio::awaitable<void> run(TaskGroup& tasks) {
        for (;;) {
            const std::uint64_t seen = context_.events.wakes();
            const std::uint64_t seen_ended = ended_.wakes();
            is_looking_ = true;
            const std::optional<rules::Instant> next = co_await begin_due(tasks);
            is_looking_ = false;
            co_await wait(seen, seen_ended, next);
        }
    }

    [[nodiscard]] boost::asio::awaitable<void> wait(std::uint64_t seen, std::uint64_t seen_ended,
                                                    std::optional<rules::Instant> next) {
        using boost::asio::experimental::awaitable_operators::operator||;
        if (ways_.heeds_events && next) {
            co_await (context_.events.next(seen) || ended_.next(seen_ended) ||
                      context_.clock.sleep_until(*next));
        } else if (ways_.heeds_events) {
            co_await (context_.events.next(seen) || ended_.next(seen_ended));
        } else if (next) {
            co_await (ended_.next(seen_ended) || context_.clock.sleep_until(*next));
        } else {
            co_await ended_.next(seen_ended);
        }
    }

    // When the next is due that is not under way.
    [[nodiscard]] boost::asio::awaitable<std::optional<rules::Instant>> begin_due(
        TaskGroup& tasks) {
        const std::size_t at_once = ways_.at_once();
        // Those under way may stand among the first.
        auto read = [this, at_once](Session& db) { return ways_.waiting(db, 2 * at_once); };
        const std::vector<Row> waiting = co_await context_.store.read(std::move(read));
        const rules::Instant now = context_.clock.now();
        const auto closed = ways_.closed_for ? ways_.closed_for() : std::nullopt;
        if (closed && waiting.empty()) co_return std::nullopt;
        if (closed) co_return now + *closed;
        std::optional<rules::Instant> next;
        for (const Row& row : waiting) {
            std::string key = ways_.key(row);
            if (under_way_.contains(key)) continue;
            const rules::Instant due = ways_.due(row);
            if (!is_over(due, now, ways_.longest_pause)) {
                next = next ? std::min(*next, due) : due;
                continue;
            }
            // Where all places are taken, the end of one is waited for and no time.
            if (under_way_.size() >= at_once) co_return std::nullopt;
            under_way_.insert(key);
            tasks.spawn(ways_.attempt, carry_out(row, std::move(key)));
        }
        co_return next;
    }

    [[nodiscard]] boost::asio::awaitable<void> carry_out(Row row, std::string key) {
        const Place place(*this, std::move(key));
        co_await ways_.send(std::move(row));
    }

    Context& context_;
    SendWays<Row> ways_;
    std::set<std::string> under_way_;
    bool is_looking_ = false;
    EventFeed ended_;  // woken when one has ended
};

}  // namespace qk::daemon
