// Publication: messages for everybody to read (CAP, Atom, public page), and their delivery to
// gateways (SMS, media) through a GatewayClient, again and again until taken. Those of an exercise
// go to the gateways, marked as such, and to a feed for people who are logged in; the public sees
// none.
//
// The messages are written by the decision itself; nothing here decides. A delivery that failed
// waits longer each time, at most kDeliveryRetryMax; a gateway gets messages in order. Gateways are
// served side by side, so that one that hangs delays nobody but itself. A message
// carries the message's identifier, so that a gateway that took it but whose answer was lost can
// recognise the repeat.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/base/ports.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/send_lane.hpp"
#include "daemon/warnings/notice_rows.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

inline constexpr std::chrono::seconds kDeliveryRetryFirst{10};
inline constexpr std::chrono::seconds kDeliveryRetryMax{600};
// Deliveries under way at once, each to a gateway of its own.
inline constexpr std::size_t kDeliveriesAtOnce = 32;
inline constexpr std::size_t kFeedEntriesMax = 100;

// Pause before the next attempt: doubles from the first to the longest.
[[nodiscard]] std::chrono::seconds delivery_pause(int attempts_made);

class Publisher {
 public:
    Publisher(Context& context, GatewayClient& gateway);

    void add_routes(Router& router);
    void start(TaskGroup& tasks);
    // Nothing is being delivered just now.
    [[nodiscard]] bool is_idle() const { return lane_.is_idle(); }

 private:
    [[nodiscard]] SendWays<WaitingDelivery> ways();
    [[nodiscard]] boost::asio::awaitable<void> deliver(WaitingDelivery delivery);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> public_page(bool is_english) const;
    // Of the warnings for everybody, or of the exercises for those who are logged in.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> feed(bool exercise, std::string reader) const;
    // `is_public`: for everybody, and so never an exercise's.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> message(std::string identifier,
                                                              bool is_public,
                                                              std::string reader) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> notices(Call call) const;

    Context& context_;
    GatewayClient& gateway_;
    SendLane<WaitingDelivery> lane_;  // by gateway
};

}  // namespace qk::daemon
