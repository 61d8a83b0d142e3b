// A small HTTP/1.1 client for calling the daemon's API: one connection kept alive, one call at a
// time.
//
// Plain HTTP only: the simulator talks to a daemon on loopback. A call that finds the connection
// closed is tried once more on a new one; every call has a deadline.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "rules/base/result.hpp"

namespace qk::sim {

struct HttpRequest {
    std::string method = "GET";
    std::string target;
    std::string body;
    std::string content_type = "application/json";
    std::string token;            // bearer; empty: none
    std::string idempotency_key;  // of writes; may be empty
};

struct HttpAnswer {
    int status = 0;  // 0: no answer, and `body` says why
    std::string body;
};

struct HttpOrigin {
    std::string host;
    std::uint16_t port = 80;
};
// "http://127.0.0.1:8080" and nothing else.
[[nodiscard]] rules::Result<HttpOrigin> parse_origin(const std::string& url);

class HttpClient {
 public:
    HttpClient(boost::asio::any_io_executor executor, HttpOrigin origin);
    ~HttpClient();

    [[nodiscard]] boost::asio::awaitable<HttpAnswer> call(HttpRequest request,
                                                          std::chrono::seconds deadline);

 private:
    struct Connection;
    boost::asio::awaitable<HttpAnswer> exchange(const HttpRequest& request,
                                                std::chrono::seconds deadline);

    boost::asio::any_io_executor executor_;
    HttpOrigin origin_;
    std::unique_ptr<Connection> connection_;
};

}  // namespace qk::sim
