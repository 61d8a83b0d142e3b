// One day with faults at given steps, and what came of it (day_story.hpp, checkers.hpp).
//
// The same options give the same day, to the last line.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rules/base/result.hpp"
#include "sim/prove/canaries.hpp"
#include "sim/prove/sim_disk.hpp"
#include "sim/prove/steps.hpp"

namespace qk::sim {

inline constexpr int kDayEnterprises = 5;
// Seeds share so many regions and orders of events, so that a day without faults is played once for
// many with them. On the last of them the day begins on an empty disk, with the first start of all;
// on the others with a start on what an installation the day before has left.
inline constexpr std::uint64_t kGrounds = 8;
[[nodiscard]] std::uint64_t ground_of(std::uint64_t seed);
[[nodiscard]] bool has_installation(std::uint64_t ground);

struct DayOptions {
    std::uint64_t seed = 1;  // of what a death leaves; and of its ground (ground_of)
    int enterprises = kDayEnterprises;
    std::vector<PlannedFault> faults;
    const Canary* canary = nullptr;             // null: none
    const SimDisk::Image* installed = nullptr;  // null: made for this day, where one is needed
};

struct DayOutcome {
    std::vector<std::string> violations;
    std::vector<std::string> end;  // checkers.hpp, end_of()
    std::vector<StepKind> steps;
    std::vector<StepRange> commands;  // the steps of each
    std::vector<PlannedFault> struck;
    std::vector<std::string> lines;  // of the story
    std::vector<std::string> log;    // of the daemon, the last
    int deaths = 0;
    int ends = 0;
};

// What an installation leaves on the disk, by path below its folder.
[[nodiscard]] rules::Result<SimDisk::Image> installed(std::uint64_t seed, int enterprises);

// One day. `expected` is the end of the same day without faults; null: whatever it is.
[[nodiscard]] rules::Result<DayOutcome> play_day(const DayOptions& options,
                                                 const std::vector<std::string>* expected);

}  // namespace qk::sim
