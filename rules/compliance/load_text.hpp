// What the answer about a load limit says in words, and the figures it rests on. Internal to
// rules/compliance.
#pragma once

#include <string>

#include "rules/compliance/load_period.hpp"

namespace qk::rules {

[[nodiscard]] Finding above_cap_finding(const JudgeInput& input, const LoadAtMost& check,
                                        const Meters& meters, const LoadPeriod& period,
                                        const LoadAnswer& answer);
// Of the whole window: what normal load was made of, and how sure it is.
[[nodiscard]] BaselineUsed baseline_used(const JudgeInput& input, const Meters& meters,
                                         const LoadPeriod& whole, const LoadAnswer& answer);
[[nodiscard]] std::string load_text(const LoadAtMost& check, const Meters& meters,
                                    const LoadPeriod& whole, const LoadAnswer& answer);
[[nodiscard]] std::string load_calibration_text(const CalibrationUsed& used);
// Empty where nothing speaks against the line.
[[nodiscard]] std::string load_accusation_text(const Accusation& accusation);

}  // namespace qk::rules
