#include "daemon/api/upload_reader.hpp"

#include <boost/asio/thread_pool.hpp>

#include "daemon/access/caller_proof.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/api/upload_room.hpp"
#include "daemon/base/on_thread.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

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
        if (tell_full_) tell_full_(std::string(address_in(remote)));
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
    co_await run_on(thread_->pool, std::move(job));
}

}  // namespace qk::daemon
