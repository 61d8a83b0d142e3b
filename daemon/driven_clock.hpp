// Driven time ([clock] mode = "driven"): replays and exercises move the daemon's clock over the
// API.
//
// POST /api/v1/clock {"now": T} resumes everything that falls due up to T in its order, letting
// each finish before time moves on, and answers when all is done. Time never goes back, and is kept
// over a restart. One move is at most kMoveMost, and a stop interrupts it: time then stands where
// it was. A real clock only answers GET. The answer counts the messages taken in by this run of the
// program, and `run` tells one run from the next: who compares two counts compares that too.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>

#include "daemon/base/manual_clock.hpp"
#include "daemon/service/context.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;

// A season in one move. What is meant for longer is a wrong year, and would turn the executor for
// hours.
inline constexpr std::chrono::hours kMoveMost{400 * 24};

class DrivenClock {
 public:
    struct Work {
        std::function<bool()> is_idle;
        std::function<std::uint64_t()> messages_taken_in;
    };
    // `clock` is null when time is real.
    DrivenClock(Context& context, ManualClock* clock, Work work);

    // Counts the run, and moves a driven clock to where it stood when the daemon was last stopped.
    // A kept time that is none is a refusal.
    [[nodiscard]] rules::Result<void> restore();
    void add_routes(Router& router);
    // A move that is under way ends where it stands; none is begun any more.
    void stop() { is_stopping_ = true; }

 private:
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post(const Call& call);
    [[nodiscard]] boost::asio::awaitable<void> settle();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> answer();

    Context& context_;
    ManualClock* clock_;
    Work work_;
    std::int64_t run_ = 0;  // so many times has a daemon been started on this store
    bool is_moving_ = false;
    bool is_stopping_ = false;
};

}  // namespace qk::daemon
