// What other programs ask of the daemon itself: alive, ready, counters, a description of its API.
#pragma once

#include "daemon/api/answers.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;

class SystemRoutes {
 public:
    SystemRoutes(Context& context, const Router& router) : context_(context), router_(router) {}
    void add_routes(Router& router);

 private:
    // 200 as long as requests are answered at all.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> health(const Call& call);
    // 503 with what is missing: broker, storage, inventory.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> readiness(const Call& call);
    // For whom http.metrics says.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> metrics(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> openapi(const Call& call);
    // The protocol over MQTT that vendors are given.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> protocol(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> protocol_yaml(const Call& call);
    // Who the token belongs to and what that person may do.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> me(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> upgrade(const Call& call);

    Context& context_;
    const Router& router_;
    // Written once, when they are first asked for.
    StaticText openapi_;
    StaticText protocol_;
    StaticText protocol_yaml_;
};

}  // namespace qk::daemon
