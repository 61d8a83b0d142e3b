#include "sim/prove/campaign.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cassert>
#include <exception>
#include <filesystem>
#include <map>
#include <set>

#include "sim/prove/checkers.hpp"
#include "sim/prove/day_story.hpp"
#include "sim/prove/mortal_link.hpp"

namespace qk::sim {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr int kFaultsMax = 3;
constexpr int kSoonAfter = 120;  // steps: while the daemon is still coming up again
constexpr std::size_t kDifferencesNamed = 4;

// A folder of the machine's for one day; gone afterwards.
class DayFolder {
 public:
    DayFolder() {
        std::string pattern = (fs::temp_directory_path() / "qingkong-prove-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~DayFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    DayFolder(const DayFolder&) = delete;
    DayFolder& operator=(const DayFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

bool has_installation(std::uint64_t ground) { return ground != kGrounds; }

bool has_kind(const std::vector<PlannedFault>& faults, FaultKind kind) {
    return std::ranges::find(faults, kind, &PlannedFault::kind) != faults.end();
}

// Both are sorted.
void compare_ends(const std::vector<std::string>& expected, const std::vector<std::string>& end,
                  std::vector<std::string>& violations) {
    std::vector<std::string> differing;
    std::ranges::set_difference(expected, end, std::back_inserter(differing));
    for (std::string& line : differing) line = "missing: " + line;
    const std::size_t missing = differing.size();
    std::ranges::set_difference(end, expected, std::back_inserter(differing));
    for (std::size_t i = missing; i < differing.size(); ++i)
        differing[i] = "added: " + differing[i];
    for (std::size_t i = 0; i < differing.size() && i < kDifferencesNamed; ++i) {
        violations.push_back("same end: " + differing[i]);
    }
    if (differing.size() > kDifferencesNamed) {
        violations.push_back(
            fmt::format("same end: {} more", differing.size() - kDifferencesNamed));
    }
}

struct Answered {
    Answers answers;
    std::exception_ptr failure;
};

asio::awaitable<void> play_and_ask(DayStory& story, MortalLink& link, const World& world,
                                   Answers& answers) {
    co_await story.play();
    answers = co_await ask_all(link, world);
}

std::string kinds_of(const std::vector<StepKind>& steps) {
    std::array<std::size_t, kStepKindCount> counts{};
    for (const StepKind kind : steps) ++counts[static_cast<std::size_t>(kind)];
    std::string text;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        text += fmt::format("{}{} {}", i == 0 ? "" : ", ", counts[i],
                            to_text(static_cast<StepKind>(i)));
    }
    return text;
}

// The day without faults, on each ground.
class Grounds {
 public:
    explicit Grounds(const ProveOptions& options) : options_(options) {}

    rules::Result<const DayOutcome*> at(std::uint64_t seed) {
        const std::uint64_t ground = ground_of(seed);
        const auto known = days_.find(ground);
        if (known != days_.end()) return &known->second;
        DayOptions day;
        day.seed = seed;
        day.enterprises = options_.enterprises;
        if (has_installation(ground)) {
            auto image = qk::sim::installed(seed, options_.enterprises);
            if (!image) return image.error();
            images_[ground] = std::move(*image);
        }
        day.installed = installed(seed);
        auto played = play_day(day, nullptr);
        if (!played) return played.error();
        return &days_.emplace(ground, std::move(*played)).first->second;
    }

    // Null: none is needed.
    [[nodiscard]] const SimDisk::Image* installed(std::uint64_t seed) const {
        const auto found = images_.find(ground_of(seed));
        return found == images_.end() ? nullptr : &found->second;
    }

 private:
    const ProveOptions& options_;
    std::map<std::uint64_t, DayOutcome> days_;
    std::map<std::uint64_t, SimDisk::Image> images_;
};

std::optional<PlannedFault> draw_one(const std::vector<StepKind>& steps, std::uint64_t after,
                                     Random& random) {
    PlannedFault fault;
    // Deaths are what it is about; the others make them strike elsewhere.
    const bool is_death = random.chance(0.6);
    fault.kind = is_death ? (random.chance(0.5) ? FaultKind::kProcessDies : FaultKind::kPowerFails)
                          : static_cast<FaultKind>(random.below(kFaultKindCount));
    if (after > 0 && random.chance(0.5)) {
        fault.step = after + 1 + static_cast<std::uint64_t>(random.below(kSoonAfter));
        return fault;
    }
    std::vector<std::uint64_t> places;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (can_strike(fault.kind, steps[i])) places.push_back(i + 1);
    }
    if (places.empty()) return std::nullopt;
    fault.step = places[static_cast<std::size_t>(random.below(static_cast<int>(places.size())))];
    return fault;
}

std::vector<PlannedFault> draw_faults(std::uint64_t seed, const std::vector<StepKind>& steps) {
    Random random(seed_of(seed, "faults"));
    std::vector<PlannedFault> faults;
    const int count = 1 + random.below(kFaultsMax);
    for (int i = 0; i < count; ++i) {
        const std::uint64_t after = faults.empty() ? 0 : faults.back().step;
        if (const auto fault = draw_one(steps, after, random)) faults.push_back(*fault);
    }
    std::ranges::sort(faults);
    return faults;
}

// The fewest faults that still fail, dropping one at a time.
std::vector<PlannedFault> shrink(DayOptions day, const std::vector<std::string>& expected) {
    for (std::size_t i = 0; i < day.faults.size() && day.faults.size() > 1;) {
        DayOptions fewer = day;
        fewer.faults.erase(fewer.faults.begin() + static_cast<std::ptrdiff_t>(i));
        const auto played = play_day(fewer, &expected);
        if (played && !played->violations.empty()) {
            day = std::move(fewer);
        } else {
            ++i;
        }
    }
    return day.faults;
}

std::string command_of(const DayOptions& day) {
    std::string text =
        fmt::format("qingkong-sim prove --seed {} --faults \"{}\"", day.seed, to_text(day.faults));
    if (day.enterprises != kDayEnterprises)
        text += fmt::format(" --enterprises {}", day.enterprises);
    if (day.canary) text += fmt::format(" --canary {}", to_text(*day.canary));
    return text;
}

class Campaign {
 public:
    Campaign(const ProveOptions& options, std::ostream& out)
        : options_(options), out_(out), grounds_(options) {}

    rules::Result<void> play(std::uint64_t number, std::uint64_t seed,
                             std::vector<PlannedFault> faults) {
        const auto ground = grounds_.at(seed);
        if (!ground) return ground.error();
        DayOptions day{seed, options_.enterprises, std::move(faults), options_.canary,
                       grounds_.installed(seed)};
        auto played = play_day(day, &(*ground)->end);
        if (!played) return played.error();
        ++outcome_.runs;
        outcome_.deaths += static_cast<std::uint64_t>(played->deaths);
        outcome_.faults += played->struck.size();
        if (played->violations.empty()) return {};
        outcome_.failed.push_back(number);
        for (const std::string& one : played->violations) {
            names_.insert(one.substr(0, one.find(':')));
        }
        day.faults = shrink(day, (*ground)->end);
        out_ << fmt::format("不成立 FAILED {}\n  {}\n", number, command_of(day));
        for (const std::string& one : played->violations) out_ << "  " << one << "\n";
        return {};
    }

    rules::Result<ProveOutcome> seeds() {
        for (std::uint64_t i = 0; i < options_.seeds && !is_over(); ++i) {
            const std::uint64_t seed = options_.first_seed + i;
            const auto ground = grounds_.at(seed);
            if (!ground) return ground.error();
            auto faults = draw_faults(seed, (*ground)->steps);
            if (auto played = play(seed, seed, std::move(faults)); !played) return played.error();
        }
        return end();
    }

    // A death at each step of one day: of the process and of the power in turn.
    rules::Result<ProveOutcome> each() {
        const auto ground = grounds_.at(options_.first_seed);
        if (!ground) return ground.error();
        const std::uint64_t count = (*ground)->steps.size();
        for (std::uint64_t step = 1; step <= count && !is_over(); ++step) {
            for (const FaultKind kind : {FaultKind::kProcessDies, FaultKind::kPowerFails}) {
                auto played = play(step, options_.first_seed, {{step, kind}});
                if (!played) return played.error();
            }
        }
        return end();
    }

 private:
    [[nodiscard]] bool is_over() const {
        if (options_.stops_at_first && !outcome_.failed.empty()) return true;
        return options_.is_over && options_.is_over();
    }
    ProveOutcome end() {
        outcome_.named.assign(names_.begin(), names_.end());
        out_ << fmt::format(
            "{} 次演算 runs, {} 次故障 faults, {} 次中断 deaths: {} 次不成立 failed\n",
            outcome_.runs, outcome_.faults, outcome_.deaths, outcome_.failed.size());
        return outcome_;
    }

    const ProveOptions& options_;
    std::ostream& out_;
    Grounds grounds_;
    ProveOutcome outcome_;
    std::set<std::string> names_;
};

}  // namespace

std::uint64_t ground_of(std::uint64_t seed) { return 1 + seed % kGrounds; }

rules::Result<SimDisk::Image> installed(std::uint64_t seed, int enterprises) {
    const auto stage = day_stage(ground_of(seed), enterprises);
    if (!stage) return stage.error();
    const DayFolder folder;
    if (folder.path().empty()) return rules::refuse("no folder can be made for a day");
    Steps steps({});
    World world(stage->inventory, world_options_of(stage->scenario));
    MortalLink link(*stage, world, steps, seed, folder.path(), std::nullopt);
    try {
        link.begin();
        link.end();
    } catch (const Lost&) {
        return rules::refuse("the first start: " + link.violations().back());
    }
    return link.image();
}

rules::Result<DayOutcome> play_day(const DayOptions& options,
                                   const std::vector<std::string>* expected) {
    const bool makes_image =
        options.installed == nullptr && has_installation(ground_of(options.seed));
    SimDisk::Image made;
    if (makes_image) {
        auto image = installed(options.seed, options.enterprises);
        if (!image) return image.error();
        made = std::move(*image);
    }
    const auto stage = day_stage(ground_of(options.seed), options.enterprises);
    if (!stage) return stage.error();
    const DayFolder folder;
    if (folder.path().empty()) return rules::refuse("no folder can be made for a day");
    Steps steps(options.faults);
    World world(stage->inventory, world_options_of(stage->scenario));
    MortalLink link(*stage, world, steps, options.seed, folder.path(), options.canary);
    DayStory story(*stage, world, link, steps, options.canary == Canary::kSubscribesLate);
    Answered answered;
    DayOutcome outcome;
    bool is_whole = false;
    try {
        link.lay(options.installed != nullptr ? *options.installed : made);
        link.begin();
        asio::io_context io(1);
        asio::co_spawn(io, play_and_ask(story, link, world, answered.answers),
                       [&](std::exception_ptr ended) { answered.failure = ended; });
        io.run();
        if (answered.failure) std::rethrow_exception(answered.failure);
        link.end();
        is_whole = true;
    } catch (const Lost&) {
        // Said among the violations.
    } catch (const std::exception& failure) {
        outcome.violations.push_back(std::string("daemon: it throws: ") + failure.what());
    }
    for (const std::string& one : link.violations()) outcome.violations.push_back("daemon: " + one);
    outcome.steps = steps.kinds();
    outcome.struck = steps.struck();
    outcome.deaths = link.deaths();
    outcome.ends = link.ends();
    outcome.lines = story.lines();
    outcome.log.assign(link.log().begin(), link.log().end());
    if (!is_whole) return outcome;
    const bool may_have_lost = has_kind(outcome.struck, FaultKind::kBrokerForgets);
    const Evidence evidence{
        world,        link.broker(), story.witnessed(), answered.answers, stage->scenario.zone,
        may_have_lost};
    for (std::string& one : violations_of(evidence)) outcome.violations.push_back(std::move(one));
    outcome.end = end_of(answered.answers);
    // What the broker has lost was never the daemon's.
    if (expected != nullptr && !may_have_lost) {
        compare_ends(*expected, outcome.end, outcome.violations);
    }
    return outcome;
}

rules::Result<ProveOutcome> prove(const ProveOptions& options, std::ostream& out) {
    Campaign campaign(options, out);
    return options.is_each ? campaign.each() : campaign.seeds();
}

rules::Result<std::vector<std::string>> prove_one(const DayOptions& options, bool draws_faults,
                                                  std::ostream& out) {
    DayOptions day = options;
    DayOptions calm = options;
    calm.faults.clear();
    calm.canary.reset();
    const auto ground = play_day(calm, nullptr);
    if (!ground) return ground.error();
    out << fmt::format("seed {}: {} 步 steps without faults: {}\n", day.seed, ground->steps.size(),
                       kinds_of(ground->steps));
    for (const std::string& one : ground->violations)
        out << "  无故障时 without faults: " << one << "\n";
    if (draws_faults) day.faults = draw_faults(day.seed, ground->steps);
    out << fmt::format("故障 faults: {}\n", to_text(day.faults));
    const auto played = play_day(day, &ground->end);
    if (!played) return played.error();
    for (const std::string& line : played->lines) out << line << "\n";
    out << fmt::format("已发生 struck: {}; {} 次中断 deaths, {} 次自行停止 ends\n",
                       to_text(played->struck), played->deaths, played->ends);
    std::vector<std::string> all = ground->violations;
    all.insert(all.end(), played->violations.begin(), played->violations.end());
    for (const std::string& one : played->violations) out << "不成立 FAILED " << one << "\n";
    if (all.empty()) out << "成立 holds\n";
    if (!played->violations.empty()) {
        for (const std::string& line : played->log) out << "  " << line << "\n";
    }
    return all;
}

}  // namespace qk::sim
