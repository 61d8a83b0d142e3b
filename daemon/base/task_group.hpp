// Coroutines with an owner: nothing runs that nobody waits for.
//
// spawn() starts a task; cancel() asks all to end; join() resumes when all have ended. A task that
// ends with an error other than its cancellation is told to `on_failure` with its name. Used on one
// executor; must be joined before it is destroyed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <list>
#include <string>

namespace qk::daemon {

// The words of an exception, for the log.
[[nodiscard]] std::string what_of(const std::exception_ptr& why);

class TaskGroup {
 public:
    using OnFailure = std::function<void(const std::string& task, std::exception_ptr why)>;

    TaskGroup(boost::asio::any_io_executor executor, OnFailure on_failure);
    ~TaskGroup();
    TaskGroup(const TaskGroup&) = delete;
    TaskGroup& operator=(const TaskGroup&) = delete;

    // A task spawned after cancel() is not started.
    void spawn(std::string name, boost::asio::awaitable<void> task);
    void cancel();
    [[nodiscard]] boost::asio::awaitable<void> join();
    [[nodiscard]] std::size_t running() const { return running_; }

 private:
    struct Task {
        std::string name;
        boost::asio::cancellation_signal signal;
        bool has_ended = false;
    };
    void ended(Task& task, std::exception_ptr why);

    boost::asio::any_io_executor executor_;
    OnFailure on_failure_;
    std::list<Task> tasks_;
    std::size_t running_ = 0;
    bool is_cancelled_ = false;
    boost::asio::steady_timer all_ended_;  // never expires by itself
};

}  // namespace qk::daemon
