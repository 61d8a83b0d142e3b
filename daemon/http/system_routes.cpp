#include "daemon/http/system_routes.hpp"

#include "daemon/metrics.hpp"
#include "daemon/routes.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

Route open_route(const std::string& pattern, const std::string& summary, Handler handler) {
    Route route;
    route.method = "GET";
    route.pattern = pattern;
    route.summary = summary;
    route.handler = std::move(handler);
    return route;
}

}  // namespace

void SystemRoutes::add_routes(Router& router) {
    router.add(open_route("/healthz", "进程是否存活 / is the process alive",
                          [this](const Call& call) { return health(call); }));
    router.add(open_route("/readyz", "是否可以工作 / is it ready to work",
                          [this](const Call& call) { return readiness(call); }));
    router.add(open_route("/metrics", "运行计数（Prometheus） / counters for Prometheus",
                          [this](const Call& call) { return metrics(call); }));
    router.add(open_route("/api/v1/openapi.json", "接口描述 / description of this API",
                          [this](const Call& call) { return openapi(call); }));
    std::set<Role> everybody = all_readers();
    everybody.insert(Role::kFeed);
    add_route(router, {"GET", "/api/v1/me", "本人账号与角色 / whose token this is", {}, {}},
              std::move(everybody), [this](const Call& call) { return me(call); });
}

boost::asio::awaitable<ApiResponse> SystemRoutes::health(const Call&) {
    boost::json::object body;
    body["status"] = "ok";
    co_return answer_json(body);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::readiness(const Call&) {
    boost::json::object body;
    const bool is_broker_up = context_.metrics.value(Gauge::kBrokerUp) > 0;
    bool is_store_good = true;
    try {
        auto work = [](SQLite::Database& db) { return db.execAndGet("SELECT 1").getInt() == 1; };
        is_store_good = co_await context_.store.transact(work);
    } catch (const std::exception&) {
        is_store_good = false;
    }
    body["store"] = is_store_good;
    body["broker"] = is_broker_up;
    body["ready"] = is_store_good && is_broker_up;
    co_return answer_json(body, is_store_good && is_broker_up ? 200 : 503);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::metrics(const Call&) {
    context_.metrics.set(Gauge::kStorePending, static_cast<double>(context_.store.pending()));
    ApiResponse response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = context_.metrics.text();
    co_return response;
}

boost::asio::awaitable<ApiResponse> SystemRoutes::me(const Call& call) {
    boost::json::array roles;
    boost::json::array role_names;
    for (const Role role : call.caller->roles) {
        roles.push_back(boost::json::string(to_text(role)));
        role_names.push_back(boost::json::string(to_chinese(role)));
    }
    boost::json::array positions;
    for (const std::string& position : call.caller->positions) positions.emplace_back(position);
    boost::json::object body;
    body["id"] = call.caller->id;
    body["name"] = call.caller->name;
    body["roles"] = std::move(roles);
    body["roles_zh"] = std::move(role_names);
    body["positions"] = std::move(positions);
    body["region"] = call.caller->region;
    co_return answer_json(body);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::openapi(const Call&) {
    co_return answer_json(router_.openapi());
}

}  // namespace qk::daemon
