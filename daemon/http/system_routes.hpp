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
    // Who the token belongs to and what that person may do.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> me(const Call& call);

    Context& context_;
    const Router& router_;
    StaticText openapi_;  // written once, when it is first asked for
};

}  // namespace qk::daemon
