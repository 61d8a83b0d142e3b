// The HTTP server on Boost.Beast: HTTP/1.1 with keep-alive, TLS where a certificate is given, every
// limit named. It carries requests to one handler (App::api) and knows nothing of what they mean.
// Which heads are taken is said in head.hpp, who may hold a connection in slots.hpp, and whose call
// it is behind a proxy in forwarded.hpp.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/access/forwarded.hpp"
#include "daemon/api/call.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kHttpHeaderBytesMax = 16 * 1024;
inline constexpr std::uint64_t kHttpBodyBytesMax = std::uint64_t{64}
                                                   << 20;     // a large inventory workbook
inline constexpr std::chrono::seconds kHttpHeadTimeMax{10};   // for a handshake, and for a head
inline constexpr std::chrono::seconds kHttpReadTimeMax{30};   // for a body; longer for a long one
inline constexpr std::chrono::seconds kHttpIdleTimeMax{75};   // between two requests
inline constexpr std::chrono::seconds kHttpWriteTimeMax{60};  // a client that does not read
// After a refusal the rest of what the client sends is thrown away for so long, so that it can read
// why.
inline constexpr std::chrono::seconds kHttpDrainTimeMax{2};
inline constexpr std::size_t kHttpDrainBytesMax = std::size_t{4} << 20;
static_assert(kJsonBodyBytesMax < kHttpBodyBytesMax);
// Answers that wait for their readers, all together. Over it, the reader that has kept one waiting
// longest is cut off.
inline constexpr std::size_t kHttpUnreadBytesMax = std::size_t{256} << 20;

// What a client ran into; each is told to HttpOptions::on_trouble.
enum class HttpTrouble {
    kFull,          // one more came than connections_max; said anew once there has been room again
    kNoRoom,        // over connections_max: 503
    kAddressFull,   // one address holds too many, and all of them are busy: 503
    kPutOut,        // a connection without a request under way gave way to a newcomer
    kUnread,        // an answer was not read while too many waited to be
    kNoDescriptor,  // the system gives no descriptor for a connection that waits
    kNotHttp,       // 400, or a line or header too long: 431
    kTooLarge,      // 413
    kNoUploadRoom,  // a large body for which there is no room now: 429 or 503
    kTooSlow,       // 408
    kCut,           // the client went away within a request
};

struct HttpOptions {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0;        // 0: any free one; see port()
    std::string certificate_file;  // PEM; with both, the server speaks TLS 1.2 and later only
    std::string key_file;
    std::size_t connections_max = 2'000;
    // From one address; those of this host and of trusted proxies are not counted so.
    std::size_t connections_per_address = 64;
    TrustedProxies trusted;
    ForwardedField forwarded_field = ForwardedField::kXForwardedFor;
    std::size_t unread_bytes_max = kHttpUnreadBytesMax;
    // Whether a head shows a token that somebody has.
    std::function<bool(const ApiRequest&)> is_known;
    // Called at stop(), so that endless answers that wait for something look up and end.
    std::function<void()> wake_waiters;
    // How long a body this request may bring; asked when its head has come, the body is still
    // empty.
    std::function<std::uint64_t(const ApiRequest&)> body_bytes_max;
    std::function<void(HttpTrouble, const std::string& remote)> on_trouble;
};

class HttpServer {
 public:
    using Answer = std::function<boost::asio::awaitable<ApiResponse>(ApiRequest)>;

    // Binds and listens; a port in use or a bad certificate is a refusal.
    [[nodiscard]] static rules::Result<std::unique_ptr<HttpServer>> listen(
        boost::asio::any_io_executor executor, const HttpOptions& options, Answer answer);
    ~HttpServer();

    void start();
    // Connections from now on are made with these; when they cannot be used, the old ones stay.
    [[nodiscard]] rules::Result<void> reload_tls(const std::string& certificate_file,
                                                 const std::string& key_file);
    // No new connections; open ones are cut. Resumes when the last is gone.
    [[nodiscard]] boost::asio::awaitable<void> stop();

    [[nodiscard]] std::uint16_t port() const;

    struct Parts;  // of the implementation

 private:
    explicit HttpServer(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::daemon
