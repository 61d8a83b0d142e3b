// The scheduled pull (定时抓取): each [[forecasts.pull]] of the configuration is fetched at its
// interval, counted from midnight of the region, and at the start of the daemon, and taken in like
// a forecast that was pushed.
//
// A fetch that fails is tried again after limits.retry_first, twice as long each time up to
// limits.retry_max; so is a document that is refused, because a server may not have finished it.
// One that says the same as the last is not stored again, so a service that stands still goes
// stale. GET /api/v1/forecasts/pulls shows how each stands.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "daemon/air/air_intake.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;
class TaskGroup;

inline constexpr std::size_t kPullBytesMax = 64 * 1024 * 1024;

// The url with {yyyy} {mm} {dd} {hh} filled in.
[[nodiscard]] std::string url_at(const std::string& url, rules::Instant now, rules::Zone zone);
// The next full interval after midnight of the region.
[[nodiscard]] rules::Instant next_pull(rules::Instant now, std::chrono::minutes every,
                                       rules::Zone zone);

class ForecastPuller {
 public:
    // Without a fetcher (simulations) nothing is pulled.
    ForecastPuller(Context& context, AirIntake& air, Fetcher* fetcher);

    void add_routes(Router& router);
    void start(TaskGroup& tasks);

 private:
    struct Pull {
        ForecastPull wanted;
        std::optional<rules::Instant> tried;
        std::optional<rules::Instant> taken;     // last time that something new was stored
        std::optional<rules::Instant> answered;  // last time that it was in order
        std::string state = "waiting";  // "waiting", "taken", "unchanged", "failed", "refused"
        std::string why;
        int failures = 0;  // in a row
        std::optional<rules::Instant> next;
    };
    [[nodiscard]] boost::asio::awaitable<void> run(std::shared_ptr<Pull> pull);
    [[nodiscard]] boost::asio::awaitable<void> try_once(Pull& pull);
    [[nodiscard]] rules::Instant next_after(const Pull& pull) const;
    [[nodiscard]] boost::json::array to_json() const;

    Context& context_;
    AirIntake& air_;
    Fetcher* fetcher_;
    std::vector<std::shared_ptr<Pull>> pulls_;
};

}  // namespace qk::daemon
