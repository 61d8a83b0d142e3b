// `qingkong-sim prove --canaries`: a day is played with each fault that this build can plant in
// turn, and again with those that no checker has found, until all are found or the time is over.
//
// On the first day nothing else goes wrong.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "rules/base/result.hpp"
#include "sim/prove/day.hpp"

namespace qk::sim {

inline constexpr double kFoundAtLeast = 0.95;  // of all

struct HuntOptions {
    double seconds = 600;
    std::function<double()> passed;  // seconds, since it began
    std::uint64_t first_seed = 1;
    int enterprises = kDayEnterprises;
    std::vector<const Canary*> canaries;  // empty: all
};

struct Hunted {
    const Canary* canary = nullptr;
    std::string found_by;    // names of checkers; empty: not found
    std::uint64_t seed = 0;  // that found it, or the last that was played
    std::uint64_t days = 0;
    double seconds = 0;
};

// One line for each, as it is found, then those not found, and the share that was found.
[[nodiscard]] rules::Result<std::vector<Hunted>> hunt(const HuntOptions& options,
                                                      std::ostream& out);
[[nodiscard]] double share_found(const std::vector<Hunted>& hunted);

}  // namespace qk::sim
