// /api/v1/events: the event feed as server-sent events, resumable by Last-Event-ID.
//
// A listener that gives no number starts with what happens next; one that gives a number is sent all that
// came after it and is still kept. Every 15 seconds without an event a comment goes out, so that dead
// connections are noticed; start_heartbeat() runs that on the network's own time, not the daemon's clock.
#pragma once

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"
#include "daemon/task_group.hpp"

namespace qk::daemon {

inline constexpr std::size_t kEventsPerPieceMax = 500;

class EventStream {
 public:
    explicit EventStream(Context& context) : context_(context) {}
    void add_routes(Router& router);
    void start_heartbeat(TaskGroup& tasks);

 private:
    [[nodiscard]] boost::asio::awaitable<ApiResponse> open(const Call& call);
    [[nodiscard]] boost::asio::awaitable<void> beat();

    Context& context_;
};

}  // namespace qk::daemon
