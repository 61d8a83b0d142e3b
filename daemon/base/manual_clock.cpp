#include "daemon/base/manual_clock.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace qk::daemon {

namespace asio = boost::asio;

ManualClock::Sleeper::Sleeper(asio::any_io_executor executor) : signal(std::move(executor)) {
    signal.expires_at(asio::steady_timer::time_point::max());
}

asio::awaitable<void> ManualClock::sleep_until(rules::Instant when) {
    if (when <= now()) co_return;
    auto executor = co_await asio::this_coro::executor;
    auto sleeper = std::make_shared<Sleeper>(std::move(executor));
    const auto place = std::make_pair(when, ++lain_down_);
    sleepers_.emplace(place, sleeper);
    boost::system::error_code ended;
    co_await sleeper->signal.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    if (!sleeper->is_woken) {
        sleepers_.erase(place);
        throw boost::system::system_error(asio::error::operation_aborted);
    }
}

std::optional<rules::Instant> ManualClock::next_due() const {
    if (sleepers_.empty()) return std::nullopt;
    return sleepers_.begin()->first.first;
}

bool ManualClock::step(rules::Instant limit) {
    const std::optional<rules::Instant> due = next_due();
    if (!due || *due > limit) {
        if (limit > now()) now_.store(limit.time_since_epoch().count());
        return false;
    }
    if (*due > now()) now_.store(due->time_since_epoch().count());
    while (!sleepers_.empty() && sleepers_.begin()->first.first <= *due) {
        const std::shared_ptr<Sleeper> sleeper = sleepers_.begin()->second;
        sleepers_.erase(sleepers_.begin());
        sleeper->is_woken = true;
        sleeper->signal.cancel();
    }
    return true;
}

}  // namespace qk::daemon
