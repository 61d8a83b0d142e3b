#include "sim/prove/grounds.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "sim/model/random.hpp"

namespace qk::sim {
namespace {

constexpr int kFaultsMax = 4;
constexpr int kSoonAfter = 120;  // steps: while the daemon is still coming up again

using enum FaultKind;

// Where a fault may do harm: a day has many thousand steps and few moments at which something is
// known in one place alone.
struct Moment {
    std::vector<FaultKind> faults;  // as often as each stands here
    StepKind at;
    int later = 0;    // up to so many steps
    int earlier = 0;  // or instead, mostly, up to so many
};
const std::vector<Moment>& moments() {
    static const std::vector<Moment> kMoments{
        // A message is on its way into the journal, and from there into the database.
        {{kProcessDies, kPowerFails, kPowerFails}, StepKind::kHand, 5},
        {{kDiskFull, kDiskError}, StepKind::kHand, 2},
        {{kBrokerDrops, kAnswerLost}, StepKind::kHand, 0},
        {{kJournalRots, kJournalRots, kPlaceShifts, kJournalGone}, StepKind::kHand, 5},
        // What it measures is taken for the future.
        {{kClockBack}, StepKind::kHand, 0},
        // An order is on its way to the broker.
        {{kLinkEnds, kAnswerLost, kBrokerRestarts, kProcessDies, kPowerFails}, StepKind::kTake, 3},
        {{kBrokerAway}, StepKind::kTake, 0},
        // The broker has it, and has it no more.
        {{kBrokerForgets, kBrokerAges, kBrokerAges}, StepKind::kTake, 30},
        // It leaves hours after something has gone away.
        {{kReadingsAway, kReadingsAway, kBrokerAway}, StepKind::kTake, 0, 500},
    };
    return kMoments;
}

template <class T>
const T& one_of(const std::vector<T>& all, Random& random) {
    return all[static_cast<std::size_t>(random.below(static_cast<int>(all.size())))];
}

std::uint64_t up_to(int most, Random& random) {
    return static_cast<std::uint64_t>(random.below(most + 1));
}

std::vector<std::uint64_t> places_of(StepKind kind, const std::vector<StepKind>& steps) {
    std::vector<std::uint64_t> places;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (steps[i] == kind) places.push_back(i + 1);
    }
    return places;
}

std::optional<PlannedFault> draw_at_a_moment(const DayOutcome& calm, Random& random) {
    const Moment& moment = one_of(moments(), random);
    const auto places = places_of(moment.at, calm.steps);
    if (places.empty()) return std::nullopt;
    PlannedFault fault{one_of(places, random), one_of(moment.faults, random)};
    fault.step += up_to(moment.later, random);
    fault.step -= std::min(fault.step - 1, up_to(moment.earlier, random));
    return fault;
}

// While a person's command is carried out: mostly where its effect becomes durable.
std::optional<PlannedFault> draw_in_a_command(const DayOutcome& calm, Random& random) {
    if (calm.commands.empty()) return std::nullopt;
    const StepRange range = one_of(calm.commands, random);
    std::vector<std::uint64_t> places;
    const bool is_at_a_sync = random.chance(0.7);
    for (std::uint64_t step = range.from; step <= range.to && step <= calm.steps.size(); ++step) {
        const bool is_sync = calm.steps[static_cast<std::size_t>(step) - 1] == StepKind::kSync;
        if (is_sync || !is_at_a_sync) places.push_back(step);
    }
    if (places.empty()) return std::nullopt;
    const std::vector<FaultKind> kinds{kProcessDies, kProcessDies, kPowerFails, kAuditCut};
    return PlannedFault{one_of(places, random), one_of(kinds, random)};
}

// Any fault, at each kind of step as often: of a day's many thousand, a dozen are of orders.
std::optional<PlannedFault> draw_anywhere(const DayOutcome& calm, Random& random) {
    PlannedFault fault;
    fault.kind = static_cast<FaultKind>(random.below(kFaultKindCount));
    std::map<StepKind, std::vector<std::uint64_t>> places;
    for (std::size_t i = 0; i < calm.steps.size(); ++i) {
        if (can_strike(fault.kind, calm.steps[i])) places[calm.steps[i]].push_back(i + 1);
    }
    if (places.empty()) return std::nullopt;
    const auto kind = std::next(places.begin(), random.below(static_cast<int>(places.size())));
    fault.step = one_of(kind->second, random);
    return fault;
}

std::optional<PlannedFault> draw_one(const DayOutcome& calm, std::uint64_t after, Random& random) {
    if (after > 0 && random.chance(0.2)) {
        const FaultKind kind = random.chance(0.5) ? kProcessDies : kPowerFails;
        return PlannedFault{after + 1 + up_to(kSoonAfter, random), kind};
    }
    const int which = random.below(10);
    if (which < 6) return draw_at_a_moment(calm, random);
    return which < 9 ? draw_in_a_command(calm, random) : draw_anywhere(calm, random);
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
