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
#include <ostream>
#include <string>
#include <vector>

#include "rules/base/result.hpp"
#include "sim/prove/day.hpp"

namespace qk::sim {

struct ProveOptions {
    std::uint64_t first_seed = 1;
    std::uint64_t seeds = 100;
    int enterprises = kDayEnterprises;
    const Canary* canary = nullptr;  // null: none
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
