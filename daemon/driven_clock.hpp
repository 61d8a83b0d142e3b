// Driven time ([clock] mode = "driven"): replays and exercises move the daemon's clock over the
// API.
//
// POST /api/v1/clock {"now": T} resumes everything that falls due up to T in its order, letting
// each finish before time moves on, and answers when all is done. Time never goes back, and is kept
// over a restart. A real clock only answers GET.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"
#include "daemon/manual_clock.hpp"

namespace qk::daemon {

class DrivenClock {
 public:
    struct Work {
        std::function<bool()> is_idle;
        std::function<std::uint64_t()> messages_taken_in;
    };
    // `clock` is null when time is real.
    DrivenClock(Context& context, ManualClock* clock, Work work);

    // Moves a driven clock to where it stood when the daemon was last stopped.
    void restore();
    void add_routes(Router& router);

 private:
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post(const Call& call);
    [[nodiscard]] boost::asio::awaitable<void> settle();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> answer();

    Context& context_;
    ManualClock* clock_;
    Work work_;
    bool is_moving_ = false;
};

}  // namespace qk::daemon
