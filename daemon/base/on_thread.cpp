#include "daemon/base/on_thread.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

// Starts a job on the thread and completes on the awaiter's own executor.
class StartOnThread {
 public:
    StartOnThread(asio::thread_pool& pool, std::function<void()> job)
        : pool_(&pool), job_(std::move(job)) {}

    template <class Handler>
    void operator()(Handler handler) {
        auto home = asio::get_associated_executor(handler);
        auto guard = asio::make_work_guard(home);
        auto step = [job = std::move(job_), home, guard = std::move(guard),
                     handler = std::move(handler)]() mutable {
            job();
            job = nullptr;
            asio::post(home, std::move(handler));
        };
        asio::post(*pool_, std::move(step));
    }

 private:
    asio::thread_pool* pool_;
    std::function<void()> job_;
};

}  // namespace

asio::awaitable<void> run_on(asio::thread_pool& pool, std::function<void()> job) {
    std::exception_ptr why;
    std::function<void()> guarded = [&job, &why] {
        try {
            job();
        } catch (...) {
            why = std::current_exception();
        }
    };
    StartOnThread start(pool, std::move(guarded));
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start),
                                                                         asio::use_awaitable);
    if (why) std::rethrow_exception(why);
}

}  // namespace qk::daemon
