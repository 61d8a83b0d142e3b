#include "sim/prove/day.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "sim/prove/checkers.hpp"
#include "sim/prove/day_story.hpp"
#include "sim/prove/mortal_link.hpp"

namespace qk::sim {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

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

// What a fault has changed for good, so that the end may differ in it: who is told late ramps down
// late, and is judged later.
std::vector<std::string_view> excused_of(const std::vector<PlannedFault>& struck) {
    std::vector<std::string_view> excused;
    const auto excuse = [&](FaultKind kind, std::initializer_list<std::string_view> beginnings) {
        if (has_kind(struck, kind)) excused.insert(excused.end(), beginnings);
    };
    excuse(FaultKind::kBrokerAway, {"reading ", "receipt ", "verdict "});
    excuse(FaultKind::kReadingsAway, {"verdict "});
    excuse(FaultKind::kClockBack, {"order ", "reading ", "receipt ", "verdict ", "warning "});
    return excused;
}

std::vector<std::string> without(std::vector<std::string> lines,
                                 const std::vector<std::string_view>& excused) {
    std::erase_if(lines, [&](const std::string& line) {
        return std::ranges::any_of(
            excused, [&](std::string_view beginning) { return line.starts_with(beginning); });
    });
    return lines;
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

}  // namespace

bool has_installation(std::uint64_t ground) { return ground != kGrounds; }

std::uint64_t ground_of(std::uint64_t seed) { return 1 + seed % kGrounds; }

rules::Result<SimDisk::Image> installed(std::uint64_t seed, int enterprises) {
    const auto stage = day_stage(ground_of(seed), enterprises);
    if (!stage) return stage.error();
    const DayFolder folder;
    if (folder.path().empty()) return rules::refuse("no folder can be made for a day");
    Steps steps({});
    World world(stage->inventory, world_options_of(stage->scenario));
    MortalLink link(*stage, world, steps, seed, folder.path(), nullptr);
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
    const Planting planting(options.canary);
    Steps steps(options.faults);
    World world(stage->inventory, world_options_of(stage->scenario));
    MortalLink link(*stage, world, steps, options.seed, folder.path(), options.canary);
    DayStory story(*stage, world, link, subscribes_late(options.canary));
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
    outcome.commands = steps.commands();
    outcome.struck = steps.struck();
    outcome.deaths = link.deaths();
    outcome.ends = link.ends();
    outcome.lines = story.lines();
    outcome.log.assign(link.log().begin(), link.log().end());
    if (!is_whole) return outcome;
    const bool may_have_lost = has_kind(outcome.struck, FaultKind::kBrokerForgets) ||
                               has_kind(outcome.struck, FaultKind::kBrokerDrops);
    const Evidence evidence{world,
                            link.broker(),
                            story.witnessed(),
                            answered.answers,
                            link.said(),
                            link.spoiled(),
                            stage->scenario.zone,
                            may_have_lost,
                            has_kind(outcome.struck, FaultKind::kClockBack)};
    for (std::string& one : violations_of(evidence)) outcome.violations.push_back(std::move(one));
    outcome.end = end_of(answered.answers);
    // What the broker or the disk has lost was never the daemon's.
    const bool is_whole_end = !may_have_lost && !link.spoiled().has_taken_messages();
    if (expected != nullptr && is_whole_end) {
        const auto excused = excused_of(outcome.struck);
        compare_ends(without(*expected, excused), without(outcome.end, excused),
                     outcome.violations);
    }
    return outcome;
}

}  // namespace qk::sim
