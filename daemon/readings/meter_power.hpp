// The mean power of a reading as it is stored: as it came, or of the energy of its interval, or of
// two looks at a running register. Pure.
#pragma once

#include <optional>

#include "daemon/readings/message.hpp"
#include "rules/compliance/readings.hpp"
#include "rules/compliance/register_step.hpp"

namespace qk::daemon {

inline constexpr std::chrono::hours kRegisterGapMax{24};

// The last that was seen of the register, if anything was.
struct MeterState {
    rules::Instant t{};
    std::optional<double> kwh_total;
};
struct MeterPower {
    double kw = 0;
    bool valid = true;            // false: never evidence
    bool has_begun_anew = false;  // another meter, or its register was set to zero
};
// `ratio`: what a gateway leaves to us to multiply with, that sends what the meter itself sees
// behind its transformers. A register is kept as it is shown; its energy is multiplied.
[[nodiscard]] MeterPower power_of(const rules::MeterFacts& meter, const MeterReading& reading,
                                  double ratio, const std::optional<MeterState>& before);
// Its power and energy multiplied; the register as it is.
[[nodiscard]] MeterReading scaled(MeterReading reading, double ratio);

}  // namespace qk::daemon
