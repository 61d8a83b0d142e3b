// Coroutines that wait until they are resumed by hand, in the order in which they came. Hundreds
// can wait so without a timer each, and whoever resumes them says how many at a time.
//
// Used on one executor. Those that still wait when this is destroyed are destroyed with it.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

namespace qk::daemon {

class Parked {
 public:
    // Resumes when it is its turn in resume_one().
    [[nodiscard]] boost::asio::awaitable<void> park() {
        return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
            Park(waiting_), boost::asio::use_awaitable);
    }
    // Runs the one that has waited longest, here, until it waits for something again. False: nobody
    // waits.
    bool resume_one() {
        if (waiting_.empty()) return false;
        const std::unique_ptr<Waiter> first = std::move(waiting_.front());
        waiting_.pop_front();
        first->resume();
        return true;
    }
    [[nodiscard]] std::size_t size() const { return waiting_.size(); }
    [[nodiscard]] bool empty() const { return waiting_.empty(); }
    // None of them is ever resumed.
    void forget() { const auto gone = std::exchange(waiting_, {}); }

 private:
    struct Waiter {
        virtual ~Waiter() = default;
        virtual void resume() = 0;
    };
    template <class Handler>
    struct WaiterOf : Waiter {
        explicit WaiterOf(Handler of) : handler(std::move(of)) {}
        void resume() override {
            Handler resumed = std::move(handler);
            std::move(resumed)();
        }
        Handler handler;
    };
    using Line = std::deque<std::unique_ptr<Waiter>>;

    // A class with a constructor, because g++ 12 destroys aggregates twice in a statement that
    // awaits.
    class Park {
     public:
        explicit Park(Line& line) : line_(line) {}
        template <class Handler>
        void operator()(Handler handler) {
            line_.push_back(std::make_unique<WaiterOf<Handler>>(std::move(handler)));
        }

     private:
        Line& line_;
    };

    Line waiting_;
};

}  // namespace qk::daemon
