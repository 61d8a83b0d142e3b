// The way of a call to the gateways of [duty] hooks, which send the SMS or dial (值班电话、短信).
// Each is sent again until it is taken, with pauses that grow; gateways are served side by side and
// in order. Before every attempt the matters are looked at again: what was answered or taken over
// meanwhile is left out, and a call of which nothing is left is dropped. It carries an id, so that
// a gateway that gets it twice calls once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <optional>
#include <string>

#include "daemon/base/ports.hpp"
#include "daemon/roster/duty_call_rows.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/send_lane.hpp"

namespace qk::daemon {

class TaskGroup;

inline constexpr std::size_t kCallsAtOnce = 8;
inline constexpr std::chrono::seconds kCallRetryFirst{10};
inline constexpr std::chrono::seconds kCallRetryMost{300};
// A call names so many of its matters in words.
inline constexpr std::size_t kCallLinesMost = 20;

class DutyCalls {
 public:
    // `view`: what duty is decided on, now.
    DutyCalls(Context& context, GatewayClient& gateway, std::function<DutyView()> view);

    void start(TaskGroup& tasks);
    // New calls are stored.
    void wake() { lane_.wake(); }
    [[nodiscard]] bool is_idle() const { return lane_.is_idle(); }

 private:
    [[nodiscard]] SendWays<WaitingCall> ways();
    [[nodiscard]] boost::asio::awaitable<void> deliver(WaitingCall waiting);

    Context& context_;
    GatewayClient& gateway_;
    std::function<DutyView()> view_;
    SendLane<WaitingCall> lane_;  // by gateway
};

// What a gateway gets; empty: nothing of it waits any more.
[[nodiscard]] std::optional<std::string> call_body(Session& db, const DutyView& view,
                                                   std::int64_t call);
[[nodiscard]] std::string call_id(std::int64_t call);

}  // namespace qk::daemon
