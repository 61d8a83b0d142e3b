// A load limit over the days of an order: each by itself, and all of them together as the case
// against the line. Internal to rules/compliance.
#pragma once

#include <vector>

#include "rules/compliance/load_period.hpp"

namespace qk::rules {

// What the pieces of a window say, each by itself.
struct LoadDays {
    bool has_margin = false;
    // Those that chance alone may have put above their cap, and that look like normal days.
    std::vector<Finding> unclear;
    bool is_above_normal = false;  // an unclear one even lies above normal
    std::vector<Finding> worked_rests;
    // Of those that are over and calibrated, in order of time.
    std::vector<Finding> settled;
    std::vector<double> log_e;
    bool is_calibrated = false;
};

// Findings and the worse answer go into `standing`.
[[nodiscard]] LoadDays judge_load_days(const JudgeInput& input, const LoadAtMost& check,
                                       const Meters& meters, const std::vector<Span>& spans,
                                       Standstill& standing);
// The case against the line by all the days of the order together.
void accuse_load_days(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                      LoadDays& pieces, Standstill& standing);
// A baseline that was raised just before the order would raise the cap with it: what only the
// raised one allows is not cleared.
void find_raised_baseline(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                          const LoadPeriod& whole, double cap_kwh, Standstill& standing);
[[nodiscard]] bool any_unsettled(const Meters& meters);
// Whether too few days came before the order to try a guess on.
[[nodiscard]] bool is_untried(const Meters& meters);

}  // namespace qk::rules
