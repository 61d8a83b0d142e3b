#include "rules/compliance/load_text.hpp"

#include <algorithm>

#include "rules/compliance/load_days.hpp"
#include "rules/compliance/sentences.hpp"
#include "rules/duty/measure.hpp"

namespace qk::rules {
namespace {

using std::chrono::days;

void set_load_calibration(BaselineUsed& used, const JudgeInput& input, const Meters& meters,
                          const LoadPeriod& whole) {
    if (!whole.band) return;
    const EnergyBand& band = *whole.band;
    const MeterBaseline& first = meters.front()->baseline;
    const Calibration& calibration = *first.calibration;
    CalibrationUsed out;
    out.interval_90 = {band.low(0.05), band.high(0.05)};
    out.interval_99 = {band.low(0.005), band.high(0.005)};
    // On a holiday that none was seen like, the plant may stand.
    if (band.is_holiday_unknown) out.interval_90.low_kwh = out.interval_99.low_kwh = 0;
    out.days_tried = calibration.days_tried;
    out.held_90 = calibration.held_90;
    out.held_99 = calibration.held_99;
    out.level_weight = calibration.level_weight;
    out.follows_trend = calibration.follows_trend;
    out.is_unsettled = any_unsettled(meters);
    for (const MeterEvidence* meter : meters) {
        out.raised_share = std::max(out.raised_share, meter->baseline.calibration->raised_share);
    }
    for (const SpecialDay& special : first.special_days) {
        const Instant at = start_of(special.day, input.zone);
        if (at >= whole.span.to || at + days{1} <= whole.span.from) continue;
        if (special.holiday.empty() || std::ranges::count(out.holidays, special.holiday) > 0) {
            continue;
        }
        out.holidays.push_back(special.holiday);
    }
    used.calibration = std::move(out);
}

}  // namespace

Finding above_cap_finding(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                          const LoadPeriod& period, const LoadAnswer& answer) {
    Finding finding;
    finding.kind = FindingKind::kLoadAboveCap;
    finding.span = period.span;
    if (meters.size() == 1) finding.meter = meters.front()->series.meter.id;
    for (const PowerReading& reading : meters.front()->series.readings) {
        if (reading.end <= period.span.from || reading.end > period.span.to) continue;
        if (finding.from.size() < kEvidenceReadingsMax) finding.from.push_back(reading.end);
    }
    finding.measured = period.measured_kwh;
    finding.allowed = answer.cap_kwh;
    finding.unit = "kWh";
    finding.text = to_chinese(period.span, input.zone) + "用电" + number_text(period.measured_kwh) +
                   "kWh，限值" + number_text(answer.cap_kwh) + "kWh（基准" +
                   number_text(basis_kwh(check, period)) + "kWh），超出" +
                   percent_text(period.measured_kwh / std::max(answer.cap_kwh, 1e-9) - 1) +
                   "，日间波动" + percent_text(answer.spread);
    return finding;
}

BaselineUsed baseline_used(const JudgeInput& input, const Meters& meters, const LoadPeriod& whole,
                           const LoadAnswer& answer) {
    const MeterBaseline& first = meters.front()->baseline;
    BaselineUsed used;
    used.method = std::string(to_text(first.method));
    used.origin = first.origin;
    const double hours = static_cast<double>(whole.span.length().count()) / 3600;
    used.kw = hours > 0 ? whole.expected_kwh / hours : 0;
    used.uncertainty = answer.spread;
    for (const DayProfile& profile : first.profiles) {
        for (CivilDay day : profile.days) used.days.push_back(day);
    }
    std::sort(used.days.begin(), used.days.end());
    used.days.erase(std::unique(used.days.begin(), used.days.end()), used.days.end());
    set_load_calibration(used, input, meters, whole);
    return used;
}

std::string load_text(const LoadAtMost& check, const Meters& meters, const LoadPeriod& whole,
                      const LoadAnswer& answer) {
    const std::string basis = check.baseline_kwh_d
                                  ? "清单记载的核定基准日用电量折合"
                                  : std::string(to_chinese(meters.front()->baseline.method));
    std::string text = "用电" + number_text(whole.measured_kwh) + "kWh，限值" +
                       number_text(answer.cap_kwh) + "kWh（" + basis +
                       number_text(basis_kwh(check, whole)) + "kWh的" +
                       percent_text(1 - check.cut) + "，波动" + percent_text(answer.spread) +
                       "），数据覆盖" + percent_text(whole.coverage) + "。";
    if (is_on_paper_alone(check)) {
        text += "规定基准“" + std::string(baseline_in_chinese(check.baseline)) +
                "”无电量数据，以近期可比日代替。";
    }
    if (!check.minimum.empty()) {
        text += "最低安全负荷（" + std::string(baseline_in_chinese(check.minimum)) +
                "）无电量数据，高于限值的须核对台账。";
    }
    return text;
}

std::string load_calibration_text(const CalibrationUsed& used) {
    const auto interval = [](const Interval& of) {
        return number_text(of.low_kwh) + "–" + number_text(of.high_kwh) + "kWh";
    };
    std::string text = "平常用电的90%区间" + interval(used.interval_90) + "、99%区间" +
                       interval(used.interval_99) + "（以此前" + std::to_string(used.days_tried) +
                       "日逐日试算，实际落入率" + percent_text(used.held_90) + "、" +
                       percent_text(used.held_99) + "）。";
    for (const std::string& holiday : used.holidays) text += "时段内或前后有" + holiday + "假期。";
    if (used.is_unsettled) text += "指令前数日负荷有突变，基准未稳。";
    return text;
}

std::string load_accusation_text(const Accusation& accusation) {
    if (accusation.log_e <= 0 && accusation.to_settle.empty()) return {};
    std::string text = "证据强度10^" + number_text(accusation.log_e) + "，认定须达10^" +
                       number_text(accusation.log_needed) + "（守规线一冬误认定概率不超过" +
                       percent_text(accusation.chance_per_winter) +
                       "，以平常水平在指令期间不移动、各日误差互不相关为前提）";
    if (!accusation.to_settle.empty()) text += "，" + accusation.to_settle;
    return text + "。";
}

}  // namespace qk::rules
