// The real Fetcher: libcurl on a thread of its own, so that certificates, proxies, redirects and
// compression are dealt with by who knows them. One document at a time.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "daemon/ports.hpp"

namespace qk::daemon {

inline constexpr long kRedirectsMax = 5;

class CurlFetcher : public Fetcher {
 public:
    CurlFetcher();
    ~CurlFetcher() override;
    [[nodiscard]] boost::asio::awaitable<rules::Result<std::string>> fetch(
        Request request) override;
    // What is under way ends at once, and nothing is fetched any more.
    void stop();

 private:
    boost::asio::thread_pool thread_{1};
    std::atomic<bool> is_stopping_{false};
};

}  // namespace qk::daemon
