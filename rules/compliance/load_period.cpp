#include "rules/compliance/load_period.hpp"

#include <algorithm>
#include <iterator>

namespace qk::rules {
namespace {

using std::chrono::days;

double unseen_kwh_of(const MeterEvidence& meter, const Coverage& coverage,
                     const ExpectedEnergy& expected) {
    const auto& normal = meter.baseline.normal_kw;
    const double share = 1 - coverage.share;
    // The mean of the baseline over the period, or normal power over the longest gap: the larger.
    const double gap_hours = static_cast<double>(coverage.longest_gap.count()) / 3600;
    const double by_gap = normal ? *normal * gap_hours : 0;
    return share <= 0 ? 0 : std::max(expected.kwh * share, by_gap);
}

void add_band(LoadPeriod& period, const std::optional<EnergyBand>& band) {
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

constexpr double kChanceTolerated = 0.05;
constexpr double kChanceSuspected = 0.005;
constexpr double kKeptLeast = 0.1;  // of normal load: smaller shares would magnify small errors

LoadAnswer rated_answer(const LoadPeriod& period, LoadAnswer answer) {
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
LoadAnswer calibrated_answer(const JudgeInput& input, const LoadAtMost& check,
                             const LoadPeriod& period, std::size_t periods, LoadAnswer answer) {
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
        if (answer.chance <= kChanceTolerated / count) answer.margin = LoadMargin::kLikeNormal;
    } else if (period.measured_kwh > answer.cap_kwh) {
        const bool is_clear = check.cut <= 0 || period.measured_kwh <= band.low(kChanceTolerated);
        answer.margin = is_clear ? LoadMargin::kClearlyReduced : LoadMargin::kLikeNormal;
    }
    return answer;
}

}  // namespace

NamedBaseline named_baseline(const std::string& name) {
    // The last two are what the meter's own past says, too.
    if (name.empty() || name == "mean-of-recent-month" || name == "pre-warning") {
        return NamedBaseline::kRegion;
    }
    return name == "heat-duty" || name == "order-duty" ? NamedBaseline::kDuty
                                                       : NamedBaseline::kCapacity;
}

bool is_on_paper_alone(const LoadAtMost& check) {
    return named_baseline(check.baseline) == NamedBaseline::kCapacity && !check.baseline_kwh_d;
}
bool is_stood_in_for(const LoadAtMost& check) {
    return is_on_paper_alone(check) || !check.minimum.empty();
}
bool is_cap_unknown(const LoadAtMost& check) {
    return is_on_paper_alone(check) || (!check.minimum.empty() && check.cut <= 0);
}

std::vector<Span> load_day_pieces(const JudgeInput& input, const Span& span) {
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

LoadPeriod measure_load(const JudgeInput& input, const Meters& meters, const Span& span) {
    LoadPeriod period;
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

double basis_kwh(const LoadAtMost& check, const LoadPeriod& period) {
    constexpr double kDaySeconds = 24 * 3600;
    if (!check.baseline_kwh_d) return period.expected_kwh;
    return *check.baseline_kwh_d * static_cast<double>(period.span.length().count()) / kDaySeconds;
}

LoadAnswer load_answer_of(const JudgeInput& input, const LoadAtMost& check,
                          const LoadPeriod& period, std::size_t periods) {
    LoadAnswer answer;
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
        answer.margin = is_clear ? LoadMargin::kClearlyReduced : LoadMargin::kLikeNormal;
    }
    return answer;
}

}  // namespace qk::rules
