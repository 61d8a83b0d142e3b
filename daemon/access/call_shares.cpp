#include "daemon/access/call_shares.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace qk::daemon {

namespace asio = boost::asio;

struct CallShares::Waiter {
    explicit Waiter(const asio::any_io_executor& executor) : signal(executor) {
        signal.expires_at(asio::steady_timer::time_point::max());
    }
    asio::steady_timer signal;  // cancelled when it may run
    bool may_run = false;
};

struct CallShares::Lines {
    struct Line {
        std::size_t running = 0;
        std::deque<std::shared_ptr<Waiter>> waiting;
    };
    std::map<std::string, Line> of_people;

    // The end of a call, or of its waiting.
    void leave(const std::string& person, const std::shared_ptr<Waiter>& waiter) {
        const auto found = of_people.find(person);
        Line& line = found->second;
        if (waiter && !waiter->may_run) {
            std::erase(line.waiting, waiter);
        } else if (line.waiting.empty()) {
            --line.running;
        } else {  // the next has its place
            const auto next = line.waiting.front();
            line.waiting.pop_front();
            next->may_run = true;
            next->signal.cancel();
        }
        if (line.running == 0 && line.waiting.empty()) of_people.erase(found);
    }
};

CallShares::CallShares() : lines_(std::make_shared<Lines>()) {}

CallShares::Slot::Slot(std::shared_ptr<Lines> lines, std::string person,
                       std::shared_ptr<Waiter> waiter)
    : lines_(std::move(lines)), person_(std::move(person)), waiter_(std::move(waiter)) {}

CallShares::Slot::~Slot() {
    if (lines_) lines_->leave(person_, waiter_);
}

CallShares::Slot CallShares::take_now(const std::string& person, std::size_t at_once) {
    Lines::Line& line = lines_->of_people[person];
    if (line.running >= at_once) return {};
    ++line.running;
    return {lines_, person, nullptr};
}

asio::awaitable<CallShares::Slot> CallShares::take(std::string person, std::size_t at_once) {
    if (Slot slot = take_now(person, at_once)) co_return slot;
    Lines::Line& line = lines_->of_people[person];
    if (line.waiting.size() >= kCallsWaitingPerPersonMax) co_return Slot{};
    auto waiter = std::make_shared<Waiter>(co_await asio::this_coro::executor);
    line.waiting.push_back(waiter);
    Slot slot(lines_, person, waiter);
    boost::system::error_code woken;
    co_await waiter->signal.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    // Cancelled: the caller has gone.
    if (!waiter->may_run) throw boost::system::system_error(asio::error::operation_aborted);
    co_return slot;
}

std::size_t CallShares::running(const std::string& person) const {
    const auto line = lines_->of_people.find(person);
    return line == lines_->of_people.end() ? 0 : line->second.running;
}

}  // namespace qk::daemon
