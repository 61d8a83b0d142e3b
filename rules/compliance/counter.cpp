#include "rules/compliance/counter.hpp"

#include <algorithm>
#include <cmath>

namespace qk::rules {
namespace {

// Six rises by the same step are no load; of others it takes eight.
constexpr std::size_t kEqualRisesMin = 6;
constexpr std::size_t kRisesMin = 8;
constexpr double kEqualShare = 0.2;  // a step may differ from their mean by so much
// A slow counter with a coarse display rises at every third reading only.
constexpr std::size_t kRisesPerHundredMin = 30;
constexpr std::size_t kRisesPerFallMin = 6;
// Within a series that is no counter as a whole: longer than any plant takes to start.
constexpr std::size_t kRunRisesMin = 16;

bool rises_by_equal_steps(std::span<const double> values) {
    const double mean = (values.back() - values.front()) / static_cast<double>(values.size() - 1);
    for (std::size_t i = 1; i < values.size(); ++i) {
        if (std::fabs(values[i] - values[i - 1] - mean) > kEqualShare * mean) return false;
    }
    return true;
}

}  // namespace

CounterLook counter_look(std::span<const double> values) {
    CounterLook look;
    for (std::size_t i = 1; i < values.size(); ++i) {
        ++look.steps;
        look.rises += values[i] > values[i - 1] ? 1 : 0;
        look.falls += values[i] < values[i - 1] ? 1 : 0;
    }
    if (look.rises >= kEqualRisesMin && look.rises == look.steps && rises_by_equal_steps(values)) {
        look.is_counter = true;
        return look;
    }
    look.is_counter = look.rises >= kRisesMin &&
                      look.rises * 100 >= look.steps * kRisesPerHundredMin &&
                      look.falls * kRisesPerFallMin <= look.rises;
    return look;
}

CounterRun counter_run(std::span<const double> values) {
    CounterRun best;
    std::size_t first = 0;
    std::size_t rises = 0;
    for (std::size_t i = 1; i <= values.size(); ++i) {
        if (i < values.size() && values[i] >= values[i - 1]) {
            rises += values[i] > values[i - 1] ? 1 : 0;
            continue;
        }
        const std::size_t size = i - first;
        if (rises >= kRunRisesMin && rises * 2 >= size && size > best.size) best = {first, size};
        first = i;
        rises = 0;
    }
    return best;
}

}  // namespace qk::rules
