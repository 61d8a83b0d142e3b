// Something that is asked for faster than it can be done: those who ask while one is waiting are
// served by that one. At most one waits, and one begins at most once in `gap`.
//
// Used on one executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

namespace qk::daemon {

class Gathered {
 public:
    Gathered(boost::asio::any_io_executor executor, std::chrono::milliseconds gap,
             std::function<void()> serve);

    // Served within `gap`, and never in this call.
    void ask();
    // Who waits is not served any more.
    void stop();

 private:
    boost::asio::steady_timer timer_;
    std::chrono::milliseconds gap_;
    std::function<void()> serve_;
    bool is_waiting_ = false;
    bool is_stopped_ = false;
};

}  // namespace qk::daemon
