// The days without faults that those with faults are held against, and the faults that a seed
// draws.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "rules/base/result.hpp"
#include "sim/prove/day.hpp"
#include "sim/prove/steps.hpp"

namespace qk::sim {

// Each is played once, without a canary.
class Grounds {
 public:
    explicit Grounds(int enterprises) : enterprises_(enterprises) {}

    [[nodiscard]] rules::Result<const DayOutcome*> at(std::uint64_t seed);
    // Null: none is needed.
    [[nodiscard]] const SimDisk::Image* installed(std::uint64_t seed) const;

 private:
    int enterprises_;
    std::map<std::uint64_t, DayOutcome> days_;
    std::map<std::uint64_t, SimDisk::Image> images_;
};

// `calm`: the day without faults.
[[nodiscard]] std::vector<PlannedFault> draw_faults(std::uint64_t seed, const DayOutcome& calm);

}  // namespace qk::sim
