#include "daemon/http/system_routes.hpp"

#include "daemon/api/api.hpp"
#include "daemon/api/operations/system.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/upgrade_replay.hpp"
#include "plans/protocol/protocol.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
void SystemRoutes::add_routes(Router& router) {
    router.serve(operation::kShowHealth, kAnyone,
                 [this](const Call& call) { return health(call); });
    router.serve(operation::kShowReadiness, kAnyone,
                 [this](const Call& call) { return readiness(call); });
    router.serve(operation::kShowMetrics, kAnyone,
                 [this](const Call& call) { return metrics(call); });
    router.serve(operation::kShowApi, kAnyone, [this](const Call& call) { return openapi(call); });
    router.serve(operation::kShowProtocol, kAnyone,
                 [this](const Call& call) { return protocol(call); });
    router.serve(operation::kShowProtocolYaml, kAnyone,
                 [this](const Call& call) { return protocol_yaml(call); });
    router.serve(operation::kShowCaller, kEveryAccount,
                 [this](const Call& call) { return me(call); });
    router.serve(operation::kShowUpgrade, kReaders,
                 [this](const Call& call) { return upgrade(call); });
}

boost::asio::awaitable<ApiResponse> SystemRoutes::health(const Call&) {
    boost::json::object body;
    body["status"] = "ok";
    co_return answer_json(body);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::readiness(const Call& call) {
    boost::json::object body;
    const Health& health = context_.health;
    bool is_store_good = true;
    try {
        auto work = [](Session& db) { return is_answering(db); };
        is_store_good = co_await context_.store.read(work, call.reader());
    } catch (const std::exception&) {
        is_store_good = false;
    }
    if (!health.is_store_whole) is_store_good = false;  // by its check
    body["store"] = is_store_good;
    body["broker"] = health.is_broker_up;
    body["backlog"] = health.backlog;
    const bool is_ready = is_store_good && health.is_broker_up;
    body["ready"] = is_ready;
    co_return answer_json(body, is_ready ? 200 : 503);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::metrics(const Call& call) {
    const std::string who = context_.config->http.metrics;
    const bool may_read = call.caller || who == "all" || (who == "local" && call.request.is_local);
    if (!may_read) {
        ApiResponse refused =
            answer_problem(401, "运行计数只供本机或持令牌者读取", "for this host, or with a token");
        refused.headers.emplace_back("WWW-Authenticate", "Bearer");
        co_return refused;
    }
    context_.metrics.set(Gauge::kStorePending, static_cast<double>(context_.store.pending()));
    context_.metrics.set(Gauge::kStoreDecisions,
                         static_cast<double>(context_.store.decisions_begun()));
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

boost::asio::awaitable<ApiResponse> SystemRoutes::upgrade(const Call& call) {
    auto work = [](Session& db) { return last_upgrade_replay(db); };
    boost::json::object body;
    body["replayed"] = co_await context_.store.read(work, call.reader());
    // The examples name enterprises of every county.
    if (!call.caller->region.empty() && body["replayed"].is_object()) {
        body["replayed"].as_object()["examples"] = boost::json::array{};
    }
    co_return answer_json(body);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::openapi(const Call& call) {
    // No route is added while the daemon runs.
    if (openapi_.body.empty()) {
        openapi_ = static_text("application/json", plans::to_text(router_.openapi()));
    }
    co_return answer_static(call, openapi_);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::protocol(const Call& call) {
    if (protocol_.body.empty()) {
        protocol_ = static_text("application/json", plans::protocol_json_text());
    }
    co_return answer_static(call, protocol_);
}

boost::asio::awaitable<ApiResponse> SystemRoutes::protocol_yaml(const Call& call) {
    if (protocol_yaml_.body.empty()) {
        protocol_yaml_ = static_text("application/yaml", plans::protocol_yaml_text());
    }
    co_return answer_static(call, protocol_yaml_);
}

}  // namespace qk::daemon
