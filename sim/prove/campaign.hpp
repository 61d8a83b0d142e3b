// `qingkong-sim prove`: the same day again and again, with other faults each time, drawn from a
// seed; and whether everything has come right in the end.
//
//     seed -> a day without faults (its steps are counted, its end is kept)
//          -> faults at some of these steps -> the day with them -> checkers, and the same end
//
// A seed gives the same faults, the same run and the same line. A run that fails is shrunk to the
// fewest faults that still fail, and said as the command that plays it again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
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

struct DayOptions {
    std::uint64_t seed = 1;  // of what a death leaves; and of its ground (ground_of)
    int enterprises = kDayEnterprises;
    std::vector<PlannedFault> faults;
    std::optional<Canary> canary;
    const SimDisk::Image* installed = nullptr;  // null: made for this day, where one is needed
};

struct DayOutcome {
    std::vector<std::string> violations;
    std::vector<std::string> end;  // checkers.hpp, end_of()
    std::vector<StepKind> steps;
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

struct ProveOptions {
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 100;
    int enterprises = kDayEnterprises;
    std::optional<Canary> canary;
    bool stops_at_first = false;
    bool is_each = false;           // instead of seeds: a death at each step of one day in turn
    std::function<bool()> is_over;  // no further seed is begun
};

struct ProveOutcome {
    std::uint64_t runs = 0;
    std::uint64_t deaths = 0;
    std::uint64_t faults = 0;
    std::vector<std::uint64_t> failed;  // seeds; with is_each the steps
    std::vector<std::string> named;     // checkers that found something
};

// One line for each run that fails, and a summary.
[[nodiscard]] rules::Result<ProveOutcome> prove(const ProveOptions& options, std::ostream& out);
// One seed, or faults as given, with what happened and what was found. Its violations.
[[nodiscard]] rules::Result<std::vector<std::string>> prove_one(const DayOptions& options,
                                                                bool draws_faults,
                                                                std::ostream& out);

}  // namespace qk::sim
