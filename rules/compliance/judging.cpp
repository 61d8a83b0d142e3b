#include "rules/compliance/judging.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "rules/compliance/joint.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

int badness(Compliance compliance) {
    switch (compliance) {
        case Compliance::kCompliant:
            return 0;
        case Compliance::kCannotTell:
            return 1;
        case Compliance::kBreachSuspected:
            return 2;
        case Compliance::kBreach:
            return 3;
    }
    return 3;
}

bool is_night(const Span& span, const JudgingParameters& parameters, Zone zone) {
    const auto from = static_cast<int>(parameters.night_from_hour);
    const auto to = static_cast<int>(parameters.night_to_hour);
    if (span.length() > std::chrono::hours{24}) return false;
    for (Instant t = span.from; t < span.to; t += std::chrono::minutes{15}) {
        const int hour = hour_of_day(t, zone);
        const bool is_in = from > to ? hour >= from || hour < to : hour >= from && hour < to;
        if (!is_in) return false;
    }
    return true;
}

// What has run from the first reading that counts on, and then stood, has stopped late; a night run
// begins after the line stood.
FindingKind kind_of(const RunningPeriod& stretch, const Span& span, std::chrono::minutes interval,
                    const JudgeInput& input) {
    if (stretch.span.from < span.from + interval) {
        return stretch.span.to < span.to ? FindingKind::kStoppedLate : FindingKind::kLineRunning;
    }
    if (is_night(stretch.span, input.parameters, input.zone)) return FindingKind::kNightRunning;
    // Who stood for a shift and then ran for one has started again.
    constexpr std::chrono::hours kShift{8};
    const bool has_stood = stretch.span.from >= span.from + kShift;
    const bool is_early = input.edition < kJointSince;
    return has_stood && stretch.span.length() >= kShift && !is_early ? FindingKind::kRestarted
                                                                     : FindingKind::kLineRunning;
}

Finding running_finding(const MeterEvidence& meter, const StandstillLimit& limit,
                        const RunningPeriod& stretch, const Span& span, const JudgeInput& input) {
    Finding finding;
    finding.kind = kind_of(stretch, span, meter.series.interval, input);
    finding.span = stretch.span;
    finding.meter = meter.series.meter.id;
    finding.from = stretch.ends;
    finding.measured = stretch.mean_kw;
    finding.allowed = limit.stop_kw;
    finding.unit = "kW";
    finding.text = "电表" + finding.meter + "在" + to_chinese(stretch.span, input.zone) + "平均" +
                   number_text(stretch.mean_kw) + "kW、最高" + number_text(stretch.max_kw) +
                   "kW，高于停运限值" + number_text(limit.stop_kw) + "kW，持续" +
                   hours_text(stretch.span.length());
    if (finding.kind == FindingKind::kStoppedLate) finding.text += "，自应停时起未停，为停产逾时";
    return finding;
}

Finding spans_finding(FindingKind kind, const MeterEvidence& meter, const std::vector<Span>& spans,
                      const std::string& what, Zone zone) {
    Finding finding;
    finding.kind = kind;
    finding.meter = meter.series.meter.id;
    finding.span = {spans.front().from, spans.back().to};
    finding.missing = spans;
    if (finding.missing.size() > kEvidenceReadingsMax) finding.missing.resize(kEvidenceReadingsMax);
    std::chrono::seconds total{0};
    for (const Span& span : spans) total += span.length();
    finding.measured = static_cast<double>(total.count()) / 3600;
    finding.unit = "h";
    finding.text = "电表" + finding.meter + "在" + to_chinese(finding.span, zone) + "间" + what +
                   "共" + hours_text(total);
    return finding;
}

void set_baseline(Standstill& standing, const MeterEvidence& meter, const StandstillLimit& limit) {
    if (!standing.baseline) {
        standing.baseline = BaselineUsed{limit.method, meter.baseline.origin, 0, 0, {}};
        standing.baseline->days = meter.baseline.profiles[0].days;
    }
    standing.baseline->kw += limit.stop_kw;
}

// What the meter would have counted without a warning. Rated power does not say that.
std::optional<double> normal_kwh_of(const JudgeInput& input, const MeterEvidence& meter,
                                    const Span& span) {
    if (meter.baseline.method == BaselineMethod::kRatedPower) return std::nullopt;
    const auto band = energy_band(meter.baseline, span, meter.series.interval, input.zone);
    // A plant that is closed on a holiday reduces nothing, and what it would draw is not known.
    if (band && band->is_holiday_unknown) return std::nullopt;
    const auto expected =
        expected_energy(meter.baseline, span, meter.series.interval, input.parameters, input.zone);
    if (!expected) return std::nullopt;
    return expected->kwh;
}

