// A load limit: the energy of each civil day (and of the whole window) against (1 - cut) of the
// baseline.
//
// What is missing counts as nothing against the enterprise and as normal load for it to be cleared:
// the cap is that of the whole period, so a gap can never make a breach. Between the cap and the
// tolerated spread of days an obeying plant may come to lie by chance, and so may one that changed
// nothing where its days differ much. It passes where its load also lies clearly below normal; else
// the meter cannot tell.
//
// What a period says alone is in load_period.hpp, what the days of an order say together in
// load_days.hpp, the words in load_text.hpp.
#include <algorithm>
#include <iterator>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/load_days.hpp"
#include "rules/compliance/load_text.hpp"
#include "rules/compliance/sentences.hpp"
#include "rules/duty/measure.hpp"

namespace qk::rules {
namespace {

// Before minimum loads had a place of their own they stood as the baseline of a cut by nothing.
LoadAtMost with_minimum(LoadAtMost check, const Obligation& obligation) {
    if (check.baseline != "lowest-day-last-year" || check.cut > 0) return check;
    check.minimum = std::move(check.baseline);
    check.baseline.clear();
    check.cut = obligation.ratio;
    return check;
}

Meters meters_of(const JudgeInput& input) {
    Meters meters = production_meters(input.evidence, input.obligation.line);
    if (!meters.empty()) return meters;
    const MeterEvidence* total = total_meter(input.evidence);
    // The total tells of one line only when there is but one.
    const bool is_whole = input.obligation.line.empty() || input.evidence.lines.size() == 1;
    if (total != nullptr && is_whole) return {total};
    return {};
}

Judgement cannot_tell(const JudgeInput& input, FindingKind kind, std::string text) {
    Standstill standing;
    standing.compliance = Compliance::kCannotTell;
    standing.coverage = 0;
    Finding finding = no_meter_finding(input, std::move(text));
    finding.kind = kind;
    standing.findings.push_back(std::move(finding));
    return verdict_of(input, std::move(standing), {});
}

// Judges every piece, then the whole, and leaves the findings in `standing`.
std::string judge_periods(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                          const Span& span, Standstill& standing) {
    const std::vector<Span> spans = load_day_pieces(input, span);
    LoadDays pieces = judge_load_days(input, check, meters, spans, standing);
    accuse_load_days(input, check, meters, pieces, standing);
    LoadPeriod whole = measure_load(input, meters, span);
    // Days of rest that were kept say nothing against the others.
    whole.may_rest = !pieces.worked_rests.empty();
    const LoadAnswer answer = load_answer_of(input, check, whole, 1);
    if (standing.findings.empty() && spans.size() > 1 &&
        (answer.compliance == Compliance::kBreach ||
         answer.compliance == Compliance::kBreachSuspected)) {
        standing.findings.push_back(above_cap_finding(input, check, meters, whole, answer));
        standing.compliance = worse_of(standing.compliance, Compliance::kBreachSuspected);
    }
    // The whole window averages chance out: where it kept its cap, a day that merely looks normal
    // is explained, unless that day did not fall at all.
    const bool is_whole_kept = answer.margin == LoadMargin::kNone && !answer.is_worked_rest;
    const bool is_unclear = !pieces.unclear.empty() && (!is_whole_kept || pieces.is_above_normal);
    if (is_unclear) standing.compliance = worse_of(standing.compliance, Compliance::kCannotTell);
    // Only a line that stands is below every cap.
    if (is_cap_unknown(check) && standing.compliance == Compliance::kCompliant &&
        whole.measured_kwh > whole.standing_kwh) {
        standing.compliance = Compliance::kCannotTell;
        Finding unknown = no_meter_finding(input, "规定的基准没有电量数据，不能认定符合");
        unknown.kind = FindingKind::kNoBaseline;
        standing.findings.push_back(std::move(unknown));
    }
    standing.coverage = whole.coverage;
    standing.measured_kwh = whole.measured_kwh;
    standing.allowed_kwh = answer.cap_kwh;
    standing.normal_kwh = whole.is_rated ? std::nullopt : std::optional{whole.expected_kwh};
    // A plant that is closed on a holiday reduces nothing, and what it would draw is not known.
    if (whole.band && whole.band->is_holiday_unknown) standing.normal_kwh.reset();
    find_raised_baseline(input, check, meters, whole, answer.cap_kwh, standing);
    standing.baseline = baseline_used(input, meters, whole, answer);
    std::string main = load_text(check, meters, whole, answer);
    if (standing.baseline->calibration)
        main += load_calibration_text(*standing.baseline->calibration);
    if (standing.accusation) main += load_accusation_text(*standing.accusation);
    if (input.edition >= kAccusationsSince && is_untried(meters)) {
        main += "平常整日不足" + std::to_string(kDaysToTry) +
                "日，未经试算，误认定的概率无从界定，至多列为疑似。";
    }
    if (!pieces.worked_rests.empty()) {
        std::ranges::move(pieces.worked_rests, std::back_inserter(standing.findings));
        main += "平常休息的日子有用电高于限值，是否调休或必要生产须核对，电表不能分辨。";
    }
    if (is_unclear && standing.compliance == Compliance::kCannotTell) {
        std::ranges::move(pieces.unclear, std::back_inserter(standing.findings));
        main += "有的日电量高于限值但在日间波动之内，也与平常相近，电表不能分辨是否减产。";
    } else if (pieces.has_margin && standing.compliance == Compliance::kCompliant) {
        main += "个别日略高于限值，在日间波动之内，且低于平常，予以容许。";
    }
    return main;
}

}  // namespace

Judgement judge_load(const JudgeInput& input, const LoadAtMost& given) {
    const LoadAtMost check = with_minimum(given, input.obligation);
    const Span span = judged_span(input, check.ramp_down);
    if (span.length() < minutes_of(input.parameters.load_period_min)) {
        return not_judged("限产按日电量核算，观察时间不足，尚不研判");
    }
    const Meters meters = meters_of(input);
    if (meters.empty()) {
        return cannot_tell(input, FindingKind::kNoMeter,
                           "清单中没有能反映该线负荷的电表，总表不能分辨各线");
    }
    if (named_baseline(check.baseline) == NamedBaseline::kDuty) {
        return cannot_tell(input, FindingKind::kNoBaseline,
                           "以" + std::string(baseline_in_chinese(check.baseline)) +
                               "为基准，电表数据不能反映，须核对供热或订单台账");
    }
    for (const MeterEvidence* meter : meters) {
        if (meter->baseline.method != BaselineMethod::kNoBaseline) continue;
        return cannot_tell(input, FindingKind::kNoBaseline,
                           "电表" + meter->series.meter.id + "没有足够的可比日，也没有额定功率");
    }
    Standstill standing;
    std::string main = judge_periods(input, check, meters, span, standing);
    if (standing.compliance == Compliance::kCannotTell) {
        for (const MeterEvidence* meter : meters) {
            const Coverage coverage = coverage_of(*meter, span, is_vouched_for(input, span));
            append_coverage_findings(standing.findings, *meter, coverage, input.zone);
        }
    }
    standing.compliance =
        worse_of(standing.compliance, find_unmetered_load(input, meters, span, standing.findings));
    find_treatment_off(input, meters, span, standing.findings);
    standing.compliance =
        worse_of(standing.compliance, find_made_up_series(input, meters, span, standing.findings));
    return verdict_of(input, std::move(standing), std::move(main));
}

}  // namespace qk::rules
