#include "rules/compliance/load_days.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "rules/compliance/load_text.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::days;

// Of a day that is over, its whole span. A day that is not over yet says how it began; only a whole
// one counts against the line, so that looking in between adds no chance of accusing it. The day's
// last interval may not have been reported: what is missing counts as nothing (settled_chance).
std::optional<Span> whole_of(const JudgeInput& input, const Meters& meters, const Span& span) {
    std::chrono::minutes last{1};
    for (const MeterEvidence* meter : meters) last = std::max(last, meter->series.interval);
    last = std::min(last, std::chrono::minutes{60});
    Instant end =
        start_of(day_of(span.to - std::chrono::seconds{1}, input.zone) + days{1}, input.zone);
    if (input.obligation.to) end = std::min(end, *input.obligation.to);
    if (end > span.to + last) return std::nullopt;
    return Span{span.from, std::max(end, span.to)};
}

// That an ordinary day, cut as ordered, draws as much in the whole of the day as was measured so
// far: no smaller than the chance will be when its last reading is there.
double settled_chance(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                      const Span& whole, const LoadPeriod& seen, std::size_t periods) {
    LoadPeriod day = measure_load(input, meters, whole);
    day.measured_kwh = seen.measured_kwh;
    return load_answer_of(input, check, day, periods).chance;
}

std::string what_would_settle(const LoadDays& pieces, const JudgingParameters& parameters) {
    const char* const kNotByMeter = "电表单独不能分辨：须有产量台账、分线电表或更长的平稳基准";
    if (pieces.log_e.empty()) return kNotByMeter;
    const double strongest = *std::ranges::max_element(pieces.log_e);
    std::vector<double> days_then = pieces.log_e;
    for (std::size_t added = 1; added <= kStretchDays; ++added) {
        days_then.push_back(strongest);
        if (log_e_of_days(days_then) < log_needed_of_days(parameters, days_then.size())) continue;
        return "若再有" + std::to_string(added) + "个整日仍如此，可以认定";
    }
    return kNotByMeter;
}

}  // namespace

bool any_unsettled(const Meters& meters) {
    return std::ranges::any_of(meters, [](const MeterEvidence* meter) {
        return meter->baseline.calibration && meter->baseline.calibration->is_unsettled;
    });
}

bool is_untried(const Meters& meters) {
    return std::ranges::any_of(meters, [](const MeterEvidence* meter) {
        return !meter->baseline.calibration &&
               meter->baseline.method != BaselineMethod::kRatedPower;
    });
}

LoadDays judge_load_days(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                         const std::vector<Span>& spans, Standstill& standing) {
    LoadDays pieces;
    for (const Span& span : spans) {
        const LoadPeriod period = measure_load(input, meters, span);
        LoadAnswer answer = load_answer_of(input, check, period, spans.size());
        pieces.is_calibrated = pieces.is_calibrated || period.band.has_value();
        const auto whole = period.band ? whole_of(input, meters, span) : std::nullopt;
        if (whole) {
            const double chance =
                *whole == span ? answer.chance
                               : settled_chance(input, check, meters, *whole, period, spans.size());
            pieces.settled.push_back(above_cap_finding(input, check, meters, period, answer));
            pieces.log_e.push_back(log_e_of_chance(chance, input.parameters));
        }
        if (answer.is_worked_rest) {
            Finding rest = above_cap_finding(input, check, meters, period, answer);
            rest.text += "；该日平常休息或为未见过的节假日，不能据此认定";
            pieces.worked_rests.push_back(std::move(rest));
        }
        // The past stands in for a capacity figure nobody gave us: enough to ask, not to accuse.
        if (is_stood_in_for(check) && answer.compliance == Compliance::kBreach) {
            answer.compliance = Compliance::kBreachSuspected;
        }
        pieces.has_margin = pieces.has_margin || answer.margin != LoadMargin::kNone;
        if (answer.margin == LoadMargin::kLikeNormal) {
            pieces.unclear.push_back(above_cap_finding(input, check, meters, period, answer));
            pieces.is_above_normal =
                pieces.is_above_normal || period.measured_kwh >= period.expected_kwh;
        }
        if (answer.compliance == Compliance::kBreach ||
            answer.compliance == Compliance::kBreachSuspected) {
            standing.findings.push_back(above_cap_finding(input, check, meters, period, answer));
        }
        standing.compliance = worse_of(standing.compliance, answer.compliance);
    }
    return pieces;
}

void accuse_load_days(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                      LoadDays& pieces, Standstill& standing) {
    if (!pieces.is_calibrated) return;
    Accusation accusation;
    accusation.chance_per_winter = input.parameters.accusation_chance;
    accusation.log_needed = log_needed_of_days(input.parameters, pieces.log_e.size());
    accusation.log_e = log_e_of_days(pieces.log_e);
    accusation.settled = static_cast<int>(pieces.log_e.size());
    const bool may_accuse = !is_stood_in_for(check) && !any_unsettled(meters);
    const double parted = std::log10(std::max(1.0, static_cast<double>(pieces.log_e.size())));
    if (accusation.log_e - parted >= kLogSuspected || accusation.is_proved()) {
        const bool is_breach = accusation.is_proved() && may_accuse;
        standing.compliance = worse_of(
            standing.compliance, is_breach ? Compliance::kBreach : Compliance::kBreachSuspected);
        // Of the days that none found odd alone, all together are.
        if (standing.findings.empty()) {
            std::ranges::move(pieces.settled, std::back_inserter(standing.findings));
        }
    }
    if (accusation.is_proved() && any_unsettled(meters)) {
        accusation.to_settle = "指令前数日负荷有突变，基准未稳，须核对台账后认定";
    } else if (!accusation.is_proved() && standing.compliance != Compliance::kCompliant) {
        accusation.to_settle = what_would_settle(pieces, input.parameters);
    }
    standing.accusation = std::move(accusation);
}

void find_raised_baseline(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                          const LoadPeriod& whole, double cap_kwh, Standstill& standing) {
    if (input.edition < kAccusationsSince || check.baseline_kwh_d) return;
    for (const MeterEvidence* meter : meters) {
        const auto& calibration = meter->baseline.calibration;
        if (!calibration || calibration->raised_share <= 0) continue;
        Finding raised;
        raised.kind = FindingKind::kBaselineRaised;
        raised.meter = meter->series.meter.id;
        raised.span = {start_of(calibration->raised_days.front(), input.zone),
                       start_of(calibration->raised_days.back() + days{1}, input.zone)};
        raised.measured = calibration->level_kw;
        raised.allowed = calibration->level_kw / (1 + calibration->raised_share);
        raised.unit = "kW";
        raised.text = "电表" + raised.meter + "在指令前" + to_chinese(raised.span, input.zone) +
                      "的日负荷比此前高" + percent_text(calibration->raised_share) +
                      "，且日日高于此前各日，基准可能被抬高，须核对";
        standing.findings.push_back(std::move(raised));
        const double lower_kwh = cap_kwh / (1 + calibration->raised_share);
        if (whole.measured_kwh > lower_kwh && standing.compliance == Compliance::kCompliant) {
            standing.compliance = Compliance::kCannotTell;
        }
    }
}

}  // namespace qk::rules
