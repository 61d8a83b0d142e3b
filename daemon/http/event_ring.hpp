// The newest events, read once and written out once, however many listen to them.
//
// follow() reads what was committed whenever the event feed wakes, as long as somebody listens, and
// wakes the listeners. A listener that is behind the ring reads the store itself (read_events).
// Used on the daemon's executor only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "daemon/http/parked.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/county_view.hpp"
#include "daemon/store/events.hpp"

namespace qk::daemon {

inline constexpr std::size_t kEventsInRingMax = 1'000;
inline constexpr std::size_t kListenersWokenAtOnce = 64;

// One event as it is sent to a caller of the whole region, and what tells whether others hear it.
struct ToldEvent {
    Event event;
    EventSubject subject;
    std::string text;
};
using ToldEvents = std::vector<std::shared_ptr<const ToldEvent>>;

// "id: …\nevent: …\ndata: …\n\n".
[[nodiscard]] std::string to_stream_text(const Event& event, rules::Zone zone);
// Those after `number`, oldest first.
[[nodiscard]] ToldEvents read_events(Session& db, std::int64_t number, std::size_t limit,
                                     rules::Zone zone);

class EventRing : public std::enable_shared_from_this<EventRing> {
 public:
    explicit EventRing(Context& context);

    // Begins anew behind `newest`: nobody has listened for a while.
    void restart(std::int64_t newest);
    // Reads on at each wake of the event feed, while listeners() says that there are any.
    [[nodiscard]] boost::asio::awaitable<void> follow(std::function<bool()> has_listeners);

    using Events = std::deque<std::shared_ptr<const ToldEvent>>;
    // The next ones after `number`, at most `limit`; empty: none yet. Only where holds(number), and
    // until something is waited for.
    struct Range {
        Events::const_iterator first;
        Events::const_iterator last;
    };
    [[nodiscard]] Range after(std::int64_t number, std::size_t limit) const;
    // Whether everything after `number` that was read is here.
    [[nodiscard]] bool holds(std::int64_t number) const { return number >= from_; }

    // Wakes the listeners, with news or without; a slice of them at a time, so that others are
    // served in between.
    void wake();
    [[nodiscard]] std::uint64_t wakes() const { return wakes_; }
    // Resumes at the next wake.
    [[nodiscard]] boost::asio::awaitable<void> next() { return listeners_.park(); }
    // Nobody is woken any more; who waits is dropped.
    void close();
    [[nodiscard]] bool is_closed() const { return is_closed_; }

 private:
    [[nodiscard]] boost::asio::awaitable<bool> read_on();
    void wake_some();

    Context& context_;
    Parked listeners_;
    std::uint64_t wakes_ = 0;
    std::size_t to_wake_ = 0;  // the first so many of the listeners
    bool is_closed_ = false;
    std::int64_t from_ = 0;  // all events above it and up to to_ are in the ring
    std::int64_t to_ = 0;
    Events events_;
};

}  // namespace qk::daemon
