// The real PeerLink: http_call.hpp on threads of its own. A peer that hangs holds up a thread for
// as long as a call may take, and no other part of the daemon.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <chrono>

#include "daemon/base/ports.hpp"

namespace qk::daemon {

inline constexpr std::chrono::seconds kPeerDeadline{15};
inline constexpr std::size_t kPeerAnswerBytesMax = std::size_t{64} << 10;

class CurlPeerLink : public PeerLink {
 public:
    CurlPeerLink() = default;
    ~CurlPeerLink() override;
    [[nodiscard]] boost::asio::awaitable<PeerReply> hand_over(PeerRequest request) override;
    // What is under way ends at once, and nothing is sent any more.
    void stop();

 private:
    boost::asio::thread_pool threads_{4};
    std::atomic<bool> is_stopping_{false};
};

}  // namespace qk::daemon
