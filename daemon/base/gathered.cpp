#include "daemon/base/gathered.hpp"

#include <utility>

namespace qk::daemon {

Gathered::Gathered(boost::asio::any_io_executor executor, std::chrono::milliseconds gap,
                   std::function<void()> serve)
    : timer_(std::move(executor)), gap_(gap), serve_(std::move(serve)) {}

void Gathered::ask() {
    if (is_stopped_ || std::exchange(is_waiting_, true)) return;
    timer_.expires_after(gap_);
    timer_.async_wait([this](const boost::system::error_code& ended) {
        if (ended || is_stopped_) return;  // its time may have come just before the stop
        is_waiting_ = false;
        serve_();
    });
}

void Gathered::stop() {
    is_stopped_ = true;
    timer_.cancel();
}

}  // namespace qk::daemon
