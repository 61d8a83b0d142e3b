// How many calls of one person run at the same time: a program or a page in a loop leaves the
// daemon to the others. What is beyond waits in the order in which it came, and where too much
// waits already it is told to come again later.
//
// Used on one executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace qk::daemon {

// Of one person; a browser with many windows stays far below.
inline constexpr std::size_t kCallsWaitingPerPersonMax = 200;

class CallShares {
    struct Waiter;
    struct Lines;

 public:
    CallShares();

    // A call's place; gives it back at its end.
    class Slot {
     public:
        Slot() = default;  // none
        Slot(std::shared_ptr<Lines> lines, std::string person, std::shared_ptr<Waiter> waiter);
        ~Slot();
        Slot(Slot&& other) noexcept = default;
        Slot& operator=(Slot&& other) noexcept = delete;
        [[nodiscard]] explicit operator bool() const { return lines_ != nullptr; }

     private:
        std::shared_ptr<Lines> lines_;
        std::string person_;
        std::shared_ptr<Waiter> waiter_;  // none: it runs and has never waited
    };

    // A slot for a call that may run without waiting, as nearly every one may; else none.
    [[nodiscard]] Slot take_now(const std::string& person, std::size_t at_once);

    // Resumes when the call may run, with its slot; with none where too many wait.
    [[nodiscard]] boost::asio::awaitable<Slot> take(std::string person, std::size_t at_once);

    // Calls of the person that run.
    [[nodiscard]] std::size_t running(const std::string& person) const;

 private:
    std::shared_ptr<Lines> lines_;  // calls may outlive this
};

}  // namespace qk::daemon