// Judges one meter; the caller merges.
Standstill judge_one_meter(const JudgeInput& input, const MeterEvidence& meter, const Span& span) {
    Standstill standing;
    const Coverage coverage = coverage_of(meter, span, is_vouched_for(input, span));
    standing.coverage = coverage.share;
    standing.measured_kwh = coverage.kwh;
    standing.max_kw = coverage.max_kw;
    standing.normal_kwh = normal_kwh_of(input, meter, span);
    std::string why;
    const auto limit = standing_limit(meter, input.parameters, why);
    if (!limit) {
        standing.compliance = Compliance::kCannotTell;
        Finding finding;
        finding.kind = FindingKind::kNoBaseline;
        finding.span = span;
        finding.meter = meter.series.meter.id;
        finding.text = "电表" + finding.meter + "：" + why;
        standing.findings.push_back(std::move(finding));
        append_coverage_findings(standing.findings, meter, coverage, input.zone);
        return standing;
    }
    set_baseline(standing, meter, *limit);
    standing.stop_kw = limit->stop_kw;
    standing.limit_text = limit->chinese;
    standing.allowed_kwh = limit->stop_kw * static_cast<double>(span.length().count()) / 3600;
    const auto breach_after = minutes_of(input.parameters.breach_after_min);
    const auto persistence = std::max<std::chrono::seconds>(
        minutes_of(input.parameters.persistence_min), 2 * meter.series.interval);
    const std::vector<RunningPeriod> stretches =
        running_stretches(meter, *limit, span, input.parameters);
    // Clear running adds up over the stretches; earlier editions looked at each alone.
    std::chrono::seconds clear{0};
    for (const RunningPeriod& stretch : stretches) {
        if (stretch.above_stop >= persistence) clear += stretch.above_run;
    }
    standing.accusation = accusation_of_running(input, clear, meter.series.interval);
    for (const RunningPeriod& stretch : stretches) {
        if (stretch.above_stop < persistence) continue;
        const auto& accusation = standing.accusation;
        const bool is_clear = accusation
                                  ? clear >= std::max(breach_after, persistence) &&
                                        stretch.above_run.count() > 0 && accusation->is_proved()
                                  : stretch.above_run >= std::max(breach_after, persistence);
        if (is_clear) standing.clearly_running.push_back(stretch.span);
        standing.compliance = worse_of(
            standing.compliance, is_clear ? Compliance::kBreach : Compliance::kBreachSuspected);
        standing.findings.push_back(running_finding(meter, *limit, stretch, span, input));
    }
    if (!coverage.is_enough(input.parameters)) {
        standing.compliance = worse_of(standing.compliance, Compliance::kCannotTell);
        append_coverage_findings(standing.findings, meter, coverage, input.zone);
    }
    return standing;
}

}  // namespace

Compliance worse_of(Compliance a, Compliance b) { return badness(a) >= badness(b) ? a : b; }

Meters production_meters(const Evidence& evidence, const std::string& line) {
    Meters meters;
    for (const MeterEvidence& meter : evidence.meters) {
        const MeterFacts& facts = meter.series.meter;
        if (facts.role != MeterRole::kProduction) continue;
        if (line.empty() || facts.line == line) meters.push_back(&meter);
    }
    return meters;
}

const MeterEvidence* total_meter(const Evidence& evidence) {
    for (const MeterEvidence& meter : evidence.meters) {
        if (meter.series.meter.role == MeterRole::kTotal) return &meter;
    }
    return nullptr;
}

Finding no_meter_finding(const JudgeInput& input, std::string text) {
    Finding finding;
    finding.kind = FindingKind::kNoMeter;
    finding.span = input.window;
    finding.text = std::move(text);
    return finding;
}

Instant owed_since(const JudgeInput& input) {
    const auto known = input.delivery ? known_from(*input.delivery) : std::nullopt;
    return known ? std::max(input.obligation.from, known->from) : input.obligation.from;
}

Span judged_span(const JudgeInput& input, std::chrono::minutes ramp_down) {
    const std::chrono::seconds granted = ramp_down.count() > 0
                                             ? std::chrono::seconds{ramp_down}
                                             : minutes_of(input.parameters.stop_grace_min);
    const Instant from = std::max(input.window.from, owed_since(input) + granted);
    return {std::min(from, input.window.to), input.window.to};
}

double spreads_of(double once, std::size_t periods) {
    const auto count = static_cast<double>(std::max<std::size_t>(periods, 1));
    return std::sqrt(once * once + 2 * std::log(count));
}

void append_coverage_findings(std::vector<Finding>& findings, const MeterEvidence& meter,
                              const Coverage& coverage, Zone zone) {
    if (!coverage.missing.empty()) {
        findings.push_back(
            spans_finding(FindingKind::kMeterSilent, meter, coverage.missing, "缺少读数", zone));
    }
    if (!coverage.dead_zero.empty()) {
        findings.push_back(spans_finding(FindingKind::kPowerCut, meter, coverage.dead_zero,
                                         "读数为零，低于待机负荷，不能证明停产，疑为断电，", zone));
    }
    if (!coverage.invalid.empty()) {
        findings.push_back(spans_finding(FindingKind::kInvalidData, meter, coverage.invalid,
                                         "读数标记无效或明显失实", zone));
    }
}

