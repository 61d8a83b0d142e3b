// What is seen beside the main question: load that only the total meter shows, and treatment that
// does not run when it must.
#include <algorithm>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::seconds;

// Below this the equipment is off. One that serves the whole plant draws less when few lines run,
// so its threshold is that of one line's share.
double treatment_off_kw(const MeterEvidence& treatment, const JudgeInput& input) {
    const bool is_of_plant = treatment.series.meter.line.empty();
    const auto lines = static_cast<double>(
        is_of_plant ? std::max<std::size_t>(1, input.evidence.lines.size()) : 1);
    return input.parameters.treatment_off_share * treatment.baseline.normal_kw.value_or(0) / lines;
}

Meters treatment_meters(const Evidence& evidence, const std::string& line) {
    Meters of_line;
    Meters of_plant;
    for (const MeterEvidence& meter : evidence.meters) {
        const MeterFacts& facts = meter.series.meter;
        if (facts.role != MeterRole::kTreatment) continue;
        if (!line.empty() && facts.line == line) of_line.push_back(&meter);
        if (line.empty() || facts.line.empty()) of_plant.push_back(&meter);
    }
    return of_line.empty() ? of_plant : of_line;
}

const PowerReading* reading_at(const PowerSeries& series, Instant end) {
    const auto found =
        std::lower_bound(series.readings.begin(), series.readings.end(), end,
                         [](const PowerReading& reading, Instant at) { return reading.end < at; });
    return found != series.readings.end() && found->end == end ? &*found : nullptr;
}

enum class TreatmentState { kOn, kOff, kZero, kUnknown };

// Off only when every treatment meter that could serve the line says so.
TreatmentState treatment_state(const Meters& treatment, Instant end, const JudgeInput& input) {
    bool is_zero = true;
    for (const MeterEvidence* meter : treatment) {
        const double off_kw = treatment_off_kw(*meter, input);
        const PowerReading* reading = reading_at(meter->series, end);
        if (off_kw <= 0 || reading == nullptr) return TreatmentState::kUnknown;
        if (belief_in(*reading, *meter) == Belief::kInvalid) return TreatmentState::kUnknown;
        if (reading->kw > off_kw) return TreatmentState::kOn;
        is_zero = is_zero && reading->kw <= 0;
    }
    return is_zero ? TreatmentState::kZero : TreatmentState::kOff;
}

struct OffPeriod {
    Span span;
    std::vector<Instant> ends;
    bool is_all_zero = true;
};

// Adjacent readings of `production` that run while treatment is off.
std::vector<OffPeriod> off_stretches(const JudgeInput& input, const MeterEvidence& production,
                                     const StandstillLimit& limit, const Meters& treatment,
                                     const Span& span) {
    std::vector<OffPeriod> stretches;
    const PowerSeries& series = production.series;
    for (const PowerReading& reading : series.readings) {
        const Span part{reading.end - series.interval, reading.end};
        if (part.from < span.from || part.to > span.to) continue;
        if (belief_in(reading, production) != Belief::kBelieved || reading.kw < limit.run_kw) {
            continue;
        }
        const TreatmentState state = treatment_state(treatment, reading.end, input);
        if (state != TreatmentState::kOff && state != TreatmentState::kZero) continue;
        if (stretches.empty() || stretches.back().span.to != part.from) {
            stretches.push_back({part, {}, true});
        }
        OffPeriod& stretch = stretches.back();
        stretch.span.to = part.to;
        if (stretch.ends.size() < kEvidenceReadingsMax) stretch.ends.push_back(reading.end);
        stretch.is_all_zero = stretch.is_all_zero && state == TreatmentState::kZero;
    }
    return stretches;
}

double normal_kw_of(const Meters& meters) {
    double sum = 0;
    for (const MeterEvidence* meter : meters) sum += meter->baseline.normal_kw.value_or(0);
    return sum;
}

}  // namespace

