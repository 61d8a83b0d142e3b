// Treatment against the production that it serves: without the power that production used to ask of
// it (空转), and going on for hours although production's meters show that it stands.
#include <algorithm>
#include <cmath>

#include "rules/compliance/joint.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr double kWorks = 0.25;  // of normal production: it asks for treatment
constexpr double kStands = 0.2;
constexpr double kOn = 0.5;  // of normal treatment: it goes on
constexpr double kRunningLeast_h = 24;
constexpr hours kIdleLeast{2};
constexpr hours kAfterStop{3};  // beyond what the measure asks treatment to go on for
constexpr hours kAloneLeast{6};
constexpr hours kAloneLeastUnseen{12};  // of a plant that was never seen to stand
constexpr double kSeldomOn = 0.05;      // treatment of a plant that stands, before the order
constexpr double kStandingLeast_h = 24;

struct Pair {
    Instant end{};
    double production = 0;  // shares of normal
    double treatment = 0;
    double treatment_kw = 0;
};

struct Run {
    Span span;
    std::vector<Instant> ends;
    double treatment_kw = 0;  // sum
    double bound_kw = 0;
};

std::vector<Pair> pairs_of(const JudgeInput& input, const MeterEvidence& treatment,
                           const Meters& production, Instant from) {
    std::vector<Pair> pairs;
    const double normal_production = normal_power(production);
    const double normal_treatment = treatment.baseline.normal_kw.value_or(0);
    if (normal_production <= 0 || normal_treatment <= 0) return pairs;
    for (const PowerReading& reading : treatment.series.readings) {
        if (reading.end <= from || reading.end > input.window.to) continue;
        if (!reading.valid || !std::isfinite(reading.kw) || reading.kw < 0) continue;
        const auto kw = power_at(production, reading.end);
        if (!kw || *kw < 0) continue;
        pairs.push_back(
            {reading.end, *kw / normal_production, reading.kw / normal_treatment, reading.kw});
    }
    return pairs;
}

// The longest run of neighbouring pairs of which `holds` says yes.
Run longest_run(const std::vector<Pair>& pairs, std::chrono::minutes interval, auto holds,
                auto bound) {
    Run best;
    Run run;
    for (const Pair& pair : pairs) {
        if (!holds(pair) || (!run.ends.empty() && run.span.to != pair.end - interval)) run = {};
        if (!holds(pair)) continue;
        if (run.ends.empty()) run.span.from = pair.end - interval;
        run.span.to = pair.end;
        run.ends.push_back(pair.end);
        run.treatment_kw += pair.treatment_kw;
        run.bound_kw += bound(pair);
        if (run.ends.size() > best.ends.size()) best = run;
    }
    return best;
}

Finding run_finding(FindingKind kind, const MeterEvidence& treatment, Run run) {
    Finding finding = joint_finding(kind, run.span, treatment.series.meter.id);
    const auto count = static_cast<double>(run.ends.size());
    finding.measured = run.treatment_kw / count;
    finding.allowed = run.bound_kw / count;
    finding.unit = "kW";
    if (run.ends.size() > kEvidenceReadingsMax) run.ends.resize(kEvidenceReadingsMax);
    finding.from = std::move(run.ends);
    return finding;
}

// The least that treatment drew at so much production, and below what was seen as steeply as
// anything in its past allows.
double least_share(const UsualTreatment& usual, double production) {
    const double below = std::min(1.0, production / std::max(usual.production_low, 1e-9));
    return usual.low_share * std::pow(below, usual.exponent);
}