bool is_vouched_for(const JudgeInput& input, const Span& span) {
    if (!input.evidence.unmetered) return false;
    const MeterEvidence& unmetered = *input.evidence.unmetered;
    const MeterEvidence* total = total_meter(input.evidence);
    if (total == nullptr || !unmetered.baseline.normal_kw) return false;
    // The total must itself be alive: its zeros vouch for nothing.
    return coverage_of(*total, span).is_enough(input.parameters) &&
           coverage_of(unmetered, span, true).is_enough(input.parameters);
}

std::optional<Accusation> accusation_of_running(const JudgeInput& input,
                                                std::chrono::seconds running,
                                                std::chrono::minutes interval) {
    if (input.edition < kAccusationsSince) return std::nullopt;
    const JudgingParameters& p = input.parameters;
    Accusation accusation;
    accusation.chance_per_winter = p.accusation_chance;
    accusation.log_needed = log_needed_of_stop(p);
    if (running.count() <= 0) return accusation;
    accusation.log_e = log_e_of_running(running, interval, p);
    accusation.settled = static_cast<int>(running / std::chrono::minutes{15});
    if (accusation.is_proved()) return accusation;
    std::chrono::seconds more = running;
    constexpr int kStepsMost = 100;  // no reading is worth less than this
    const auto step = std::max(interval, std::chrono::minutes{1});
    for (int i = 0; i < kStepsMost; ++i) {
        if (log_e_of_running(more, interval, p) >= accusation.log_needed) break;
        more += step;
    }
    accusation.to_settle = "再有" + hours_text(more - running) + "明显运行的读数可以认定";
    return accusation;
}

void merge(Standstill& into, Standstill other) {
    if (other.accusation &&
        (!into.accusation || other.accusation->log_e > into.accusation->log_e)) {
        into.accusation = std::move(other.accusation);
    }
    into.compliance = worse_of(into.compliance, other.compliance);
    for (Finding& finding : other.findings) into.findings.push_back(std::move(finding));
    for (const Span& span : other.clearly_running) into.clearly_running.push_back(span);
    if (into.baseline && other.baseline) {
        into.baseline->kw += other.baseline->kw;
        into.baseline->uncertainty =
            std::max(into.baseline->uncertainty, other.baseline->uncertainty);
    } else if (other.baseline) {
        into.baseline = std::move(other.baseline);
    }
    into.coverage = std::min(into.coverage, other.coverage);
    into.measured_kwh += other.measured_kwh;
    into.allowed_kwh += other.allowed_kwh;
    if (into.normal_kwh && other.normal_kwh) {
        *into.normal_kwh += *other.normal_kwh;
    } else {
        into.normal_kwh.reset();
    }
    into.max_kw += other.max_kw;
    into.stop_kw += other.stop_kw;
    if (into.limit_text.empty()) into.limit_text = std::move(other.limit_text);
}

Standstill judge_standing(const JudgeInput& input, const Meters& meters, const Span& span) {
    Standstill standing;
    for (const MeterEvidence* meter : meters) merge(standing, judge_one_meter(input, *meter, span));
    return standing;
}

std::string opening_text(const JudgeInput& input) {
    const Obligation& obligation = input.obligation;
    std::string text = obligation.line.empty() ? "全厂" : "生产线" + obligation.line;
    text += std::string(to_chinese(obligation.action));
    if (obligation.action == Action::kLimitLoad) text += percent_text(obligation.ratio);
    text += "，" + to_chinese(input.window, input.zone);
    const auto known = input.delivery ? known_from(*input.delivery) : std::nullopt;
    if (known && known->from > input.obligation.from && known->from == input.window.from) {
        text += "（指令" + to_chinese(known->from, input.zone) + "方可知悉，自此计：" +
                std::string(to_chinese(known->by)) + "）";
    }
    return text + "：";
}

Judgement not_judged(std::string why) { return {std::nullopt, std::move(why)}; }

Judgement verdict_of(const JudgeInput& input, Standstill standing, std::string main) {
    standing.compliance = worse_of(standing.compliance, find_joint(input, standing.findings));
    Verdict verdict;
    verdict.obligation = input.obligation.id;
    verdict.delivery = input.delivery;
    verdict.window = input.window;
    verdict.compliance = standing.compliance;
    verdict.baseline = std::move(standing.baseline);
    verdict.coverage = standing.coverage;
    verdict.measured_kwh = standing.measured_kwh;
    verdict.allowed_kwh = standing.allowed_kwh;
    verdict.accusation = std::move(standing.accusation);
    // Nothing was expected where nothing was metered.
    if (standing.normal_kwh.value_or(0) > 0) verdict.normal_kwh = standing.normal_kwh;
    verdict.findings = std::move(standing.findings);
    verdict.text =
        opening_text(input) + std::string(to_chinese(verdict.compliance)) + "。" + std::move(main);
    constexpr std::size_t kCausesInText = 3;
    std::size_t printed = 0;
    for (const Finding& finding : verdict.findings) {
        if (printed++ == kCausesInText) {
            verdict.text += "等共" + std::to_string(verdict.findings.size()) + "项。";
            break;
        }
        verdict.text += finding.text + "。";
    }
    return {std::move(verdict), {}};
}

}  // namespace qk::rules
