// A load limit over one period (a civil day, or the whole window): what was measured, what the
// baseline expects, and what follows for that period alone. Internal to rules/compliance.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/compliance/judging.hpp"

namespace qk::rules {

// Baselines that capacity papers or duties define; a power meter knows only its own past.
enum class NamedBaseline { kRegion, kCapacity, kDuty };

[[nodiscard]] NamedBaseline named_baseline(const std::string& name);
// Whether the baseline is one of papers whose figure nobody gave.
[[nodiscard]] bool is_on_paper_alone(const LoadAtMost& check);
// Whether the papers set the cap by a figure that is not here, so that the past only stands in.
[[nodiscard]] bool is_stood_in_for(const LoadAtMost& check);
// Whether nobody can say that it was kept either. A cap that may turn out higher can.
[[nodiscard]] bool is_cap_unknown(const LoadAtMost& check);

struct LoadPeriod {
    Span span;
    double measured_kwh = 0;
    double expected_kwh = 0;
    double unseen_kwh = 0;  // what the baseline expects where readings are missing
    double spread_kwh = 0;
    double standing_kwh = 0;  // of lines that merely stand
    double coverage = 1;
    std::optional<EnergyBand> band = EnergyBand{};  // empty: a meter without a calibration
    bool may_rest = false;  // the plant mostly rests on such a day, or on none like it was seen
    bool is_rated = false;
    bool is_known = true;
};

// A period between its cap and what chance allows above it.
enum class LoadMargin { kNone, kClearlyReduced, kLikeNormal };

struct LoadAnswer {
    Compliance compliance = Compliance::kCompliant;
    double cap_kwh = 0;
    double spread = 0;
    LoadMargin margin = LoadMargin::kNone;
    bool is_worked_rest = false;  // above the cap on a day that the plant mostly rests on
    double chance = 1;  // that an ordinary day, cut as ordered, draws so much; of a calibrated one
};

// The civil days of a span, as far as they are long enough to be judged alone.
[[nodiscard]] std::vector<Span> load_day_pieces(const JudgeInput& input, const Span& span);
[[nodiscard]] LoadPeriod measure_load(const JudgeInput& input, const Meters& meters,
                                      const Span& span);
// Of what the cap is a share: the figure of the papers where it is known, else the past.
[[nodiscard]] double basis_kwh(const LoadAtMost& check, const LoadPeriod& period);
// `periods`: how many are judged side by side.
[[nodiscard]] LoadAnswer load_answer_of(const JudgeInput& input, const LoadAtMost& check,
                                        const LoadPeriod& period, std::size_t periods);

}  // namespace qk::rules
