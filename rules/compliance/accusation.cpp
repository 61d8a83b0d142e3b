#include "rules/compliance/accusation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qk::rules {
namespace {

constexpr std::chrono::minutes kQuarter{15};
constexpr double kRunsWhenOn = 0.9;  // of the quarters of a line that runs are clearly so

// A bet on every chance at once; its mean is 1 where chances are as stated.
double spread_bet(double chance) {
    if (chance > 0.999) return 0.5;
    const double log = std::log(chance);
    return (1 - chance + chance * log) / (chance * log * log);
}

}  // namespace

double log_needed_of_days(const JudgingParameters& parameters, std::size_t days) {
    const double parts = std::max(parameters.winter_days, static_cast<double>(days));
    return std::log10(parts / parameters.accusation_chance);
}

double log_needed_of_stop(const JudgingParameters& parameters) {
    return -std::log10(parameters.accusation_chance);
}

double log_e_of_chance(double chance, const JudgingParameters& parameters) {
    const double p = std::clamp(chance, 1e-290, 1.0);
    // So rare that half the stake is enough by itself.
    const double rare = 0.5 / std::pow(10, log_needed_of_days(parameters, 1));
    const double all_on_one = p <= rare ? 1 / rare : 0;
    return std::min(kLogMost, std::log10(all_on_one / 2 + spread_bet(p) / 2));
}

double log_e_of_days(std::span<const double> log_e) {
    double most = 0;  // a stake kept back: nobody is worse than not accused
    for (std::size_t from = 0; from < log_e.size(); ++from) {
        double sum = 0;
        const std::size_t end = std::min(log_e.size(), from + kStretchDays);
        for (std::size_t to = from; to < end; ++to) {
            sum += log_e[to];
            most = std::max(most, sum);
        }
    }
    return std::min(most, kLogMost);
}

double log_e_of_running(std::chrono::seconds running, std::chrono::minutes interval,
                        const JudgingParameters& parameters) {
    // Readings closer than a quarter of an hour go wrong together.
    const std::chrono::minutes unit = std::max(interval, kQuarter);
    const auto seen = static_cast<double>(running / std::chrono::seconds{unit});
    if (seen <= 0) return 0;
    const double starts =
        kWinterQuarters * static_cast<double>(kQuarter.count()) / static_cast<double>(unit.count());
    const double gain = std::log10(kRunsWhenOn / parameters.false_running_chance);
    return std::clamp(seen * gain - std::log10(starts), 0.0, kLogMost);
}

std::vector<bool> listed(std::span<const double> log_e, double false_share) {
    std::vector<std::size_t> order(log_e.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater{}, [&](std::size_t i) { return log_e[i]; });
    std::size_t count = 0;
    for (std::size_t k = 1; k <= order.size(); ++k) {
        const double needed =
            std::log10(static_cast<double>(log_e.size()) / false_share / static_cast<double>(k));
        if (log_e[order[k - 1]] >= needed) count = k;
    }
    std::vector<bool> in(log_e.size(), false);
    for (std::size_t k = 0; k < count; ++k) in[order[k]] = true;
    return in;
}

}  // namespace qk::rules