void find_idle(const JudgeInput& input, const MeterEvidence& treatment, const Meters& production,
               const UsualTreatment& usual, std::vector<Finding>& findings) {
    const double off = input.parameters.treatment_off_share;
    const double idle = input.parameters.treatment_idle_share;
    // Whose treatment came and went with production running says nothing by coming and going.
    if (usual.running_h < kRunningLeast_h || usual.low_share <= off / idle) return;
    const auto pairs = pairs_of(input, treatment, production, input.window.from);
    const double normal = treatment.baseline.normal_kw.value_or(0);
    const auto is_idle = [&](const Pair& pair) {
        return pair.production >= kWorks && pair.treatment > off &&
               pair.treatment < idle * least_share(usual, pair.production);
    };
    const auto bound = [&](const Pair& pair) {
        return normal * least_share(usual, pair.production);
    };
    Run run = longest_run(pairs, treatment.series.interval, is_idle, bound);
    if (run.span.length() < kIdleLeast) return;
    Finding finding = run_finding(FindingKind::kTreatmentIdle, treatment, std::move(run));
    finding.text = "生产在" + to_chinese(finding.span, input.zone) + "运行，治污电表" +
                   finding.meter + "平均" + number_text(finding.measured) + "kW，此前" +
                   number_text(std::floor(usual.running_h)) + "小时运行中同等生产负荷下不低于" +
                   number_text(finding.allowed) + "kW，疑空转或降频，不计入本项义务的结论";
    findings.push_back(std::move(finding));
}

Compliance find_alone(const JudgeInput& input, const MeterEvidence& treatment,
                      const Meters& production, const UsualTreatment& usual,
                      std::vector<Finding>& findings) {
    if (usual.running_h < kRunningLeast_h) return Compliance::kCompliant;
    const bool was_seen = usual.standing_h >= kStandingLeast_h;
    if (was_seen && usual.on_while_standing > kSeldomOn) return Compliance::kCompliant;
    const seconds least = was_seen ? kAloneLeast : kAloneLeastUnseen;
    const auto owed = input.obligation.treatment_after_stop + kAfterStop;
    // Readings of some hours before the window tell when production stopped.
    const auto pairs = pairs_of(input, treatment, production, input.window.from - hours{12});
    const auto is_alone = [](const Pair& pair) {
        return pair.production <= kStands && pair.treatment >= kOn;
    };
    const auto bound = [](const Pair&) { return 0.0; };
    Run run = longest_run(pairs, treatment.series.interval, is_alone, bound);
    if (run.span.length() < least + owed || run.span.to <= input.window.from) {
        return Compliance::kCompliant;
    }
    Finding finding = run_finding(FindingKind::kTreatmentAlone, treatment, std::move(run));
    finding.text = "生产电表在" + to_chinese(finding.span, input.zone) + "显示停产，治污电表" +
                   finding.meter + "却持续运行" + hours_text(finding.span.length()) + "、平均" +
                   number_text(finding.measured) + "kW，";
    finding.text +=
        was_seen ? "此前停产时段中仅" + percent_text(usual.on_while_standing) + "的时间如此，"
                 : "该线此前未见停产，无从比较，";
    finding.text += "疑生产未停而未经本表用电，须现场核查";
    findings.push_back(std::move(finding));
    return Compliance::kCannotTell;
}

}  // namespace

Compliance find_treatment_apart(const JudgeInput& input, std::vector<Finding>& findings) {
    Compliance answer = Compliance::kCompliant;
    for (const std::string& line : lines_of(input)) {
        for (const MeterEvidence* treatment : treatment_of_line(input.evidence, line)) {
            const std::string& id = treatment->series.meter.id;
            const UsualTreatment* usual = input.evidence.usual.treatment(id);
            if (usual == nullptr) continue;
            const Meters production =
                production_meters(input.evidence, treatment->series.meter.line);
            if (production.empty()) continue;
            find_idle(input, *treatment, production, *usual, findings);
            answer = worse_of(answer, find_alone(input, *treatment, production, *usual, findings));
        }
        // What serves the whole plant was looked at once.
        if (input.obligation.line.empty() && line == lines_of(input).front()) {
            const Meters first = treatment_of_line(input.evidence, line);
            if (!first.empty() && first.front()->series.meter.line.empty()) break;
        }
    }
    return answer;
}

}  // namespace qk::rules
