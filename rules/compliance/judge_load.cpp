// A load limit: the energy of each civil day (and of the whole window) against (1 - cut) of the
// baseline.
//
// What is missing counts as nothing against the enterprise and as normal load for it to be cleared:
// the cap is that of the whole period, so a gap can never make a breach. Between the cap and the
// tolerated spread of days an obeying plant may come to lie by chance, and so may one that changed
// nothing where its days differ much. It passes where its load also lies clearly below normal; else
// the meter cannot tell.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"
#include "rules/duty/measure.hpp"

namespace qk::rules {
namespace {

using std::chrono::days;

// Baselines that capacity papers or duties define; a power meter knows only its own past.
enum class Named { kRegion, kCapacity, kDuty };

Named named_baseline(const std::string& name) {
    // The last two are what the meter's own past says, too.
    if (name.empty() || name == "mean-of-recent-month" || name == "pre-warning") {
        return Named::kRegion;
    }
    return name == "heat-duty" || name == "order-duty" ? Named::kDuty : Named::kCapacity;
}

// Before minimum loads had a place of their own they stood as the baseline of a cut by nothing.
LoadAtMost with_minimum(LoadAtMost check, const Obligation& obligation) {
    if (check.baseline != "lowest-day-last-year" || check.cut > 0) return check;
    check.minimum = std::move(check.baseline);
    check.baseline.clear();
    check.cut = obligation.ratio;
    return check;
}

// Whether the baseline is one of papers whose figure nobody gave.
bool is_on_paper_alone(const LoadAtMost& check) {
    return named_baseline(check.baseline) == Named::kCapacity && !check.baseline_kwh_d;
}
// Whether the papers set the cap by a figure that is not here, so that the past only stands in.
bool is_stood_in_for(const LoadAtMost& check) {
    return is_on_paper_alone(check) || !check.minimum.empty();
}
// Whether nobody can say that it was kept either. A cap that may turn out higher can.
bool is_cap_unknown(const LoadAtMost& check) {
    return is_on_paper_alone(check) || (!check.minimum.empty() && check.cut <= 0);
}

struct Period {
    Span span;
    double measured_kwh = 0;
    double expected_kwh = 0;
    double unseen_kwh = 0;  // what the baseline expects where readings are missing
    double spread_kwh = 0;
    double standing_kwh = 0;  // of lines that merely stand
    double coverage = 1;
    bool is_rated = false;
    bool is_known = true;
};

std::vector<Span> day_pieces(const Span& span, const JudgingParameters& parameters, Zone zone) {
    std::vector<Span> pieces;
    Instant at = span.from;
    while (at < span.to) {
        const Instant midnight = start_of(day_of(at, zone) + days{1}, zone);
        pieces.push_back({at, std::min(midnight, span.to)});
        at = pieces.back().to;
    }
    // A piece too short to judge joins its neighbour.
    const auto least = minutes_of(parameters.load_period_min);
    for (std::size_t i = 0; i < pieces.size() && pieces.size() > 1;) {
        if (pieces[i].length() >= least) {
            ++i;
            continue;
        }
        const std::size_t into = i == 0 ? 1 : i - 1;
        pieces[into] = {std::min(pieces[into].from, pieces[i].from),
                        std::max(pieces[into].to, pieces[i].to)};
        pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return pieces;
}

double unseen_kwh_of(const MeterEvidence& meter, const Coverage& coverage,
                     const ExpectedEnergy& expected) {
    const auto& normal = meter.baseline.normal_kw;
    const double share = 1 - coverage.share;
    // The mean of the baseline over the period, or normal power over the longest gap: the larger.
    const double gap_hours = static_cast<double>(coverage.longest_gap.count()) / 3600;
    const double by_gap = normal ? *normal * gap_hours : 0;
    return share <= 0 ? 0 : std::max(expected.kwh * share, by_gap);
}

Period measure(const JudgeInput& input, const Meters& meters, const Span& span) {
    Period period;
    period.span = span;
    for (const MeterEvidence* meter : meters) {
        const Coverage coverage = coverage_of(*meter, span, is_vouched_for(input, span));
        const auto expected = expected_energy(meter->baseline, span, meter->series.interval,
                                              input.parameters, input.zone);
        period.coverage = std::min(period.coverage, coverage.share);
        period.measured_kwh += coverage.kwh;
        if (!expected) {
            period.is_known = false;
            continue;
        }
        period.is_rated = period.is_rated || meter->baseline.method == BaselineMethod::kRatedPower;
        period.expected_kwh += expected->kwh;
        std::string why;
        if (const auto limit = standing_limit(*meter, input.parameters, why)) {
            period.standing_kwh +=
                limit->stop_kw * static_cast<double>(span.length().count()) / 3600;
        }
        period.unseen_kwh += unseen_kwh_of(*meter, coverage, *expected);
        // Meters of one plant move together, so spreads add up rather than average out.
        period.spread_kwh += expected->kwh * expected->spread;
    }
    return period;
}

// A period between its cap and what chance allows above it.
enum class Margin { kNone, kClearlyReduced, kLikeNormal };

struct PeriodAnswer {
    Compliance compliance = Compliance::kCompliant;
    double cap_kwh = 0;
    double spread = 0;
    Margin margin = Margin::kNone;
};

// Of what the cap is a share: the figure of the papers where it is known, else the past.
double basis_kwh(const LoadAtMost& check, const Period& period) {
    constexpr double kDaySeconds = 24 * 3600;
    if (!check.baseline_kwh_d) return period.expected_kwh;
    return *check.baseline_kwh_d * static_cast<double>(period.span.length().count()) / kDaySeconds;
}

PeriodAnswer rated_answer(const Period& period, PeriodAnswer answer) {
    // Rated power is not normal load: above its share is suspect, well below is fine, and the rest
    // is unknown.
    const double margin = answer.cap_kwh * answer.spread;
    if (period.measured_kwh > answer.cap_kwh) {
        answer.compliance = Compliance::kBreachSuspected;
    } else if (period.measured_kwh + period.unseen_kwh > answer.cap_kwh - margin) {
        answer.compliance = Compliance::kCannotTell;
    }
    return answer;
}

// `periods`: how many are judged side by side.
PeriodAnswer answer_of(const JudgeInput& input, const LoadAtMost& check, const Period& period,
                       std::size_t periods) {
    PeriodAnswer answer;
    const JudgingParameters& p = input.parameters;
    // A line that stands is below any cap, also where it stood in the days of the baseline.
    answer.cap_kwh = std::max((1 - check.cut) * basis_kwh(check, period), period.standing_kwh);
    answer.spread = period.expected_kwh > 0 ? period.spread_kwh / period.expected_kwh : 0;
    if (period.is_rated) return rated_answer(period, answer);
    const double spread_kwh = answer.cap_kwh * answer.spread;
    const double tolerated_kwh =
        answer.cap_kwh + spreads_of(p.tolerated_spreads, periods) * spread_kwh;
    if (period.measured_kwh > answer.cap_kwh + spreads_of(p.breach_spreads, periods) * spread_kwh) {
        answer.compliance = Compliance::kBreach;
    } else if (period.measured_kwh > tolerated_kwh) {
        answer.compliance = Compliance::kBreachSuspected;
    } else if (period.coverage < p.coverage_min ||
               period.measured_kwh + period.unseen_kwh > tolerated_kwh) {
        answer.compliance = Compliance::kCannotTell;
    } else if (period.measured_kwh > answer.cap_kwh) {
        const double normal_low_kwh =
            period.expected_kwh * (1 - p.tolerated_spreads * answer.spread);
        const bool is_clear = check.cut <= 0 || period.measured_kwh <= normal_low_kwh;
        answer.margin = is_clear ? Margin::kClearlyReduced : Margin::kLikeNormal;
    }
    return answer;
}

Finding above_finding(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                      const Period& period, const PeriodAnswer& answer) {
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

void set_baseline(Standstill& standing, const Meters& meters, const Period& whole,
                  const PeriodAnswer& answer) {
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
    standing.baseline = std::move(used);
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

// What the pieces of a window say, each by itself.
struct Pieces {
    bool has_margin = false;
    // Those that chance alone may have put above their cap, and that look like normal days.
    std::vector<Finding> unclear;
    bool is_above_normal = false;  // an unclear one even lies above normal
};

Pieces judge_pieces(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                    const std::vector<Span>& spans, Standstill& standing) {
    Pieces pieces;
    for (const Span& span : spans) {
        const Period period = measure(input, meters, span);
        PeriodAnswer answer = answer_of(input, check, period, spans.size());
        // The past stands in for a capacity figure nobody gave us: enough to ask, not to accuse.
        if (is_stood_in_for(check) && answer.compliance == Compliance::kBreach) {
            answer.compliance = Compliance::kBreachSuspected;
        }
        pieces.has_margin = pieces.has_margin || answer.margin != Margin::kNone;
        if (answer.margin == Margin::kLikeNormal) {
            pieces.unclear.push_back(above_finding(input, check, meters, period, answer));
            pieces.is_above_normal =
                pieces.is_above_normal || period.measured_kwh >= period.expected_kwh;
        }
        if (answer.compliance == Compliance::kBreach ||
            answer.compliance == Compliance::kBreachSuspected) {
            standing.findings.push_back(above_finding(input, check, meters, period, answer));
        }
        standing.compliance = worse_of(standing.compliance, answer.compliance);
    }
    return pieces;
}

std::string load_text(const LoadAtMost& check, const Meters& meters, const Period& whole,
                      const PeriodAnswer& answer) {
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

// Judges every piece, then the whole, and leaves the findings in `standing`.
std::string judge_periods(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                          const Span& span, Standstill& standing) {
    const std::vector<Span> spans = day_pieces(span, input.parameters, input.zone);
    Pieces pieces = judge_pieces(input, check, meters, spans, standing);
    const Period whole = measure(input, meters, span);
    const PeriodAnswer answer = answer_of(input, check, whole, 1);
    if (standing.findings.empty() && spans.size() > 1 &&
        (answer.compliance == Compliance::kBreach ||
         answer.compliance == Compliance::kBreachSuspected)) {
        standing.findings.push_back(above_finding(input, check, meters, whole, answer));
        standing.compliance = worse_of(standing.compliance, Compliance::kBreachSuspected);
    }
    // The whole window averages chance out: where it kept its cap, a day that merely looks normal
    // is explained, unless that day did not fall at all.
    const bool is_whole_kept = answer.margin == Margin::kNone;
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
    set_baseline(standing, meters, whole, answer);
    std::string main = load_text(check, meters, whole, answer);
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
    if (named_baseline(check.baseline) == Named::kDuty) {
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
    return verdict_of(input, std::move(standing), std::move(main));
}

}  // namespace qk::rules
