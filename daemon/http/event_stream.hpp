// /api/v1/events: the event feed as server-sent events, resumable by Last-Event-ID.
//
// A listener that gives no number starts with what happens next; one that gives a number is sent
// all that came after it and is still kept. Every 15 seconds without an event a comment goes out,
// so that dead connections are noticed. Where what came after the number is no longer kept, an
// event "gap" says so: the listener reads the lists again. Who is of a part of the region does not
// hear of enterprises elsewhere (daemon/service/county_view.hpp). Events are read once for all
// listeners (event_ring.hpp). start_heartbeat() runs that on the network's own time, not the
// daemon's clock.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "daemon/base/task_group.hpp"
#include "daemon/http/event_ring.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;

inline constexpr std::size_t kEventsPerPieceMax = 500;
// Every listener costs a connection and a sending of each event: a desk with some windows open, and
// no more.
inline constexpr std::size_t kEventListenersPerPersonMax = 20;
inline constexpr std::size_t kEventListenersMax = 500;
static_assert(kEventListenersPerPersonMax < kEventListenersMax);

class EventStream {
 public:
    explicit EventStream(Context& context)
        : context_(context), ring_(std::make_shared<EventRing>(context)) {}
    ~EventStream();
    EventStream(const EventStream&) = delete;
    EventStream& operator=(const EventStream&) = delete;
    void add_routes(Router& router);
    void start(TaskGroup& tasks);
    void start_heartbeat(TaskGroup& tasks);
    // Those that wait look up and go on: the server is about to stop.
    void wake() { ring_->wake(); }

 private:
    [[nodiscard]] boost::asio::awaitable<ApiResponse> open(const Call& call);
    [[nodiscard]] boost::asio::awaitable<void> beat();

    Context& context_;
    std::shared_ptr<EventRing> ring_;  // listeners may outlive this
    // By person; shared with the answers that are being sent, which may outlive this.
    using Counts = std::map<std::string, std::size_t>;
    std::shared_ptr<Counts> listeners_ = std::make_shared<Counts>();
};

}  // namespace qk::daemon
