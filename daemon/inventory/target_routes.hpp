// County targets over the API: setting them, giving values that come from outside, and following
// all of them: PM2.5 by the observations in the store, electricity and emission by the readings of
// the county's meters and outlets. A value that was given goes before one of ours.
//
// A question only reads: what it had to count is held in memory and kept at the full hour.
#pragma once

#include <string>
#include <vector>

#include "daemon/inventory/county_days.hpp"
#include "daemon/service/context.hpp"
#include "plans/accounts/county_targets.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

// Targets of the counties whose codes begin with `region_prefix`; what is stored and no longer
// reads throws.
[[nodiscard]] std::vector<plans::CountyTarget> stored_targets(Session& db,
                                                              const std::string& region_prefix);

class TargetService {
 public:
    explicit TargetService(Context& context) : context_(context) {}
    void add_routes(Router& router);
    void start(TaskGroup& tasks);
    // Stores what was counted since the last time.
    [[nodiscard]] boost::asio::awaitable<void> keep_counted();

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_targets(const Call& call);
    [[nodiscard]] boost::asio::awaitable<std::size_t> count_days(const Call& call,
                                                                 rules::CivilDay as_of);

    Context& context_;
    CountedDays counted_;
};

}  // namespace qk::daemon
