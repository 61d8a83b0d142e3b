// The real GatewayClient: a webhook over http or https (Boost.Beast), or a local command
// (exec:/path).
//
// A webhook is one POST with the signature in X-Qingkong-Signature (hex Ed25519 over the body) and
// the message's id in Idempotency-Key; 2xx means taken. A command gets the body on standard input
// and the other two as QINGKONG_SIGNATURE and QINGKONG_ID; exit code 0 means taken. Plain http is
// for loopback only. Each delivery ends within kDeliveryDeadline; redirects are not followed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>

#include "daemon/base/ports.hpp"

namespace qk::daemon {

inline constexpr std::chrono::seconds kDeliveryDeadline{10};
inline constexpr std::size_t kGatewayAnswerBytesMax = 64 * 1024;

class HttpGatewayClient : public GatewayClient {
 public:
    explicit HttpGatewayClient(
        boost::asio::any_io_executor executor);  // ignores SIGPIPE from then on
    [[nodiscard]] boost::asio::awaitable<std::string> deliver(GatewayMessage message) override;

 private:
    boost::asio::any_io_executor executor_;
    // Names are looked up here: one that no server answers for must not hold up the others.
    boost::asio::thread_pool names_{8};
};

}  // namespace qk::daemon
