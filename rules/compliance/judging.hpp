// Parts that the judges of the single checks share. Internal to rules/compliance.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rules/compliance/judge.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::rules {

using Meters = std::vector<const MeterEvidence*>;

// The worse of two partial answers: breach > suspected > cannot tell > compliant.
[[nodiscard]] Compliance worse_of(Compliance a, Compliance b);

// Production meters of a line (empty: of the whole enterprise).
[[nodiscard]] Meters production_meters(const Evidence& evidence, const std::string& line);
[[nodiscard]] const MeterEvidence* total_meter(const Evidence& evidence);
[[nodiscard]] Finding no_meter_finding(const JudgeInput& input, std::string text);

// When the enterprise began to owe it: from the obligation's start, or from when it could be known.
[[nodiscard]] Instant owed_since(const JudgeInput& input);
// The span that counts: the window less the time granted for coming down.
[[nodiscard]] Span judged_span(const JudgeInput& input, std::chrono::minutes ramp_down);

// So many spreads that the chance of passing them once in `periods` is that of passing `once` in
// one: whoever looks at ten days must not suspect more plants than who looks at one.
[[nodiscard]] double spreads_of(double once, std::size_t periods);

// What one or several meters show of standing still over a span.
struct Standstill {
    Compliance compliance = Compliance::kCompliant;
    std::vector<Finding> findings;
    std::vector<Span> clearly_running;
    std::optional<BaselineUsed> baseline;
    double coverage = 1;
    double measured_kwh = 0;
    double allowed_kwh = 0;
    std::optional<double> normal_kwh = 0;
    double max_kw = 0;
    double stop_kw = 0;
    std::string limit_text;
    std::optional<Accusation> accusation;
};
// The case against a line that was seen running clearly for so long.
[[nodiscard]] std::optional<Accusation> accusation_of_running(const JudgeInput& input,
                                                              std::chrono::seconds running,
                                                              std::chrono::minutes interval);
[[nodiscard]] Standstill judge_standing(const JudgeInput& input, const Meters& meters,
                                        const Span& span);
// Adds what `other` shows; the worse answer holds.
void merge(Standstill& into, Standstill other);
void append_coverage_findings(std::vector<Finding>& findings, const MeterEvidence& meter,
                              const Coverage& coverage, Zone zone);

// Zeros of a line's meter are believed where the total meter shows no load that nobody meters.
[[nodiscard]] bool is_vouched_for(const JudgeInput& input, const Span& span);

// Findings beside the main question: load that only the total meter sees, and treatment stopped
// too early, which each say how bad it is; treatment off while production runs is a finding of its
// own (is_lead) and says nothing about the obligation.
[[nodiscard]] Compliance find_unmetered_load(const JudgeInput& input, const Meters& meters,
                                             const Span& span, std::vector<Finding>& findings);
void find_treatment_off(const JudgeInput& input, const Meters& production, const Span& span,
                        std::vector<Finding>& findings);
// Readings that no meter makes: they show nothing, so what they would clear cannot be told.
[[nodiscard]] Compliance find_made_up_series(const JudgeInput& input, const Meters& production,
                                             const Span& span, std::vector<Finding>& findings);
[[nodiscard]] Compliance find_treatment_cut_early(const JudgeInput& input, const Meters& production,
                                                  std::vector<Finding>& findings);

// A new-energy plate has eight characters.
[[nodiscard]] bool is_new_energy_plate(const std::string& plate);

// The single checks.
[[nodiscard]] Judgement judge_line_stands(const JudgeInput& input, const LineStands& check);
[[nodiscard]] Judgement judge_share_stands(const JudgeInput& input, const ShareStands& check);
[[nodiscard]] Judgement judge_on_off(const JudgeInput& input, const OnOffCycle& check);
[[nodiscard]] Judgement judge_no_restart(const JudgeInput& input);
[[nodiscard]] Judgement judge_load(const JudgeInput& input, const LoadAtMost& given);
[[nodiscard]] Judgement judge_emission(const JudgeInput& input, const EmissionAtMost& check);
[[nodiscard]] Judgement judge_vehicles(const JudgeInput& input, const NoVehicles& check);
[[nodiscard]] Judgement judge_vehicle_count(const JudgeInput& input, const CountAtMost& check);

// "1号线" or "全厂", then what was asked and the window, as every verdict's sentence begins.
[[nodiscard]] std::string opening_text(const JudgeInput& input);
[[nodiscard]] Judgement not_judged(std::string why);
// A verdict whose text is opening, compliance and `main`, with the causes where it cannot tell.
[[nodiscard]] Judgement verdict_of(const JudgeInput& input, Standstill standing, std::string main);

}  // namespace qk::rules
