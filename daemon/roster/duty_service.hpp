// The duty service (值班): keeps the roster, follows up what waits for people, calls them, and
// takes hand-overs. It looks at everything when something has happened, when a step of a ladder
// comes due, and once an hour; all that it knows is in the database, so that a restart goes on
// where it was.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <functional>
#include <memory>

#include "daemon/base/ports.hpp"
#include "daemon/roster/duty_calls.hpp"
#include "daemon/roster/matter_sources.hpp"
#include "daemon/roster/roster_registry.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

// What happens by the thousand is looked at together; somebody must be called within five seconds
// all the same.
inline constexpr std::chrono::seconds kPassPause{3};
inline constexpr std::chrono::hours kPassEvery{1};

class DutyService {
 public:
    DutyService(Context& context, GatewayClient& gateway);

    void add_routes(Router& router);
    // The roster; before anything runs on the store's thread.
    void restore() { registry_.restore(); }
    // Begins once all receipts that were received are stored: nobody is called who has answered.
    void start(TaskGroup& tasks);
    // A new configuration is in force.
    [[nodiscard]] boost::asio::awaitable<void> reloaded();
    [[nodiscard]] bool is_idle() const { return calls_.is_idle(); }

    // Of the situation: who is on duty, what waits, and the gaps of the roster.
    // On the executor; what it gives reads on any session.
    [[nodiscard]] std::function<boost::json::object(Session&)> situation() const;
    // The desk as it is now: people, roster, ladders.
    [[nodiscard]] DutyView view() const { return duty_view(context_, registry_.current()); }

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    // When to look again; empty: when something happens.
    [[nodiscard]] boost::asio::awaitable<std::optional<rules::Instant>> pass();

    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> hand_in_roster(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> act(Call call, int kind);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> give(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> take(Call call);
    void add_roster_routes(Router& router);
    void add_matter_routes(Router& router);
    void add_handover_routes(Router& router);

    Context& context_;
    RosterRegistry registry_;
    DutyCalls calls_;
    EventFeed acted_;  // wakes run()
    std::size_t beyond_ = 0;
};

}  // namespace qk::daemon
