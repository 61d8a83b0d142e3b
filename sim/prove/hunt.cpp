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

    // One more day with it.
    rules::Result<void> play(Hunted& hunted) {
        const double begun = options_.passed();
        hunted.seed = options_.first_seed + hunted.days;
        auto violations = violations_at(*hunted.canary, hunted.seed);
        if (!violations) return violations.error();
        ++hunted.days;
        hunted.found_by = checkers_of(*violations);
        hunted.seconds += options_.passed() - begun;
        return {};
    }

 private:
    rules::Result<std::vector<std::string>> violations_at(const Canary& canary,
                                                          std::uint64_t seed) {
        const auto ground = grounds_.at(seed);
        if (!ground) return ground.error();
        DayOptions day;
        day.seed = seed;
        day.enterprises = options_.enterprises;
        // Much is seen on a day on which nothing else goes wrong.
        if (seed != options_.first_seed) day.faults = draw_faults(seed, **ground);
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
    std::vector<Hunted> all(canaries.size());
    for (std::size_t i = 0; i < canaries.size(); ++i) all[i].canary = canaries[i];
    Hunt hunt(options);
    // A day with each in turn, so that those found soon leave their time to the others.
    for (bool has_played = true; has_played;) {
        has_played = false;
        for (Hunted& one : all) {
            const bool is_over = one.days > 0 && options.passed() >= options.seconds;
            if (!one.found_by.empty() || is_over) continue;
            if (auto played = hunt.play(one); !played) return played.error();
            has_played = true;
            if (!one.found_by.empty()) out << line_of(one) << std::flush;
        }
    }
    for (const Hunted& one : all) {
        if (one.found_by.empty()) out << line_of(one);
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
