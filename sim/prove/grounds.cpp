#include "sim/prove/grounds.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "sim/model/random.hpp"

namespace qk::sim {
namespace {

constexpr int kFaultsMax = 3;
constexpr int kSoonAfter = 120;    // steps: while the daemon is still coming up again
constexpr int kAfterAnOrder = 12;  // steps: while it is on its way

std::uint64_t one_of(const std::vector<std::uint64_t>& places, Random& random) {
    return places[static_cast<std::size_t>(random.below(static_cast<int>(places.size())))];
}

// Of each kind of step as often: of a day's many thousand, a dozen are of orders on their way.
std::optional<std::uint64_t> draw_by_kind(FaultKind fault, const std::vector<StepKind>& steps,
                                          Random& random) {
    std::map<StepKind, std::vector<std::uint64_t>> places;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (can_strike(fault, steps[i])) places[steps[i]].push_back(i + 1);
    }
    if (places.empty()) return std::nullopt;
    const auto kind = std::next(places.begin(), random.below(static_cast<int>(places.size())));
    return one_of(kind->second, random);
}

// While a person's command is carried out, or just after an order has left.
std::optional<std::uint64_t> draw_aimed(const DayOutcome& calm, Random& random) {
    if (random.chance(0.5) && !calm.commands.empty()) {
        const auto which = random.below(static_cast<int>(calm.commands.size()));
        const StepRange& range = calm.commands[static_cast<std::size_t>(which)];
        const auto length = static_cast<int>(range.to - range.from + 1);
        return range.from + static_cast<std::uint64_t>(random.below(std::max(1, length)));
    }
    std::vector<std::uint64_t> taken;
    for (std::size_t i = 0; i < calm.steps.size(); ++i) {
        if (calm.steps[i] == StepKind::kTake) taken.push_back(i + 1);
    }
    if (taken.empty()) return std::nullopt;
    return one_of(taken, random) + static_cast<std::uint64_t>(random.below(kAfterAnOrder));
}

std::optional<PlannedFault> draw_one(const DayOutcome& calm, std::uint64_t after, Random& random) {
    PlannedFault fault;
    // Deaths are what it is about; the others make them strike elsewhere.
    const bool is_plain_death = random.chance(0.4);
    const bool is_power = random.chance(0.5);
    fault.kind = static_cast<FaultKind>(random.below(kFaultKindCount));
    if (is_plain_death) fault.kind = is_power ? FaultKind::kPowerFails : FaultKind::kProcessDies;
    if (after > 0 && random.chance(0.3)) {
        fault.step = after + 1 + static_cast<std::uint64_t>(random.below(kSoonAfter));
        return fault;
    }
    const auto step = random.chance(0.4) ? draw_aimed(calm, random)
                                         : draw_by_kind(fault.kind, calm.steps, random);
    if (!step) return std::nullopt;
    fault.step = *step;
    return fault;
}

}  // namespace

std::vector<PlannedFault> draw_faults(std::uint64_t seed, const DayOutcome& calm) {
    Random random(seed_of(seed, "faults"));
    std::vector<PlannedFault> faults;
    const int count = 1 + random.below(kFaultsMax);
    for (int i = 0; i < count; ++i) {
        const std::uint64_t after = faults.empty() ? 0 : faults.back().step;
        if (const auto fault = draw_one(calm, after, random)) faults.push_back(*fault);
    }
    std::ranges::sort(faults);
    return faults;
}

rules::Result<const DayOutcome*> Grounds::at(std::uint64_t seed) {
    const std::uint64_t ground = ground_of(seed);
    const auto known = days_.find(ground);
    if (known != days_.end()) return &known->second;
    DayOptions day;
    day.seed = seed;
    day.enterprises = enterprises_;
    if (has_installation(ground)) {
        auto image = qk::sim::installed(seed, enterprises_);
        if (!image) return image.error();
        images_[ground] = std::move(*image);
    }
    day.installed = installed(seed);
    auto played = play_day(day, nullptr);
    if (!played) return played.error();
    return &days_.emplace(ground, std::move(*played)).first->second;
}

const SimDisk::Image* Grounds::installed(std::uint64_t seed) const {
    const auto found = images_.find(ground_of(seed));
    return found == images_.end() ? nullptr : &found->second;
}

}  // namespace qk::sim
