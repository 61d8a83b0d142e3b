#include "sim/run/run_link.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cassert>

#include "plans/response/signing.hpp"
#include "plans/text/json.hpp"
#include "sim/run/app_config.hpp"

namespace qk::sim {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using rules::Instant;

// What is posted may post again; so often nothing must have been left to do before time moves.
constexpr int kQuietTurns = 8;
constexpr int kTurnsMax = 10'000'000;

}  // namespace

RunLink::RunLink(asio::io_context& io, const Stage& stage, World& world, Episode& episode,
                 const std::string& folder)
    : io_(io),
      stage_(stage),
      world_(world),
      episode_(episode),
      folder_(folder),
      clock_(stage.scenario.start),
      bus_(
          io.get_executor(), stage.scenario, clock_,
          [this](const std::string& topic, const std::string& payload) {
              reach_enterprise(topic, payload);
          },
          [this](const std::string& topic, const std::string& payload) {
              see_order(topic, payload);
          }) {}

rules::Result<std::unique_ptr<RunLink>> RunLink::create(asio::io_context& io, const Stage& stage,
                                                        World& world, Episode& episode,
                                                        const std::string& folder) {
    std::unique_ptr<RunLink> link(new RunLink(io, stage, world, episode, folder));
    const auto built = link->build_app();
    if (!built) return built.error();
    return link;
}

rules::Result<void> RunLink::build_app() {
    const daemon::Config config = config_of(stage_, folder_);
    const auto key = plans::SigningKey::from_seed(config.signing_seed);
    if (!key) return key.error();
    world_.trust({key->public_key_hex()});
    // What the daemon logs is not part of the transcript: it may change with every release.
    daemon::AppPorts ports{.clock = clock_, .bus = bus_, .gateway = gateway_, .driven = &clock_};
    auto app = daemon::App::create(io_, config, ports);
    if (!app) return app.error();
    app_ = std::move(*app);
    return {};
}

awaitable<void> RunLink::start() {
    co_await app_->start();
    co_await settle();
}

awaitable<void> RunLink::restart_app() {
    co_await app_->stop();
    app_.reset();
    const auto built = build_app();
    // The same configuration has been good before.
    assert(built);
    co_await start();
}

awaitable<void> RunLink::stop() { co_await app_->stop(); }

awaitable<ApiReply> RunLink::call(ApiCall call) {
    daemon::ApiRequest request;
    request.method = std::move(call.method);
    request.target = std::move(call.target);
    request.body = std::move(call.body);
    request.content_type = std::move(call.content_type);
    request.authorization = "Bearer " + token_of(call.who);
    request.idempotency_key = std::move(call.idempotency_key);
    request.remote = "simulation";
    daemon::ApiResponse response = co_await app_->api(std::move(request));
    ApiReply reply;
    reply.status = response.status;
    reply.body = std::move(response.body);
    co_return reply;
}

void RunLink::send(Outgoing message) {
    bus_.send(std::move(message.topic), std::move(message.payload));
}

awaitable<void> RunLink::settle() {
    int quiet = 0;
    for (int turn = 0; quiet < kQuietTurns && turn < kTurnsMax; ++turn) {
        bus_.let_arrive();
        co_await asio::post(io_, asio::use_awaitable);
        quiet = app_->is_idle() && bus_.is_quiet() ? quiet + 1 : 0;
    }
}

awaitable<void> RunLink::advance(Instant now) {
    const auto& restarts = stage_.scenario.faults.daemon_restarts;
    if (restarts_done_ < restarts.size() && restarts[restarts_done_] <= now) {
        ++restarts_done_;
        co_await restart_app();
    }
    while (clock_.step(now)) co_await settle();
    co_await settle();
}

void RunLink::reach_enterprise(const std::string& topic, const std::string& payload) {
    const auto member = world_.find(enterprise_in(topic));
    if (!member) return;
    const Delivery delivery = world_.deliver(*member, payload, clock_.now());
    episode_.saw_delivery(*member, delivery);
}

void RunLink::see_order(const std::string& topic, const std::string& payload) {
    const auto member = world_.find(enterprise_in(topic));
    const auto order = plans::parse_json(payload, "order");
    if (!member || !order) {
        episode_.ledger().violations.push_back("an order that nobody can read, on " + topic);
        return;
    }
    OrderSeen seen;
    seen.enterprise = *member;
    seen.order = plans::string_or(*order, "order");
    seen.warning = plans::string_or(*order, "warning");
    seen.revision = static_cast<std::int64_t>(plans::number_or(*order, "revision", 0));
    episode_.saw_order(seen);
}

}  // namespace qk::sim
