#include "plans/response/choice_solver.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace qk::plans {
namespace {

constexpr int kRoundsMost = 400;
constexpr int kPatience = 12;  // rounds without a better bound before the step is halved
constexpr int kRepairEvery = 25;
constexpr double kStepLeast = 1e-4;
constexpr double kGoodEnough = 2e-5;  // relative gap at which the search stops
constexpr double kLastFactors[] = {0.995, 0.998, 0.999, 0.9995, 1, 1.0005, 1.001, 1.002, 1.005};
constexpr double kRounding = 1e-12;  // relative slack in "reached", for sums of many doubles

class Solver {
 public:
    explicit Solver(const ChoiceProblem& problem) : p_(problem), scale_(problem.targets, 0) {
        // Targets are scaled to a need of one, so that prices and shortfalls compare.
        for (std::size_t t = 0; t < p_.targets; ++t) {
            if (p_.need[t] > 0) scale_[t] = 1 / p_.need[t];
        }
        gain_.resize(p_.gain.size());
        for (std::size_t i = 0; i < p_.gain.size(); ++i) {
            gain_[i] = p_.gain[i] * scale_[i % p_.targets];
        }
    }

    ChoiceAnswer solve();

 private:
    using Choice = std::vector<std::uint8_t>;

    [[nodiscard]] const double* gains(std::size_t item, std::size_t option) const {
        return &gain_[(item * p_.options + option) * p_.targets];
    }
    [[nodiscard]] double cost(std::size_t item, std::size_t option) const {
        return p_.cost[item * p_.options + option];
    }
    [[nodiscard]] bool is_open(std::size_t target) const { return scale_[target] > 0; }
    // A change of one item's option; `rate` is its cost per useful gain.
    struct Step {
        double rate;
        std::uint32_t item;
        std::uint8_t option;
    };

    [[nodiscard]] bool reaches(const std::vector<double>& reached) const;
    [[nodiscard]] std::vector<double> reached_by(const Choice& choice) const;
    [[nodiscard]] double cost_of(const Choice& choice) const;
    double relax(const std::vector<double>& prices, Choice& choice) const;
    bool repair(const std::vector<double>& prices, Choice& choice) const;
    void list_steps(const std::vector<double>& prices, const Choice& choice,
                    const std::vector<double>& reached, std::vector<Step>& steps) const;
    void give_back(Choice& choice) const;
    void exchange(const std::vector<double>& prices, Choice& choice) const;
    bool exchange_item(Choice& choice, std::vector<double>& reached, std::size_t a,
                       const std::vector<std::uint32_t>& items) const;
    [[nodiscard]] std::vector<std::uint32_t> undecided(const std::vector<double>& prices) const;
    [[nodiscard]] bool is_better_pair(const Choice& choice, const std::vector<double>& reached,
                                      std::size_t a, std::size_t ka, std::size_t b,
                                      std::size_t kb) const;
    bool move_prices(double value, double step, const Choice& choice,
                     std::vector<double>& prices) const;
    std::vector<double> search(double& bound, int& rounds);
    void unsettle(const std::vector<double>& prices);
    void keep(Choice choice);

