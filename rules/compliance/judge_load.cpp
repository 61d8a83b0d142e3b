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
    std::optional<EnergyBand> band = EnergyBand{};  // empty: a meter without a calibration
    bool may_rest = false;  // the plant mostly rests on such a day, or on none like it was seen
    bool is_rated = false;
    bool is_known = true;
};

std::vector<Span> day_pieces(const JudgeInput& input, const Span& span) {
    const Zone zone = input.zone;
    std::vector<Span> pieces;
    Instant at = span.from;
    while (at < span.to) {
        const Instant midnight = start_of(day_of(at, zone) + days{1}, zone);
        pieces.push_back({at, std::min(midnight, span.to)});
        at = pieces.back().to;
    }
    // A piece too short to judge joins its neighbour. The open end does not: yesterday is over and
    // stays what it was, and the whole window counts the end too.
    const auto least = minutes_of(input.parameters.load_period_min);
    const bool joins_end = input.edition < kAccusationsSince;
    for (std::size_t i = 0; i < pieces.size() && pieces.size() > 1;) {
        if (pieces[i].length() >= least) {
            ++i;
            continue;
        }
        if (i > 0 && !joins_end) {
            pieces.pop_back();
            break;
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

void add_band(Period& period, const std::optional<EnergyBand>& band) {
    if (!band) period.band.reset();
    if (!period.band) return;
    const auto add = [](Tail& into, const Tail& more) {
        into.fall = into.once_in_20 > 0 ? std::min(into.fall, more.fall) : more.fall;
        into.once_in_20 += more.once_in_20;
        into.once_in_200 += more.once_in_200;
    };
    period.band->kwh += band->kwh;
    add(period.band->above, band->above);
    add(period.band->below, band->below);
    period.band->is_holiday_unknown |= band->is_holiday_unknown;
    period.may_rest = period.may_rest || band->is_rest || band->is_holiday_unknown;
}

Period measure(const JudgeInput& input, const Meters& meters, const Span& span) {
    Period period;
    period.span = span;
    if (input.edition < kAccusationsSince) period.band.reset();
    for (const MeterEvidence* meter : meters) {
        const Coverage coverage = coverage_of(*meter, span, is_vouched_for(input, span));
        const auto expected = expected_energy(meter->baseline, span, meter->series.interval,
                                              input.parameters, input.zone);
        add_band(period, energy_band(meter->baseline, span, meter->series.interval, input.zone));
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
    bool is_worked_rest = false;  // above the cap on a day that the plant mostly rests on
    double chance = 1;  // that an ordinary day, cut as ordered, draws so much; of a calibrated one
};

constexpr double kChanceTolerated = 0.05;
constexpr double kChanceSuspected = 0.005;
constexpr double kKeptLeast = 0.1;  // of normal load: smaller shares would magnify small errors

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

// An obeying line draws the kept share of what it would have drawn, so its excess over the cap,
// divided by that share, is as likely as that of an ordinary day.
double normal_excess_kwh(const LoadAtMost& check, double measured_kwh, double cap_kwh) {
    return (measured_kwh - cap_kwh) / std::max(kKeptLeast, 1 - check.cut);
}

// A breach is not found here: that takes all the days of the order (accuse_days). Load above the
// cap that looks like any normal day is suspect at a smaller excess than load that fell: of a line
// that changed nothing, that is what there is to see.
PeriodAnswer calibrated_answer(const JudgeInput& input, const LoadAtMost& check,
                               const Period& period, std::size_t periods, PeriodAnswer answer) {
    const auto count = static_cast<double>(std::max<std::size_t>(periods, 1));
    const EnergyBand& band = *period.band;
    const auto chance_at = [&](double kwh) {
        return band.above.chance_of(normal_excess_kwh(check, kwh, answer.cap_kwh));
    };
    // Who works on a day of rest may do so in place of another day, or had to: a share of what the
    // plant draws at rest is no measure of that.
    if (period.may_rest && period.measured_kwh > answer.cap_kwh) {
        answer.compliance = Compliance::kCannotTell;
        answer.is_worked_rest = true;
        return answer;
    }
    answer.chance = chance_at(period.measured_kwh);
    const bool is_normal_load = period.measured_kwh > band.low(kChanceTolerated);
    const double suspect_at = is_normal_load ? kChanceTolerated : kChanceSuspected;
    if (answer.chance <= suspect_at / count) {
        answer.compliance = Compliance::kBreachSuspected;
    } else if (period.coverage < input.parameters.coverage_min ||
               chance_at(period.measured_kwh + period.unseen_kwh) <= kChanceTolerated / count) {
        answer.compliance = Compliance::kCannotTell;
        if (answer.chance <= kChanceTolerated / count) answer.margin = Margin::kLikeNormal;
    } else if (period.measured_kwh > answer.cap_kwh) {
        const bool is_clear = check.cut <= 0 || period.measured_kwh <= band.low(kChanceTolerated);
        answer.margin = is_clear ? Margin::kClearlyReduced : Margin::kLikeNormal;
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
    if (period.band) return calibrated_answer(input, check, period, periods, answer);
    const double spread_kwh = answer.cap_kwh * answer.spread;
    const double tolerated_kwh =
        answer.cap_kwh + spreads_of(p.tolerated_spreads, periods) * spread_kwh;
    if (period.measured_kwh > answer.cap_kwh + spreads_of(p.breach_spreads, periods) * spread_kwh) {
        // So few days to compare with bound nobody's chance of being accused wrongly.
        answer.compliance =
            input.edition < kAccusationsSince ? Compliance::kBreach : Compliance::kBreachSuspected;
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
    std::vector<Finding> worked_rests;
    // Of those that are over and calibrated, in order of time.
    std::vector<Finding> settled;
    std::vector<double> log_e;
    bool is_calibrated = false;
};

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
                      const Span& whole, const Period& seen, std::size_t periods) {
    Period day = measure(input, meters, whole);
    day.measured_kwh = seen.measured_kwh;
    return answer_of(input, check, day, periods).chance;
}

Pieces judge_pieces(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                    const std::vector<Span>& spans, Standstill& standing) {
    Pieces pieces;
    for (const Span& span : spans) {
        const Period period = measure(input, meters, span);
        PeriodAnswer answer = answer_of(input, check, period, spans.size());
        pieces.is_calibrated = pieces.is_calibrated || period.band.has_value();
        const auto whole = period.band ? whole_of(input, meters, span) : std::nullopt;
        if (whole) {
            const double chance =
                *whole == span ? answer.chance
                               : settled_chance(input, check, meters, *whole, period, spans.size());
            pieces.settled.push_back(above_finding(input, check, meters, period, answer));
            pieces.log_e.push_back(log_e_of_chance(chance, input.parameters));
        }
        if (answer.is_worked_rest) {
            Finding rest = above_finding(input, check, meters, period, answer);
            rest.text += "；该日平常休息或为未见过的节假日，不能据此认定";
            pieces.worked_rests.push_back(std::move(rest));
        }
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

bool any_unsettled(const Meters& meters) {
    return std::ranges::any_of(meters, [](const MeterEvidence* meter) {
        return meter->baseline.calibration && meter->baseline.calibration->is_unsettled;
    });
}

// Whether too few days came before the order to try a guess on.
bool is_untried(const Meters& meters) {
    return std::ranges::any_of(meters, [](const MeterEvidence* meter) {
        return !meter->baseline.calibration &&
               meter->baseline.method != BaselineMethod::kRatedPower;
    });
}

std::string what_would_settle(const Pieces& pieces, const JudgingParameters& parameters) {
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

// The case against the line by all the days of the order together.
void accuse_days(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                 Pieces& pieces, Standstill& standing) {
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

// A baseline that was raised just before the order would raise the cap with it: what only the
// raised one allows is not cleared.
void find_raised(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                 const Period& whole, double cap_kwh, Standstill& standing) {
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

void set_calibration(BaselineUsed& used, const JudgeInput& input, const Meters& meters,
                     const Period& whole) {
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

std::string calibration_text(const CalibrationUsed& used) {
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

std::string accusation_text(const Accusation& accusation) {
    if (accusation.log_e <= 0 && accusation.to_settle.empty()) return {};
    std::string text = "证据强度10^" + number_text(accusation.log_e) + "，认定须达10^" +
                       number_text(accusation.log_needed) + "（守规线一冬误认定概率不超过" +
                       percent_text(accusation.chance_per_winter) +
                       "，以平常水平在指令期间不移动、各日误差互不相关为前提）";
    if (!accusation.to_settle.empty()) text += "，" + accusation.to_settle;
    return text + "。";
}

// Judges every piece, then the whole, and leaves the findings in `standing`.
std::string judge_periods(const JudgeInput& input, const LoadAtMost& check, const Meters& meters,
                          const Span& span, Standstill& standing) {
    const std::vector<Span> spans = day_pieces(input, span);
    Pieces pieces = judge_pieces(input, check, meters, spans, standing);
    accuse_days(input, check, meters, pieces, standing);
    Period whole = measure(input, meters, span);
    // Days of rest that were kept say nothing against the others.
    whole.may_rest = !pieces.worked_rests.empty();
    const PeriodAnswer answer = answer_of(input, check, whole, 1);
    if (standing.findings.empty() && spans.size() > 1 &&
        (answer.compliance == Compliance::kBreach ||
         answer.compliance == Compliance::kBreachSuspected)) {
        standing.findings.push_back(above_finding(input, check, meters, whole, answer));
        standing.compliance = worse_of(standing.compliance, Compliance::kBreachSuspected);
    }
    // The whole window averages chance out: where it kept its cap, a day that merely looks normal
    // is explained, unless that day did not fall at all.
    const bool is_whole_kept = answer.margin == Margin::kNone && !answer.is_worked_rest;
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
    find_raised(input, check, meters, whole, answer.cap_kwh, standing);
    set_baseline(standing, meters, whole, answer);
    set_calibration(*standing.baseline, input, meters, whole);
    std::string main = load_text(check, meters, whole, answer);
    if (standing.baseline->calibration) main += calibration_text(*standing.baseline->calibration);
    if (standing.accusation) main += accusation_text(*standing.accusation);
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
    standing.compliance =
        worse_of(standing.compliance, find_made_up_series(input, meters, span, standing.findings));
    return verdict_of(input, std::move(standing), std::move(main));
}

}  // namespace qk::rules
