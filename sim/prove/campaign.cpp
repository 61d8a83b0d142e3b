#include "sim/prove/campaign.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

#include "sim/prove/grounds.hpp"

namespace qk::sim {
namespace {

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
    if (day.canary != nullptr) text += fmt::format(" --canary {}", day.canary->name);
    return text;
}

class Campaign {
 public:
    Campaign(const ProveOptions& options, std::ostream& out)
        : options_(options), out_(out), grounds_(options.enterprises) {}

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
            auto faults = draw_faults(seed, **ground);
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

rules::Result<ProveOutcome> prove(const ProveOptions& options, std::ostream& out) {
    Campaign campaign(options, out);
    return options.is_each ? campaign.each() : campaign.seeds();
}

rules::Result<std::vector<std::string>> prove_one(const DayOptions& options, bool draws_faults,
                                                  std::ostream& out) {
    DayOptions day = options;
    DayOptions calm = options;
    calm.faults.clear();
    calm.canary = nullptr;
    const auto ground = play_day(calm, nullptr);
    if (!ground) return ground.error();
    out << fmt::format("seed {}: {} 步 steps without faults: {}\n", day.seed, ground->steps.size(),
                       kinds_of(ground->steps));
    std::string commands;
    for (const StepRange& one : ground->commands) {
        commands += fmt::format(" {}-{}", one.from, one.to);
    }
    out << fmt::format("命令 commands of people, by step:{}\n", commands);
    for (const std::string& one : ground->violations)
        out << "  无故障时 without faults: " << one << "\n";
    if (draws_faults) day.faults = draw_faults(day.seed, *ground);
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
