// The Link of simulated time: the daemon's whole application in this process, on a manual clock and
// the ports of sim_bus. Time moves only when nothing is left to do, so that the same seed gives the
// same run.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "daemon/app.hpp"
#include "sim/run/sim_bus.hpp"
#include "sim/story/episode.hpp"
#include "sim/story/link.hpp"
#include "sim/story/stage.hpp"

namespace qk::sim {

class RunLink : public Link {
 public:
    // `folder`: where the store lies when the scenario restarts the daemon; empty: in memory.
    [[nodiscard]] static rules::Result<std::unique_ptr<RunLink>> create(boost::asio::io_context& io,
                                                                        const Stage& stage,
                                                                        World& world,
                                                                        Episode& episode,
                                                                        const std::string& folder);

    [[nodiscard]] boost::asio::awaitable<void> start();
    [[nodiscard]] boost::asio::awaitable<ApiReply> call(ApiCall call) override;
    void send(Outgoing message) override;
    [[nodiscard]] boost::asio::awaitable<void> settle() override;
    [[nodiscard]] boost::asio::awaitable<void> advance(rules::Instant now) override;
    [[nodiscard]] boost::asio::awaitable<void> stop();

 private:
    RunLink(boost::asio::io_context& io, const Stage& stage, World& world, Episode& episode,
            const std::string& folder);
    [[nodiscard]] rules::Result<void> build_app();
    [[nodiscard]] boost::asio::awaitable<void> restart_app();
    void reach_enterprise(const std::string& topic, const std::string& payload);
    void see_order(const std::string& topic, const std::string& payload);

    boost::asio::io_context& io_;
    const Stage& stage_;
    World& world_;
    Episode& episode_;
    std::string folder_;
    daemon::ManualClock clock_;
    SimBus bus_;
    SimGatewayClient gateway_;
    std::unique_ptr<daemon::App> app_;
    std::size_t restarts_done_ = 0;
};

}  // namespace qk::sim
