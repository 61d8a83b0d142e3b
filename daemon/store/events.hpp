// The event feed: what the console and other listeners are told, in order, resumable by number.
//
// An event is written in the transaction of the change it tells of; wake() after the commit lets
// the listeners read on. Nothing is kept in memory but the wish to be woken.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct Event {
    std::int64_t number = 0;
    rules::Instant at{};
    std::string kind;  // "warning.issued", "receipt", "verdict", "forecast", ...
    boost::json::value data;
};

inline constexpr std::size_t kEventsKeptMax = 100'000;

std::int64_t append_event(Session& db, rules::Instant at, const std::string& kind,
                          const boost::json::value& data);
// The number of the last one; 0: none.
[[nodiscard]] std::int64_t newest_event(Session& db);
// Events after `number`, oldest first, at most `limit`.
[[nodiscard]] std::vector<Event> events_after(Session& db, std::int64_t number, std::size_t limit);

// Used on the daemon's executor only. A listener notes wakes() before it reads the table and then
// waits for more than that, so an event written between its reading and its waiting is not slept
// through:
//     const auto seen = feed.wakes();  ... events_after(...) ...;  co_await feed.next(seen);
class EventFeed {
 public:
    explicit EventFeed(boost::asio::any_io_executor executor);
    void wake();
    [[nodiscard]] std::uint64_t wakes() const { return wakes_; }
    // Resumes once wakes() is above `seen`; returns early when the awaiter is cancelled, whose next
    // await then throws.
    [[nodiscard]] boost::asio::awaitable<void> next(std::uint64_t seen);

 private:
    std::uint64_t wakes_ = 0;
    boost::asio::steady_timer
        signal_;  // never expires by itself; cancelling it wakes all listeners
};

}  // namespace qk::daemon
