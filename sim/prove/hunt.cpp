#include "sim/prove/hunt.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/prove/grounds.hpp"

namespace qk::sim {
namespace {

// "orders, story": each checker once.
std::string checkers_of(const std::vector<std::string>& violations) {
    std::set<std::string> names;
    for (const std::string& one : violations) names.insert(one.substr(0, one.find(':')));
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

class Hunt {
 public:
    explicit Hunt(const HuntOptions& options) : options_(options), grounds_(options.enterprises) {}

    rules::Result<Hunted> of(const Canary& canary, double until) {
        Hunted hunted;
        hunted.canary = &canary;
        const double begun = options_.passed();
        for (std::uint64_t seed = options_.first_seed; hunted.found_by.empty(); ++seed) {
            if (hunted.days > 0 && options_.passed() >= until) break;
            auto violations = violations_at(canary, seed);
            if (!violations) return violations.error();
            hunted.seed = seed;
            ++hunted.days;
            hunted.found_by = checkers_of(*violations);
        }
        hunted.seconds = options_.passed() - begun;
        return hunted;
    }

 private:
    rules::Result<std::vector<std::string>> violations_at(const Canary& canary,
                                                          std::uint64_t seed) {
        const auto ground = grounds_.at(seed);
        if (!ground) return ground.error();
        DayOptions day;
        day.seed = seed;
        day.enterprises = options_.enterprises;
        day.faults = draw_faults(seed, **ground);
        day.canary = &canary;
        day.installed = grounds_.installed(seed);
        auto played = play_day(day, &(*ground)->end);
        if (!played) return played.error();
        return std::move(played->violations);
    }

    const HuntOptions& options_;
    Grounds grounds_;
};

std::string line_of(const Hunted& hunted) {
    const bool is_found = !hunted.found_by.empty();
    return fmt::format("{:<26} {:<34} {:>5} {:>6.1f} s  {}\n", hunted.canary->name,
                       is_found ? hunted.found_by : "未发现 not found", hunted.seed, hunted.seconds,
                       hunted.canary->what);
}

}  // namespace

rules::Result<std::vector<Hunted>> hunt(const HuntOptions& options, std::ostream& out) {
    std::vector<const Canary*> canaries = options.canaries;
    if (canaries.empty()) {
        for (const Canary& one : all_canaries()) canaries.push_back(&one);
    }
    Hunt hunt(options);
    std::vector<Hunted> all;
    for (std::size_t i = 0; i < canaries.size(); ++i) {
        const double now = options.passed();
        const double share =
            std::max(0.0, options.seconds - now) / static_cast<double>(canaries.size() - i);
        auto hunted = hunt.of(*canaries[i], now + share);
        if (!hunted) return hunted.error();
        out << line_of(*hunted) << std::flush;
        all.push_back(std::move(*hunted));
    }
    const auto found =
        std::ranges::count_if(all, [](const Hunted& one) { return !one.found_by.empty(); });
    out << fmt::format("{} 种植入的错误中发现 planted faults, found {}: {:.1f} %\n", all.size(),
                       found, 100 * share_found(all));
    return all;
}

double share_found(const std::vector<Hunted>& hunted) {
    if (hunted.empty()) return 0;
    const auto found =
        std::ranges::count_if(hunted, [](const Hunted& one) { return !one.found_by.empty(); });
    return static_cast<double>(found) / static_cast<double>(hunted.size());
}

}  // namespace qk::sim
