// Readings that are no energy of their interval but what a counter shows: the register, or the sum
// of the day so far. Taken for energy, they convict a plant that stands.
//
// A counter rises and rises, by small steps, and falls hardly ever: at midnight, when it rolls
// over, when another meter is put in, at a momentary zero. A load falls about as often as it rises.
#pragma once

#include <cstddef>
#include <span>

namespace qk::rules {

struct CounterLook {
    bool is_counter = false;
    std::size_t steps = 0;
    std::size_t rises = 0;
    std::size_t falls = 0;
};

// Of the values of one instrument, in the order of time.
[[nodiscard]] CounterLook counter_look(std::span<const double> values);

// The longest run of values that never falls and mostly rises, as a counter between others would
// leave it; size 0 where none is long enough to tell.
struct CounterRun {
    std::size_t first = 0;
    std::size_t size = 0;
};
[[nodiscard]] CounterRun counter_run(std::span<const double> values);

}  // namespace qk::rules
