// Chooses one option for each of many items so that every target is reached at the least cost: the
// 0/1 problem behind a floor proposal.
//
// Lagrangian relaxation: each target gets a price, each item takes its cheapest option at those
// prices, and the prices follow the shortfall; a repair makes the choice feasible and then gives
// back what is not needed. No randomness: the same problem gives the same answer. The bound is the
// relaxation's, which for this problem equals that of linear programming, so cost - bound is an
// honest gap. Not an exact solver.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qk::plans {

struct ChoiceProblem {
    std::size_t items = 0;
    std::size_t options = 0;  // option 0 of an item costs nothing and gains nothing
    std::size_t targets = 0;
    std::vector<double> cost;  // [item][option], not negative
    std::vector<double> gain;  // [item][option][target], not negative
    std::vector<double> need;  // [target]; not positive: already reached

    [[nodiscard]] double& cost_of(std::size_t item, std::size_t option) {
        return cost[item * options + option];
    }
    [[nodiscard]] double& gain_of(std::size_t item, std::size_t option, std::size_t target) {
        return gain[(item * options + option) * targets + target];
    }
};

struct ChoiceAnswer {
    bool feasible = false;             // every target is reached
    std::vector<std::uint8_t> chosen;  // option of each item; the largest gains where not feasible
    std::vector<double> reached;       // gain of each target
    double cost = 0;
    double bound = 0;            // no choice that reaches the targets costs less
    std::vector<double> prices;  // cost of one more unit of each target, at the end
    int rounds = 0;
};

[[nodiscard]] ChoiceAnswer choose(const ChoiceProblem& problem);

// (cost - bound) / bound; 0 where nothing costs anything.
[[nodiscard]] double gap_of(const ChoiceAnswer& answer);

}  // namespace qk::plans
