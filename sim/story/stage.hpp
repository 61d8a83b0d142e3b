// What a story needs before it can begin: the scenario, its weather, its inventory, as values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"
#include "sim/model/region.hpp"
#include "sim/model/weather.hpp"
#include "sim/model/world.hpp"
#include "sim/story/scenario.hpp"

namespace qk::sim {

struct Stage {
    Scenario scenario;
    Weather weather;
    std::vector<TableText> tables;  // the inventory as files
    plans::Inventory inventory;
    std::string season;  // as a file; empty: none
};

// The command line may overrule the scenario.
struct StageOptions {
    std::string scenario_file;  // empty: the built-in one
    std::optional<std::uint64_t> seed;
    std::optional<int> enterprises;
    std::string keep;  // of `run`: a new folder in which the daemon's database stays; empty: none
};

[[nodiscard]] rules::Result<Stage> set_stage(const StageOptions& options);
[[nodiscard]] WorldOptions world_options_of(const Scenario& scenario);

}  // namespace qk::sim
