// The event feed: what the console and other listeners are told, in order, resumable by number.
//
// An event is written in the transaction of the change it tells of; wake() after the commit lets the
// listeners read on. Nothing is kept in memory but the wish to be woken.
#pragma once

#include <SQLiteCpp/Database.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::daemon {

struct Event {
    std::int64_t number = 0;
    rules::Instant at{};
    std::string kind;  // "warning.issued", "receipt", "verdict", "forecast", ...
    boost::json::value data;
};

inline constexpr std::size_t kEventsKeptMax = 100'000;

std::int64_t append_event(SQLite::Database& db, rules::Instant at, const std::string& kind,
                          const boost::json::value& data);
// Events after `number`, oldest first, at most `limit`.
[[nodiscard]] std::vector<Event> events_after(SQLite::Database& db, std::int64_t number,
                                              std::size_t limit);

class EventFeed {
 public:
    explicit EventFeed(boost::asio::any_io_executor executor);
    void wake();
    // Resumes at the next wake().
    [[nodiscard]] boost::asio::awaitable<void> next();

 private:
    boost::asio::steady_timer signal_;  // never expires by itself; cancel_one per listener wakes it
};

}  // namespace qk::daemon