Compliance find_unmetered_load(const JudgeInput& input, const Meters& meters, const Span& span,
                               std::vector<Finding>& findings) {
    if (!input.evidence.unmetered) return Compliance::kCompliant;
    const MeterEvidence& unmetered = *input.evidence.unmetered;
    const double line_kw = normal_kw_of(meters);
    if (!unmetered.baseline.normal_kw || line_kw <= 0) return Compliance::kCompliant;
    StandstillLimit limit;
    limit.stop_kw = *unmetered.baseline.normal_kw + input.parameters.unmetered_share * line_kw;
    limit.run_kw = limit.stop_kw;
    Compliance answer = Compliance::kCompliant;
    for (const RunningPeriod& stretch :
         running_stretches(unmetered, limit, span, input.parameters)) {
        if (stretch.above_run < minutes_of(input.parameters.breach_after_min)) continue;
        Finding finding;
        finding.kind = FindingKind::kUnmeteredLoad;
        finding.span = stretch.span;
        finding.meter = unmetered.series.meter.id;
        finding.from = stretch.ends;
        finding.measured = stretch.mean_kw;
        finding.allowed = limit.stop_kw;
        finding.unit = "kW";
        finding.text = "总表" + finding.meter + "在" + to_chinese(stretch.span, input.zone) +
                       "比各分表之和多" + number_text(stretch.mean_kw) + "kW，平时至多" +
                       number_text(*unmetered.baseline.normal_kw) + "kW，疑有未计量负荷";
        findings.push_back(std::move(finding));
        answer = Compliance::kBreachSuspected;
    }
    return answer;
}

void find_treatment_off(const JudgeInput& input, const Meters& production, const Span& span,
                        std::vector<Finding>& findings) {
    for (const MeterEvidence* meter : production) {
        const Meters treatment = treatment_meters(input.evidence, meter->series.meter.line);
        std::string why;
        const auto limit = standing_limit(*meter, input.parameters, why);
        if (treatment.empty() || !limit) continue;
        for (const OffPeriod& stretch : off_stretches(input, *meter, *limit, treatment, span)) {
            if (stretch.span.length() < minutes_of(input.parameters.breach_after_min)) continue;
            Finding finding;
            finding.kind = FindingKind::kTreatmentOff;
            finding.span = stretch.span;
            finding.meter = treatment.front()->series.meter.id;
            finding.from = stretch.ends;
            finding.allowed = treatment_off_kw(*treatment.front(), input);
            finding.unit = "kW";
            finding.text = "生产电表" + meter->series.meter.id + "在" +
                           to_chinese(stretch.span, input.zone) + "运行" +
                           hours_text(stretch.span.length()) + "，治污电表" + finding.meter +
                           "低于" + number_text(finding.allowed) + "kW";
            // A zero may be a cut meter.
            if (stretch.is_all_zero) finding.text += "（读数为零，也可能是断电）";
            finding.text += "，是治污设施的线索，不计入本项义务的结论";
            findings.push_back(std::move(finding));
        }
    }
}

Compliance find_treatment_cut_early(const JudgeInput& input, const Meters& production,
                                    std::vector<Finding>& findings) {
    const auto run_on = input.obligation.treatment_after_stop;
    if (run_on.count() <= 0) return Compliance::kCompliant;
    Compliance answer = Compliance::kCompliant;
    for (const MeterEvidence* meter : production) {
        std::string why;
        const auto limit = standing_limit(*meter, input.parameters, why);
        const Meters treatment = treatment_meters(input.evidence, meter->series.meter.line);
        if (treatment.empty() || !limit) continue;
        const Span around{input.window.from - std::chrono::hours{12}, input.window.to};
        const auto stretches = running_stretches(*meter, *limit, around, input.parameters);
        if (stretches.empty() || stretches.back().span.to >= input.window.to) continue;
        const Instant stopped = stretches.back().span.to;
        // Who stopped before the order could be known did not know of the treatment either.
        if (input.delivery && stopped < known_from(*input.delivery).value_or(Known{}).from)
            continue;
        const Instant until = std::min<Instant>(stopped + run_on, input.window.to);
        Finding finding;
        finding.kind = FindingKind::kTreatmentCutEarly;
        for (const PowerReading& reading : treatment.front()->series.readings) {
            if (reading.end - treatment.front()->series.interval < stopped || reading.end > until) {
                continue;
            }
            if (treatment_state(treatment, reading.end, input) == TreatmentState::kOff) {
                finding.from.push_back(reading.end);
            }
        }
        const auto off_for =
            treatment.front()->series.interval * static_cast<std::int64_t>(finding.from.size());
        if (finding.from.empty() || off_for < minutes_of(input.parameters.persistence_min))
            continue;
        if (finding.from.size() > kEvidenceReadingsMax) finding.from.resize(kEvidenceReadingsMax);
        finding.span = {stopped, until};
        finding.meter = treatment.front()->series.meter.id;
        finding.allowed = treatment_off_kw(*treatment.front(), input);
        finding.unit = "kW";
        finding.text = "生产于" + to_chinese(stopped, input.zone) + "停止，治污电表" +
                       finding.meter + "未按要求继续运行" + hours_text(run_on);
        findings.push_back(std::move(finding));
        answer = Compliance::kBreachSuspected;
    }
    return answer;
}

}  // namespace qk::rules
