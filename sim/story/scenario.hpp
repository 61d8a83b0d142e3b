// A scenario: one story of a region that the simulator plays, as TOML that a bureau could send us.
//
// Which weather, which forecasts, which enterprises and how they behave, how quick the duty officer
// is, and what goes wrong: lost, doubled and late messages, a broker that is away, a daemon that is
// restarted. Every key has a default, so that an empty file is a scenario; an unknown key or a
// value out of range is a fault at its line and column, all of them at once. Times without offset
// are the zone's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/model/weather.hpp"

namespace qk::sim {

struct OfficerScript {
    std::chrono::minutes consults_after{20};  // from the proposal
    std::chrono::minutes signs_after{45};
};

struct FaultPlan {
    double message_loss = 0;  // share of messages each way that the bus drops
    double duplicates = 0;    // share that arrives twice
    std::chrono::minutes delay_max{0};
    std::vector<rules::Span> broker_down;
    std::vector<rules::Instant> daemon_restarts;
};

struct Scenario {
    std::string name;  // of the file
    std::uint64_t seed = 20151205;
    rules::Zone zone;
    rules::Instant start{};
    rules::Instant end{};
    std::string region = "110000";
    std::string pack = "beijing-demo";  // region pack id

    std::string weather_file;  // relative to the scenario; empty: the built-in December 2015
    ForecastOptions forecast;
    std::vector<int> forecast_hours{8};  // local hours at which one is issued

    int enterprises = 320;
    std::string inventory;  // a folder, relative to the scenario; empty: invented
    std::string season;     // a file of windows, relative to the scenario; empty: none
    int history_days = 14;  // of readings before the start
    std::chrono::minutes report_every{60};
    double reading_loss = 0.001;
    double over_cap_by = 0.25;
    BehaviourShares shares{};

    // The story is about verdicts: that its air raises, lowers or lifts a level is not asked of it.
    bool is_of_verdicts = false;

    OfficerScript officer;
    FaultPlan faults;
};

inline constexpr int kScenarioDaysMax = 120;

[[nodiscard]] rules::Result<Scenario> read_scenario(std::string_view toml, const std::string& file);
// The built-in scenario: Beijing, December 2015.
[[nodiscard]] Scenario default_scenario();
// Every cheat at a few enterprises, in the same weather.
inline constexpr std::string_view kCheats = "cheats";
[[nodiscard]] Scenario cheats_scenario();

}  // namespace qk::sim
