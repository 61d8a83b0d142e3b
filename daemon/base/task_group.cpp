#include "daemon/base/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

bool is_cancellation(const std::exception_ptr& why) {
    try {
        std::rethrow_exception(why);
    } catch (const boost::system::system_error& error) {
        return error.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

std::string what_of(const std::exception_ptr& why) {
    try {
        std::rethrow_exception(why);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception of unknown kind";
    }
}

TaskGroup::TaskGroup(asio::any_io_executor executor, OnFailure on_failure)
    : executor_(executor), on_failure_(std::move(on_failure)), all_ended_(executor) {
    all_ended_.expires_at(asio::steady_timer::time_point::max());
}

TaskGroup::~TaskGroup() { assert(running_ == 0 && "join a task group before it goes"); }

void TaskGroup::spawn(std::string name, asio::awaitable<void> task) {
    if (is_cancelled_) return;
    // Those that have ended are cleared away here and not when they end, because their signal is
    // then still in use.
    tasks_.remove_if([](const Task& old) { return old.has_ended; });
    Task& mine = tasks_.emplace_back();
    mine.name = std::move(name);
    ++running_;
    auto when_ended = [this, &mine](std::exception_ptr why) { ended(mine, std::move(why)); };
    asio::co_spawn(executor_, std::move(task),
                   asio::bind_cancellation_slot(mine.signal.slot(), std::move(when_ended)));
}

void TaskGroup::ended(Task& task, std::exception_ptr why) {
    task.has_ended = true;
    --running_;
    if (running_ == 0) all_ended_.cancel();
    if (why && !is_cancellation(why)) on_failure_(task.name, std::move(why));
}

void TaskGroup::cancel() {
    is_cancelled_ = true;
    for (Task& task : tasks_) {
        if (!task.has_ended) task.signal.emit(asio::cancellation_type::terminal);
    }
}

asio::awaitable<void> TaskGroup::join() {
    while (running_ > 0) {
        boost::system::error_code woken;
        co_await all_ended_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

}  // namespace qk::daemon
