// Reads what people and machines upload: on a thread of its own, off the event loop and outside any
// transaction, so that nobody waits for a file of somebody else's.
//
// One upload is read at a time; the others wait in a short line, and who comes beyond is told to
// come again. In simulated time and in tests the work runs where it is asked for.
//
// g++ 12: name the lambda before the co_await.
//     auto work = [&] { return plans::read_forecast(bytes, file, given); };
//     auto feed = co_await reader.run(std::move(work));
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/store/mode.hpp"

namespace qk::daemon {

inline constexpr std::size_t kUploadsWaitingMax = 16;

class UploadReader {
 public:
    explicit UploadReader(StoreMode mode);
    ~UploadReader();
    UploadReader(const UploadReader&) = delete;
    UploadReader& operator=(const UploadReader&) = delete;

    struct Admission {
        std::shared_ptr<void> place;         // held until the upload is answered
        std::optional<ApiResponse> refused;  // 503, with when to come again
    };
    [[nodiscard]] Admission admit(const std::string& remote = {});
    // Told of each one that is not admitted, and where it came from.
    void on_full(std::function<void(const std::string& remote)> tell) {
        tell_full_ = std::move(tell);
    }

    // Runs the work and gives its answer; what it throws reaches the awaiter.
    template <class Work>
    [[nodiscard]] auto run(Work work) -> boost::asio::awaitable<std::invoke_result_t<Work&>>;

 private:
    struct Thread;
    [[nodiscard]] boost::asio::awaitable<void> run_job(std::function<void()> job);

    std::shared_ptr<std::size_t> count_ = std::make_shared<std::size_t>(0);
    std::unique_ptr<Thread> thread_;  // none: inline
    std::function<void(const std::string& remote)> tell_full_;
};

// One that reads where it is asked: for tests and simulated time.
[[nodiscard]] UploadReader& upload_reader_of_caller();

template <class Work>
auto UploadReader::run(Work work) -> boost::asio::awaitable<std::invoke_result_t<Work&>> {
    std::exception_ptr failure;
    std::optional<std::invoke_result_t<Work&>> answer;
    std::function<void()> job = [&work, &failure, &answer] {
        try {
            answer.emplace(work());
        } catch (...) {
            failure = std::current_exception();
        }
    };
    co_await run_job(std::move(job));
    if (failure) std::rethrow_exception(failure);
    co_return std::move(*answer);
}

}  // namespace qk::daemon
