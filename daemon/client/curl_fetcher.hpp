// The real Fetcher: http_call.hpp on threads of its own. Some documents at a time, so that a server
// that hangs holds up its own pull only.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "daemon/base/ports.hpp"

namespace qk::daemon {

inline constexpr int kRedirectsMax = 3;

class CurlFetcher : public Fetcher {
 public:
    CurlFetcher();
    ~CurlFetcher() override;
    [[nodiscard]] boost::asio::awaitable<rules::Result<std::string>> fetch(
        Request request) override;
    // What is under way ends at once, and nothing is fetched any more.
    void stop();

 private:
    boost::asio::thread_pool threads_{4};
    std::atomic<bool> is_stopping_{false};
};

}  // namespace qk::daemon
