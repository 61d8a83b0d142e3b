#include "sim/live/live.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>

namespace qk::sim {
namespace {

namespace asio = boost::asio;

asio::awaitable<void> play_and_leave(Episode& episode, LiveLink& link, std::string& failure) {
    failure = co_await link.connect();
    if (failure.empty()) co_await episode.play();
    link.disconnect();
    if (link.unheard() == 0) co_return;
    episode.ledger().violations.push_back(
        fmt::format("{} messages reached nobody: the daemon was not subscribed", link.unheard()));
}

}  // namespace

rules::Result<Ledger> play_live(const StageOptions& options, LiveOptions live, std::ostream& out) {
    const auto stage = set_stage(options);
    if (!stage) return stage.error();
    const Scenario& scenario = stage->scenario;
    out << fmt::format("seed {}: {}, {} to {}, {} enterprises\n", scenario.seed, scenario.name,
                       rules::to_iso(scenario.start, scenario.zone),
                       rules::to_iso(scenario.end, scenario.zone),
                       stage->inventory.enterprises.size())
        << std::flush;
    asio::io_context io(1);
    World world(stage->inventory, world_options_of(scenario));
    Episode episode(
        scenario, stage->weather, world, [&](rules::Instant now, const std::string& line) {
            out << rules::to_iso(now, scenario.zone) << ' ' << line << '\n' << std::flush;
        });
    live.run = scenario.seed;
    LiveLink link(io.get_executor(), std::move(live), world, episode);
    episode.connect(link);
    std::string failure;
    std::exception_ptr thrown;
    asio::co_spawn(io, play_and_leave(episode, link, failure),
                   [&thrown](std::exception_ptr ended) { thrown = ended; });
    io.run();
    if (thrown) std::rethrow_exception(thrown);
    if (!failure.empty()) return rules::refuse(failure, "a broker with room for all of them");
    out << to_text(episode.ledger())
        << fmt::format("  {:<14} {} clients, {} calls repeated\n", "live", link.clients(),
                       link.retries());
    return episode.ledger();
}

}  // namespace qk::sim
