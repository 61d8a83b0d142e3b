#include "daemon/api/upload_reader.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/api/upload_room.hpp"

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

struct UploadReader::Thread {
    asio::thread_pool pool{1};
};

UploadReader::UploadReader(StoreMode mode) {
    if (mode == StoreMode::kOwnThread) thread_ = std::make_unique<Thread>();
}

UploadReader::~UploadReader() {
    if (thread_) thread_->pool.join();
}

UploadReader::Admission UploadReader::admit(const std::string& remote) {
    Admission admission;
    if (*count_ >= kUploadsWaitingMax) {
        admission.refused = answer_no_room(UploadRoom::Full::kOfAll);
        if (tell_full_) tell_full_(remote);
        return admission;
    }
    ++*count_;
    admission.place = std::shared_ptr<void>(count_.get(), [count = count_](void*) { --*count; });
    return admission;
}

UploadReader& upload_reader_of_caller() {
    static UploadReader reader(StoreMode::kInline);
    return reader;
}

asio::awaitable<void> UploadReader::run_job(std::function<void()> job) {
    if (!thread_) {
        job();
        co_return;
    }
    StartOnThread start(thread_->pool, std::move(job));
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start),
                                                                         asio::use_awaitable);
}

}  // namespace qk::daemon
