// A clock that moves only when asked: for exercises and replays ([clock] mode = "driven") and for
// simulated time. Sleepers are resumed in order of their time, then in the order they lay down.
//
// now() may be called from any thread; all else belongs to the one executor of the sleepers.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "daemon/base/ports.hpp"

namespace qk::daemon {

class ManualClock : public Clock {
 public:
    explicit ManualClock(rules::Instant start) : now_(start.time_since_epoch().count()) {}

    [[nodiscard]] rules::Instant now() const override {
        return rules::Instant{std::chrono::seconds{now_.load()}};
    }
    [[nodiscard]] boost::asio::awaitable<void> sleep_until(rules::Instant when) override;

    // When the next sleeper wants to be woken, if there is one.
    [[nodiscard]] std::optional<rules::Instant> next_due() const;
    // Moves to the next sleeper's time if that is not after `limit`, and wakes everybody who is due
    // then. False: nobody is due by `limit`; time then stands at `limit`. The caller lets what was
    // woken run before it asks again. Never moves back.
    bool step(rules::Instant limit);

 private:
    struct Sleeper {
        explicit Sleeper(boost::asio::any_io_executor executor);
        boost::asio::steady_timer signal;  // never expires by itself; cancelling it wakes
        bool is_woken = false;
    };

    std::atomic<std::int64_t> now_;
    std::uint64_t lain_down_ = 0;
    std::map<std::pair<rules::Instant, std::uint64_t>, std::shared_ptr<Sleeper>> sleepers_;
};

}  // namespace qk::daemon
