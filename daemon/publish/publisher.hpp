// Publication: messages for everybody to read (CAP, Atom, public page), and their delivery to
// gateways (SMS, media) through a Courier, again and again until taken.
//
// The messages are written by the decision itself; nothing here decides. A delivery that failed
// waits longer each time, at most kDeliveryRetryMax; a gateway gets messages in order. A parcel
// carries the message's identifier, so that a gateway that took it but whose answer was lost can
// recognise the repeat.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"
#include "daemon/ports.hpp"

namespace qk::daemon {

class TaskGroup;

inline constexpr std::chrono::seconds kDeliveryRetryFirst{10};
inline constexpr std::chrono::seconds kDeliveryRetryMax{600};
inline constexpr std::size_t kFeedEntriesMax = 100;

// Pause before the next attempt: doubles from the first to the longest.
[[nodiscard]] std::chrono::seconds delivery_pause(int attempts_made);

class Publisher {
 public:
    Publisher(Context& context, Courier& courier);

    void add_routes(Router& router);
    void start(TaskGroup& tasks);
    // Delivers what is due whenever a decision was committed or a retry comes due; ends when
    // cancelled.
    [[nodiscard]] boost::asio::awaitable<void> run();
    // Nothing is being delivered just now.
    [[nodiscard]] bool is_idle() const { return !is_delivering_; }

 private:
    // Answers when the next delivery is due.
    [[nodiscard]] boost::asio::awaitable<std::optional<rules::Instant>> deliver_due();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> public_page() const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> feed() const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> message(std::string file) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> notices(Call call) const;

    Context& context_;
    Courier& courier_;
    bool is_delivering_ = false;
};

}  // namespace qk::daemon
