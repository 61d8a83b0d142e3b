#include "daemon/store/events.hpp"

#include <SQLiteCpp/Statement.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>

#include "plans/text/json.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

std::int64_t append_event(SQLite::Database& db, rules::Instant at, const std::string& kind,
                          const boost::json::value& data) {
    SQLite::Statement insert(db, "INSERT INTO events(at, kind, data) VALUES(?, ?, ?)");
    insert.bind(1, static_cast<std::int64_t>(at.time_since_epoch().count()));
    insert.bind(2, kind);
    insert.bind(3, plans::to_text(data));
    insert.exec();
    const std::int64_t number = db.getLastInsertRowid();
    SQLite::Statement prune(db, "DELETE FROM events WHERE number <= ?");
    prune.bind(1, number - static_cast<std::int64_t>(kEventsKeptMax));
    prune.exec();
    return number;
}

std::vector<Event> events_after(SQLite::Database& db, std::int64_t number, std::size_t limit) {
    std::vector<Event> events;
    SQLite::Statement read(db,
                           "SELECT number, at, kind, data FROM events WHERE number > ? "
                           "ORDER BY number LIMIT ?");
    read.bind(1, number);
    read.bind(2, static_cast<std::int64_t>(limit));
    while (read.executeStep()) {
        Event event;
        event.number = read.getColumn(0).getInt64();
        event.at = rules::Instant{std::chrono::seconds{read.getColumn(1).getInt64()}};
        event.kind = read.getColumn(2).getString();
        event.data = boost::json::parse(read.getColumn(3).getString());
        events.push_back(std::move(event));
    }
    return events;
}

EventFeed::EventFeed(asio::any_io_executor executor) : signal_(std::move(executor)) {
    signal_.expires_at(asio::steady_timer::time_point::max());
}

void EventFeed::wake() {
    ++wakes_;
    signal_.cancel();
}

asio::awaitable<void> EventFeed::next(std::uint64_t seen) {
    if (wakes_ > seen) co_return;
    boost::system::error_code woken;
    co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

}  // namespace qk::daemon
