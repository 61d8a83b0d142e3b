// What means over hours are made of: exact sums of the values there are, and the edition in force.
#pragma once

#include <cstdint>
#include <optional>

#include "rules/air/averages.hpp"

namespace qk::rules {

inline constexpr std::int64_t kNoSteps = -1;  // of a mean that too few values are left for

// Exact sum of the valid values of the last hours.
struct RunningSum {
    std::int64_t millionths = 0;
    int count = 0;

    void add(Decimal value) {
        millionths += value.millionths;
        ++count;
    }
    void remove(Decimal value) {
        millionths -= value.millionths;
        --count;
    }
    // Rounded mean, or kNoSteps with fewer than `count_min` values.
    [[nodiscard]] std::int64_t mean(Pollutant pollutant, int count_min) const {
        if (count < count_min || count == 0) return kNoSteps;
        return mean_in_steps(pollutant, Decimal{millionths}, count);
    }
};

// Gives the edition of hour after hour without asking the calendar each time.
class EditionClock {
 public:
    explicit EditionClock(const AirRules& rules)
        : forced_(rules.edition), change_(start_of(kHj633of2026From, rules.zone)) {}
    [[nodiscard]] Hj633 of(Instant hour) const {
        if (forced_) return *forced_;
        return hour < change_ ? Hj633::k2012 : Hj633::k2026;
    }

 private:
    std::optional<Hj633> forced_;
    Instant change_;
};

}  // namespace qk::rules
