// What a meter's running register says between two looks at it: energy, a roll-over (翻转), another
// meter or a reset (换表、清零), or nothing that can be told.
//
// A register that fell says nothing of the energy, unless it is one of few digits that went through
// its end: it stood near a power of ten, and the way over the end is no more than the meter can
// take. Everything else that fell begins anew and counts nothing, neither for nor against anybody.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::rules {

enum class RegisterStep {
    kRise,
    kRollOver,
    kStartedAnew,  // another meter, or set to zero
    kTooLong,      // too far apart to be one interval
    kNoTime,       // the later look is not later
};
[[nodiscard]] std::string_view to_text(RegisterStep step);  // "roll_over"

struct RegisterLook {
    Instant at{};
    double kwh_total = 0;  // as it is shown, before any ratio
};
struct RegisterSetting {
    std::chrono::seconds gap_max{std::chrono::hours{24}};
    double ratio = 1;                // 倍率: of the current and voltage transformers
    std::optional<double> rated_kw;  // of what it measures; without it no roll-over is believed
};
struct RegisterEnergy {
    RegisterStep step = RegisterStep::kNoTime;
    std::optional<double> kwh;      // with the ratio; empty: nothing can be told
    std::optional<double> mean_kw;  // over the time between
};
[[nodiscard]] RegisterEnergy energy_between(const RegisterLook& before, const RegisterLook& after,
                                            const RegisterSetting& setting);

}  // namespace qk::rules
