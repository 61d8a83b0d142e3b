#include "rules/compliance/joint.hpp"

#include <algorithm>
#include <cmath>

namespace qk::rules {
namespace {

constexpr double kTests = 10;  // that share the chance of a lead
constexpr double kBlocksOfDay = 6;

bool is_about(FindingKind kind, const std::vector<Finding>& findings) {
    return std::ranges::any_of(findings,
                               [kind](const Finding& finding) { return finding.kind == kind; });
}

// What a ban of vehicles leaves to be compared is the gate alone.
bool is_of_gate(const Check& check) {
    return std::holds_alternative<NoVehicles>(check) || std::holds_alternative<CountAtMost>(check);
}

}  // namespace

std::vector<std::string> lines_of(const JudgeInput& input) {
    if (!input.obligation.line.empty()) return {input.obligation.line};
    return input.evidence.lines;
}

Meters treatment_of_line(const Evidence& evidence, const std::string& line) {
    Meters of_line;
    Meters of_plant;
    for (const MeterEvidence& meter : evidence.meters) {
        const MeterFacts& facts = meter.series.meter;
        if (facts.role != MeterRole::kTreatment) continue;
        if (facts.line.empty()) of_plant.push_back(&meter);
        if (!line.empty() && facts.line == line) of_line.push_back(&meter);
    }
    return of_line.empty() ? of_plant : of_line;
}

Instant knew_since(const JudgeInput& input) {
    const auto known = input.delivery ? known_from(*input.delivery) : std::nullopt;
    // Without a record of it: a warning is given a day ahead at most.
    return known ? std::min(known->from, input.obligation.from)
                 : input.obligation.from - std::chrono::hours{24};
}

Instant warned_since(const JudgeInput& input) {
    const Instant knew = knew_since(input);
    return input.delivery ? std::min(knew, input.delivery->warned_at.value_or(knew)) : knew;
}

double chance_of_block(const JudgingParameters& parameters) {
    return parameters.lead_chance / kTests / std::max(1.0, kBlocksOfDay * parameters.winter_days);
}

Finding joint_finding(FindingKind kind, const Span& span, std::string instrument) {
    Finding finding;
    finding.kind = kind;
    finding.span = span;
    finding.meter = std::move(instrument);
    return finding;
}

const PowerReading* reading_ending(const PowerSeries& series, Instant end) {
    const auto found = std::ranges::lower_bound(series.readings, end, {}, &PowerReading::end);
    return found != series.readings.end() && found->end == end ? &*found : nullptr;
}

std::optional<double> power_at(const Meters& meters, Instant end) {
    double sum = 0;
    for (const MeterEvidence* meter : meters) {
        const PowerReading* reading = reading_ending(meter->series, end);
        if (reading == nullptr || !reading->valid || !std::isfinite(reading->kw)) return {};
        sum += reading->kw;
    }
    if (meters.empty()) return {};
    return sum;
}

double normal_power(const Meters& meters) {
    double sum = 0;
    for (const MeterEvidence* meter : meters) sum += meter->baseline.normal_kw.value_or(0);
    return sum;
}

Compliance find_joint(const JudgeInput& input, std::vector<Finding>& findings) {
    if (input.edition < kJointSince || input.window.length().count() <= 0) {
        return Compliance::kCompliant;
    }
    // Nobody hides from an order that could not be known.
    if (is_about(FindingKind::kOrderNotKnown, findings)) return Compliance::kCompliant;
    if (is_of_gate(input.obligation.check)) {
        find_plates(input, findings);
        return Compliance::kCompliant;
    }
    Compliance answer = Compliance::kCompliant;
    for (const auto find : {find_silence, find_zeros, find_disagreement, find_made_up,
                            find_treatment_apart, find_emission_apart}) {
        answer = worse_of(answer, find(input, findings));
    }
    find_moved_load(input, findings);
    return answer;
}

}  // namespace qk::rules
