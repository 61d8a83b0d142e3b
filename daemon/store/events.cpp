#include "daemon/store/events.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/parse.hpp>

#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

std::int64_t append_event(Session& db, rules::Instant at, const std::string& kind,
                          const boost::json::value& data) {
    db.exec("INSERT INTO events(at, kind, data) VALUES(?, ?, ?)", at.time_since_epoch().count(),
            kind, plans::with_unseen_shown(plans::to_text(data)));
    const std::int64_t number = db.last_id();
    db.exec("DELETE FROM events WHERE number <= ?",
            number - static_cast<std::int64_t>(kEventsKeptMax));
    return number;
}

std::int64_t newest_event(Session& db) {
    return db.count("SELECT coalesce(max(number), 0) FROM events");
}

std::vector<Event> events_after(Session& db, std::int64_t number, std::size_t limit) {
    std::vector<Event> events;
    Statement read(db,
                   "SELECT number, at, kind, data FROM events WHERE number > ? "
                   "ORDER BY number LIMIT ?",
                   number, limit);
    while (read.next()) {
        Event event;
        event.number = read.integer(0);
        event.at = rules::Instant{std::chrono::seconds{read.integer(1)}};
        event.kind = read.text(2);
        event.data = boost::json::parse(read.text(3));
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
