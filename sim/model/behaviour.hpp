// How the people behind an enterprise take an order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace qk::sim {

enum class Behaviour : std::uint8_t {
    kObeys,         // 守法: signs soon, keeps every obligation
    kSlow,          // 迟缓: signs hours late and ramps down at the very end of what is granted
    kLate,          // 拖延: keeps the obligation, but hours after it began
    kNightRunner,   // 夜间生产: obeys by day, runs at night
    kMeterCutter,   // 断表: runs, with the meters cut so that they show nothing
    kTreatmentOff,  // 治污停运: keeps the load, but switches the treatment off to save
    kSilent,        // 失联: no receipt and no reading; nobody knows
    kRefuses,       // 拒不执行: says no and runs
    kOverCap,       // 超限: cuts, but not enough
};
inline constexpr std::size_t kBehaviourCount = 9;
inline constexpr std::array<Behaviour, kBehaviourCount> kBehaviours{
    Behaviour::kObeys,       Behaviour::kSlow,        Behaviour::kLate,
    Behaviour::kNightRunner, Behaviour::kMeterCutter, Behaviour::kTreatmentOff,
    Behaviour::kSilent,      Behaviour::kRefuses,     Behaviour::kOverCap};

[[nodiscard]] std::string_view to_text(Behaviour behaviour);     // "night_runner"
[[nodiscard]] std::string_view to_chinese(Behaviour behaviour);  // "夜间生产"

// Share of the enterprises under forced measures that behave so; the rest obeys.
using BehaviourShares = std::array<double, kBehaviourCount>;

}  // namespace qk::sim
