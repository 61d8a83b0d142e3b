#include "sim/story/stage.hpp"

#include "plans/inventory/read_inventory.hpp"
#include "sim/files.hpp"
#include "sim/story/built_in.hpp"

namespace qk::sim {
namespace {

rules::Result<Scenario> scenario_of(const StageOptions& options) {
    if (options.scenario_file.empty()) return default_scenario();
    if (options.scenario_file == kCheats) return cheats_scenario();
    const auto text = read_file(options.scenario_file);
    if (!text) return text.error();
    return read_scenario(*text, options.scenario_file);
}

rules::Result<Weather> weather_of(const Scenario& scenario, const std::string& scenario_file) {
    if (scenario.weather_file.empty()) {
        return read_weather(built_in(kBuiltInWeather), std::string(kBuiltInWeather),
                            scenario.region, scenario.zone);
    }
    const std::string path = beside(scenario_file, scenario.weather_file);
    const auto text = read_file(path);
    if (!text) return text.error();
    return read_weather(*text, path, scenario.region, scenario.zone);
}

}  // namespace

rules::Result<Stage> set_stage(const StageOptions& options) {
    auto scenario = scenario_of(options);
    if (!scenario) return scenario.error();
    scenario->seed = options.seed.value_or(scenario->seed);
    if (options.enterprises) {
        scenario->enterprises = *options.enterprises;
        scenario->inventory.clear();
    }
    auto weather = weather_of(*scenario, options.scenario_file);
    if (!weather) return weather.error();
    Stage stage{std::move(*scenario), std::move(*weather), {}, {}, {}};
    if (!stage.scenario.season.empty()) {
        auto season = read_file(beside(options.scenario_file, stage.scenario.season));
        if (!season) return season.error();
        stage.season = std::move(*season);
    }
    if (stage.scenario.inventory.empty()) {
        stage.tables = make_region({stage.scenario.seed, stage.scenario.enterprises});
    } else {
        auto tables = read_tables(beside(options.scenario_file, stage.scenario.inventory));
        if (!tables) return tables.error();
        stage.tables = std::move(*tables);
    }
    std::vector<plans::NamedTable> named;
    for (const TableText& table : stage.tables) named.push_back({table.name, table.text});
    auto read = plans::read_inventory(std::move(named), "示例清单");
    if (!read.inventory) return read.findings;
    stage.inventory = std::move(*read.inventory);
    return stage;
}

WorldOptions world_options_of(const Scenario& scenario) {
    WorldOptions options{.zone = scenario.zone};
    options.seed = scenario.seed;
    options.shares = scenario.shares;
    options.over_cap_by = scenario.over_cap_by;
    options.report_every = scenario.report_every;
    options.reading_loss = scenario.reading_loss;
    return options;
}

}  // namespace qk::sim