    const ChoiceProblem& p_;
    std::vector<double> scale_;
    std::vector<double> gain_;  // scaled
    Choice best_;
    double best_cost_ = std::numeric_limits<double>::infinity();
};

bool Solver::reaches(const std::vector<double>& reached) const {
    for (std::size_t t = 0; t < p_.targets; ++t) {
        if (is_open(t) && reached[t] < 1 - kRounding) return false;
    }
    return true;
}

std::vector<double> Solver::reached_by(const Choice& choice) const {
    std::vector<double> reached(p_.targets, 0);
    for (std::size_t i = 0; i < p_.items; ++i) {
        const double* gain = gains(i, choice[i]);
        for (std::size_t t = 0; t < p_.targets; ++t) reached[t] += gain[t];
    }
    return reached;
}

double Solver::cost_of(const Choice& choice) const {
    double sum = 0;
    for (std::size_t i = 0; i < p_.items; ++i) sum += cost(i, choice[i]);
    return sum;
}

// Each item's cheapest option at the prices; the value is a lower bound.
double Solver::relax(const std::vector<double>& prices, Choice& choice) const {
    double value = std::accumulate(prices.begin(), prices.end(), 0.0);
    for (std::size_t i = 0; i < p_.items; ++i) {
        double least = 0;
        std::uint8_t pick = 0;
        for (std::size_t k = 1; k < p_.options; ++k) {
            const double* gain = gains(i, k);
            double reduced = cost(i, k);
            for (std::size_t t = 0; t < p_.targets; ++t) reduced -= prices[t] * gain[t];
            if (reduced < least) {
                least = reduced;
                pick = static_cast<std::uint8_t>(k);
            }
        }
        choice[i] = pick;
        value += least;
    }
    return value;
}

// Every change of one option that helps a target not yet reached, with its cost per useful gain.
void Solver::list_steps(const std::vector<double>& prices, const Choice& choice,
                        const std::vector<double>& reached, std::vector<Step>& steps) const {
    steps.clear();
    for (std::size_t i = 0; i < p_.items; ++i) {
        const double* now = gains(i, choice[i]);
        for (std::size_t k = 0; k < p_.options; ++k) {
            if (k == choice[i]) continue;
            const double* then = gains(i, k);
            double useful = 0;
            double priced = cost(i, k) - cost(i, choice[i]);
            for (std::size_t t = 0; t < p_.targets; ++t) {
                const double more = then[t] - now[t];
                if (is_open(t) && reached[t] < 1) {
                    useful += std::min(more, 1 - reached[t]);
                } else {
                    priced -= prices[t] * more;  // what else it gives or takes counts at its price
                }
            }
            if (useful <= 0) continue;
            steps.push_back({std::max(priced, 0.0) / useful, static_cast<std::uint32_t>(i),
                             static_cast<std::uint8_t>(k)});
        }
    }
}

// Raises options, the cheapest per useful gain first, until every target is reached.
bool Solver::repair(const std::vector<double>& prices, Choice& choice) const {
    // Rates change little within a batch; listing anew after each step would cost a pass a step.
    constexpr std::size_t kBatch = 64;
    std::vector<double> reached = reached_by(choice);
    std::vector<Step> steps;
    while (!reaches(reached)) {
        list_steps(prices, choice, reached, steps);
        if (steps.empty()) return false;
        const std::size_t batch = std::min(steps.size(), kBatch);
        std::partial_sort(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(batch),
                          steps.end(), [](const Step& a, const Step& b) {
                              if (a.rate != b.rate) return a.rate < b.rate;
                              if (a.item != b.item) return a.item < b.item;
                              return a.option < b.option;
                          });
        for (std::size_t s = 0; s < batch && !reaches(reached); ++s) {
            const Step& step = steps[s];
            const double* now = gains(step.item, choice[step.item]);
            const double* then = gains(step.item, step.option);
            double useful = 0;
            for (std::size_t t = 0; t < p_.targets; ++t) {
                if (is_open(t) && reached[t] < 1) useful += then[t] - now[t];
            }
            if (s > 0 && useful <= 0) continue;
            for (std::size_t t = 0; t < p_.targets; ++t) reached[t] += then[t] - now[t];
            choice[step.item] = step.option;
        }
    }
    return true;
}

// Lowers options, the largest saving first, as long as every target stays reached.
void Solver::give_back(Choice& choice) const {
    std::vector<double> reached = reached_by(choice);
    std::vector<Step> savings;  // `rate` is the amount saved
    for (std::size_t i = 0; i < p_.items; ++i) {
        for (std::size_t k = 0; k < p_.options; ++k) {
            const double amount = cost(i, choice[i]) - cost(i, k);
            if (amount > 0) {
                savings.push_back(
                    {amount, static_cast<std::uint32_t>(i), static_cast<std::uint8_t>(k)});
            }
        }
    }
    std::sort(savings.begin(), savings.end(), [](const Step& a, const Step& b) {
        if (a.rate != b.rate) return a.rate > b.rate;
        if (a.item != b.item) return a.item < b.item;
        return a.option < b.option;
    });
    for (const Step& saving : savings) {
        if (cost(saving.item, choice[saving.item]) <= cost(saving.item, saving.option)) continue;
        const double* now = gains(saving.item, choice[saving.item]);
        const double* then = gains(saving.item, saving.option);
        bool holds = true;
        for (std::size_t t = 0; t < p_.targets; ++t) {
            if (is_open(t) && reached[t] + then[t] - now[t] < 1 - kRounding) holds = false;
        }
        if (!holds) continue;
        for (std::size_t t = 0; t < p_.targets; ++t) reached[t] += then[t] - now[t];
        choice[saving.item] = saving.option;
    }
}

// Whether item `a` to option `ka` and item `b` to `kb` is cheaper and still reaches.
bool Solver::is_better_pair(const Choice& choice, const std::vector<double>& reached, std::size_t a,
                            std::size_t ka, std::size_t b, std::size_t kb) const {
    const double change = cost(a, ka) - cost(a, choice[a]) + cost(b, kb) - cost(b, choice[b]);
    if (change >= -1e-12 * (1 + best_cost_)) return false;
    for (std::size_t t = 0; t < p_.targets; ++t) {
        const double then = reached[t] + gains(a, ka)[t] - gains(a, choice[a])[t] +
                            gains(b, kb)[t] - gains(b, choice[b])[t];
        if (is_open(t) && then < 1 - kRounding) return false;
    }
    return true;
}

bool Solver::exchange_item(Choice& choice, std::vector<double>& reached, std::size_t a,
                           const std::vector<std::uint32_t>& items) const {
    for (std::size_t ka = 0; ka < p_.options; ++ka) {
        if (ka == choice[a]) continue;
        for (const std::uint32_t b : items) {
            for (std::size_t kb = 0; kb < p_.options && b != a; ++kb) {
                if (kb == choice[b] || !is_better_pair(choice, reached, a, ka, b, kb)) continue;
                choice[a] = static_cast<std::uint8_t>(ka);
                choice[b] = static_cast<std::uint8_t>(kb);
                reached = reached_by(choice);
                return true;
            }
        }
    }
    return false;
}

// The items for which the prices hardly tell one option from another: only they are worth
// exchanging.
std::vector<std::uint32_t> Solver::undecided(const std::vector<double>& prices) const {
    constexpr std::size_t kItemsMost = 400;
    std::vector<std::pair<double, std::uint32_t>> margins;
    for (std::size_t i = 0; i < p_.items; ++i) {
        double least = std::numeric_limits<double>::infinity();
        double second = least;
        for (std::size_t k = 0; k < p_.options; ++k) {
            double reduced = cost(i, k);
            for (std::size_t t = 0; t < p_.targets; ++t) reduced -= prices[t] * gains(i, k)[t];
            second = std::min(second, std::max(least, reduced));
            least = std::min(least, reduced);
        }
        margins.emplace_back(second - least, static_cast<std::uint32_t>(i));
    }
    std::sort(margins.begin(), margins.end());
    margins.resize(std::min(margins.size(), kItemsMost));
    std::vector<std::uint32_t> items;
    for (const auto& [margin, item] : margins) items.push_back(item);
    return items;
}

// Tries pairs: one item up, another down. One item too many is a visible part of a small problem's
// cost. Each exchange is cheaper than the last, so this ends; the limit keeps its time in bounds.
void Solver::exchange(const std::vector<double>& prices, Choice& choice) const {
    constexpr int kPassesMost = 20;
    const std::vector<std::uint32_t> items = undecided(prices);
    std::vector<double> reached = reached_by(choice);
    bool better = true;
    for (int pass = 0; better && pass < kPassesMost; ++pass) {
        better = false;
        for (const std::uint32_t a : items) {
            better = exchange_item(choice, reached, a, items) || better;
        }
    }
}

// Forces one undecided item to another option and repairs the rest around it, as long as that
// helps. For small problems, where the way out of a poor choice is longer than one pair.
void Solver::unsettle(const std::vector<double>& prices) {
    constexpr std::size_t kItemsMost = 600;
    constexpr int kPassesMost = 6;
    if (p_.items > kItemsMost) return;
    const std::vector<std::uint32_t> items = undecided(prices);
    bool better = true;
    for (int pass = 0; better && pass < kPassesMost; ++pass) {
        better = false;
        for (const std::uint32_t item : items) {
            for (std::size_t k = 0; k < p_.options; ++k) {
                if (k == best_[item]) continue;
                Choice choice = best_;
                choice[item] = static_cast<std::uint8_t>(k);
                // What the forced step gave too much goes first, then what it took is made good.
                give_back(choice);
                const double before = best_cost_;
                if (repair(prices, choice)) keep(std::move(choice));
                better = better || best_cost_ < before * (1 - 1e-12);
            }
        }
        Choice choice = best_;
        exchange(prices, choice);
        keep(std::move(choice));
    }
}

void Solver::keep(Choice choice) {
    give_back(choice);
    const double sum = cost_of(choice);
    if (sum < best_cost_) {
        best_cost_ = sum;
        best_ = std::move(choice);
    }
}

// Moves the prices along the shortfall, as far as the gap between best choice and bound suggests.
bool Solver::move_prices(double value, double step, const Choice& choice,
                         std::vector<double>& prices) const {
    const std::vector<double> reached = reached_by(choice);
    double norm = 0;
    for (std::size_t t = 0; t < p_.targets; ++t) {
        if (is_open(t)) norm += (1 - reached[t]) * (1 - reached[t]);
    }
    if (norm < 1e-18) return false;
    const double length = step * (best_cost_ - value) / norm;
    for (std::size_t t = 0; t < p_.targets; ++t) {
        if (is_open(t)) prices[t] = std::max(0.0, prices[t] + length * (1 - reached[t]));
    }
    return true;
}

// The best prices found; `bound` and the best choice are kept on the way.
std::vector<double> Solver::search(double& bound, int& rounds) {
    std::vector<double> prices(p_.targets, 0);
    std::vector<double> best_prices = prices;
    Choice choice(p_.items, 0);
    double step = 1.5;
    int stale = 0;
    for (; rounds < kRoundsMost && step > kStepLeast; ++rounds) {
        double value = relax(prices, choice);
        if (value > bound * (1 + 1e-7)) {
            stale = 0;
        } else if (++stale >= kPatience) {
            step /= 2;
            stale = 0;
            prices = best_prices;
            value = relax(prices, choice);
        }
        if (value > bound) {
            bound = value;
            best_prices = prices;
        }
        if (rounds % kRepairEvery == kRepairEvery - 1) {
            Choice repaired = choice;
            if (repair(prices, repaired)) keep(std::move(repaired));
        }
        if (best_cost_ - bound <= kGoodEnough * best_cost_) break;
        if (!move_prices(value, step, choice, prices)) break;
    }
    // A little dearer leaves less to repair, a little cheaper less to give back.
    for (const double factor : kLastFactors) {
        prices = best_prices;
        for (double& price : prices) price *= factor;
        (void)relax(prices, choice);
        if (repair(prices, choice)) keep(choice);
    }
    return best_prices;
}

ChoiceAnswer Solver::solve() {
    ChoiceAnswer answer;
    std::vector<double> prices(p_.targets, 0);
    Choice start(p_.items, 0);
    answer.feasible = repair(prices, start);
    if (answer.feasible) {
        keep(std::move(start));
        prices = search(answer.bound, answer.rounds);
        exchange(prices, best_);
        best_cost_ = cost_of(best_);
        unsettle(prices);
        give_back(best_);
        answer.chosen = std::move(best_);
    } else {
        answer.chosen = std::move(start);
    }
    answer.cost = cost_of(answer.chosen);
    answer.reached.assign(p_.targets, 0);
    for (std::size_t t = 0; t < p_.targets; ++t) {
        answer.prices.push_back(prices[t] * scale_[t]);
        for (std::size_t i = 0; i < p_.items; ++i) {
            answer.reached[t] += p_.gain[(i * p_.options + answer.chosen[i]) * p_.targets + t];
        }
    }
    return answer;
}

}  // namespace

ChoiceAnswer choose(const ChoiceProblem& problem) {
    assert(problem.cost.size() == problem.items * problem.options);
    assert(problem.gain.size() == problem.items * problem.options * problem.targets);
    assert(problem.need.size() == problem.targets && problem.options <= 255);
    return Solver(problem).solve();
}

double gap_of(const ChoiceAnswer& answer) {
    return answer.bound > 0 ? (answer.cost - answer.bound) / answer.bound : 0;
}

}  // namespace qk::plans
