// How the people behind an enterprise take an order: those who obey, and a library of cheats.
//
// Each behaviour is a row of what it does to the load, to what the meters show of it, to the
// treatment, to the stack monitor, to the gate and to its receipts; sim/model/site plays the row
// and keeps what was true apart from what was shown. Source of the kinds: the cheats that
// inspectors describe (handbook 5.3 and 5.4); that a row exists says nothing of how often it
// happens.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace qk::sim {

enum class Behaviour : std::uint8_t {
    kObeys,           // 守法: signs soon, keeps every obligation
    kSlow,            // 迟缓: signs hours late and ramps down at the very end of what is granted
    kLate,            // 拖延: keeps the obligation, but hours after it began
    kNightRunner,     // 夜间生产: obeys by day, runs at night
    kMeterCutter,     // 断表: runs, with the meters cut so that they show nothing
    kTreatmentOff,    // 治污停运: keeps the load, but switches the treatment off to save
    kSilent,          // 失联: no receipt and no reading; nobody knows
    kRefuses,         // 拒不执行: says no and runs
    kOverCap,         // 超限: cuts, but not enough
    kSignsAndRuns,    // 签而不行: signs, says it executes, and runs as ever
    kRestartsEarly,   // 提前复产: obeys for a day, then starts again without asking
    kBursts,          // 间歇生产: runs one hour in four
    kCreeps,          // 逐日爬升: a little more every day
    kNightOverCap,    // 夜间超限: keeps the cap by day, exceeds it at night
    kMovesLoad,       // 转移产能: what the ordered line no longer makes, a free one does
    kRaisesBase,      // 抬高基线: runs high in the week before, and "cuts" from there
    kScaledMeter,     // 互感器作假: every meter shows a third from the order on
    kFlatMeter,       // 恒值: the line's meter shows one value for good
    kReplayedMeter,   // 回放: the line's meter repeats a night on which it stood
    kCopiedDay,       // 复制数据: the line's meter repeats the first day of the order
    kPastMeter,       // 绕表用电: the line is fed past its own meter, not past the total one
    kOwnGenerator,    // 自备电源: the line is fed past every meter
    kSilentMeters,    // 受令失数: the meters fall silent with the order for a day, and it runs
    kTreatmentNight,  // 夜间停治污: treatment off at night
    kTreatmentCutEarly,  // 提前停治污: treatment off as soon as production stops
    kTreatmentIdles,     // 治污空转: the fans turn, and nothing is treated
    kTreatmentFaked,     // 治污假运行: treatment off, its meter shows it on
    kFlatStack,          // 在线恒值: treatment off, the monitor shows one value
    kDilutedStack,       // 稀释采样: treatment off, the sample is thinned to a third
    kCopiedStack,        // 在线复制: treatment off, the monitor repeats a clean day
    kShavedStack,        // 在线削峰: treatment off, whatever is above the usual is cut away
    kLetsTrucksIn,       // 违规用车: banned trucks pass the gate
    kSwapsPlates,        // 套牌: banned trucks pass under new-energy plates
};
inline constexpr std::size_t kBehaviourCount = 33;

enum class Load : std::uint8_t {
    kKept,        // and down before the granted ramp ends
    kKeptSlowly,  // down just in time
    kKeptLate,    // hours after that
    kKeptByDay,
    kAsEver,
    kMaybeKept,  // drawn for each enterprise
    kAboveCap,
    kAboveCapAtNight,
    kForADay,  // kept for a day, then as ever
    kInBursts,
    kCreeping,
    kMoved,          // to lines that no order names
    kFromHighBase,   // a cut of what it ran at in the week before
    kAsEverForADay,  // while the meters are silent
};
enum class Shown : std::uint8_t {
    kTrue,
    kNothing,  // every meter at zero
    kThird,    // every meter at a third
    kFlat,     // from here on the line's own meters alone
    kRestNight,
    kFirstDay,
    kPastLine,
    kPastAll,     // and the total one
    kSilentADay,  // no reading of any meter
    kNoMessage,   // nothing at all is sent
};
enum class Treatment : std::uint8_t { kRight, kOff, kOffAtNight, kCutEarly, kIdle, kShownOn };
enum class Stack : std::uint8_t { kTrue, kFlat, kDiluted, kCopied, kShaved };
enum class Gate : std::uint8_t { kKept, kOpen, kSwapped };
enum class Answer : std::uint8_t { kSoon, kHoursLate, kNo, kNever };

struct Habit {
    Behaviour behaviour = Behaviour::kObeys;
    std::string_view english;
    std::string_view chinese;
    Load load = Load::kKept;
    Shown shown = Shown::kTrue;
    Treatment treatment = Treatment::kRight;
    Stack stack = Stack::kTrue;
    Gate gate = Gate::kKept;
    Answer answer = Answer::kSoon;
};

[[nodiscard]] const Habit& habit_of(Behaviour behaviour);

inline constexpr std::array<Behaviour, kBehaviourCount> kBehaviours = [] {
    std::array<Behaviour, kBehaviourCount> all{};
    for (std::size_t i = 0; i < kBehaviourCount; ++i) all[i] = static_cast<Behaviour>(i);
    return all;
}();

[[nodiscard]] std::string_view to_text(Behaviour behaviour);     // "night_runner"
[[nodiscard]] std::string_view to_chinese(Behaviour behaviour);  // "夜间生产"

// Share of the enterprises under forced measures that behave so; the rest obeys.
using BehaviourShares = std::array<double, kBehaviourCount>;

}  // namespace qk::sim
