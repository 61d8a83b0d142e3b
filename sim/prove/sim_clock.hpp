// The daemon's clock in a day that may set it wrong: true time and how far it is off. Its other
// clock only runs. Who sleeps meanwhile is woken after as much time as it asked for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "daemon/app.hpp"

namespace qk::sim {

class SimClock : public daemon::Clock {
 public:
    explicit SimClock(daemon::ManualClock& true_time) : true_time_(true_time) {}

    void set_off(std::chrono::seconds off) { off_ = off; }  // negative: it is behind
    [[nodiscard]] bool is_off() const { return off_.count() != 0; }

    [[nodiscard]] rules::Instant now() const override { return true_time_.now() + off_; }
    [[nodiscard]] std::chrono::seconds running() const override {
        return true_time_.now().time_since_epoch();
    }
    [[nodiscard]] boost::asio::awaitable<void> sleep_until(rules::Instant when) override {
        return true_time_.sleep_until(when - off_);
    }

 private:
    daemon::ManualClock& true_time_;
    std::chrono::seconds off_{0};
};

}  // namespace qk::sim
