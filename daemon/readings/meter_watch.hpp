// Meters that have fallen silent (断线电表): of which nothing has come for longer than the settings
// allow, or nothing ever. Said by a gauge, by an event when there are more of them, and by a list;
// what silence means for an obligation is the judge's business.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/service/context.hpp"
#include "daemon/store/session.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

class Router;
class TaskGroup;

inline constexpr std::chrono::minutes kMeterWatchEvery{5};

struct SilentMeter {
    std::string meter;
    std::string enterprise;
    std::string region;
    std::optional<rules::Instant> last;  // end of its last reading; empty: it never sent one
};
// In the order of the inventory; `region_prefix`: what the codes of the counties begin with.
[[nodiscard]] std::vector<SilentMeter> silent_meters(Session& db, const plans::Inventory& inventory,
                                                     rules::Instant since,
                                                     const std::string& region_prefix = {});

class MeterWatch {
 public:
    explicit MeterWatch(Context& context) : context_(context) {}
    void start(TaskGroup& tasks);
    void add_routes(Router& router);

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> look();

    Context& context_;
    std::size_t told_ = 0;
};

}  // namespace qk::daemon
