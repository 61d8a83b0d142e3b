// Emission limits (限排) by stack readings: a concentration limit by hours and daily means, a mass
// limit by day, and the mass before the warning as the stack itself shows it.
//
// Readings with an invalid mark are never used (公告 2022). A daily mean above the limit is a
// breach; hours above it in a row are suspected; one hour alone is noted and nothing more. The mass
// before the warning is a mean of days that differ, so what chance allows above it is tolerated.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::days;

struct DayMeans {
    double mg_sum = 0;
    double kg = 0;
    double hours = 0;       // valid
    double flow_hours = 0;  // valid and with flow
};

bool is_usable(const StackReading& reading) {
    return reading.valid && std::isfinite(reading.mg_per_m3) && reading.mg_per_m3 >= 0;
}

std::map<CivilDay, DayMeans> by_day(const StackSeries& series, const Span& span, Zone zone) {
    std::map<CivilDay, DayMeans> answer;
    const double hours = static_cast<double>(series.interval.count()) / 60;
    for (const StackReading& reading : series.readings) {
        if (reading.end <= span.from || reading.end > span.to || !is_usable(reading)) continue;
        DayMeans& day = answer[day_of(reading.end - std::chrono::seconds{1}, zone)];
        day.mg_sum += reading.mg_per_m3 * hours;
        day.hours += hours;
        if (!reading.flow_m3_per_h) continue;
        day.kg += reading.mg_per_m3 * *reading.flow_m3_per_h * hours / 1e6;
        day.flow_hours += hours;
    }
    return answer;
}

// A daily mass and how far the next day may lie from it by chance.
struct DailyMass {
    double kg = 0;
    double spread = 0;  // relative
};

// Mean daily mass of the full days in the week before the obligation, those under an earlier
// warning left out: a stack that was held down then would make its ordinary emission a breach.
// Empty when there are fewer than three.
std::optional<DailyMass> mass_before(const JudgeInput& input, StackSeries series) {
    const Instant before = input.obligation.from;
    const JudgingParameters& parameters = input.parameters;
    std::erase_if(series.readings, [&](const StackReading& reading) {
        return !input.evidence.is_ordinary(reading.end);
    });
    std::vector<double> masses;
    const Span week{ordinary_before(before, days{8}, input.evidence.under_warning), before};
    for (const auto& [day, means] : by_day(series, week, input.zone)) {
        if (means.flow_hours < parameters.stack_day_hours_min) continue;
        masses.push_back(means.kg * 24 / means.flow_hours);
    }
    if (masses.size() < 3) return std::nullopt;
    const auto count = static_cast<double>(masses.size());
    DailyMass before_it;
    before_it.kg = std::accumulate(masses.begin(), masses.end(), 0.0) / count;
    double squares = 0;
    for (const double kg : masses) squares += (kg - before_it.kg) * (kg - before_it.kg);
    const double deviation = std::sqrt(squares / (count - 1));
    const double of_a_day = before_it.kg > 0 ? deviation / before_it.kg : 0;
    // The mean of so few days is itself uncertain.
    before_it.spread =
        std::max(of_a_day, parameters.baseline_spread_min) * std::sqrt(1 + 1 / count);
    return before_it;
}

Finding emission_finding(const StackSeries& series, const Span& span, double measured,
                         double allowed, std::string unit, const std::string& what) {
    Finding finding;
    finding.kind = FindingKind::kEmissionAboveLimit;
    finding.span = span;
    finding.meter = series.outlet;
    finding.measured = measured;
    finding.allowed = allowed;
    finding.unit = std::move(unit);
    for (const StackReading& reading : series.readings) {
        if (reading.end <= span.from || reading.end > span.to || !is_usable(reading)) continue;
        if (finding.from.size() < kEvidenceReadingsMax) finding.from.push_back(reading.end);
    }
    finding.text = "排口" + series.outlet + "的" + series.factor + what + number_text(measured) +
                   finding.unit + "，限值" + number_text(allowed) + finding.unit;
    return finding;
}

Span whole_day(CivilDay day, const Span& window, Zone zone) {
    return {std::max(start_of(day, zone), window.from),
            std::min(start_of(day + days{1}, zone), window.to)};
}

// Concentration by hours in a row; returns suspected when enough of them are above.
Compliance judge_hours(const JudgeInput& input, const StackSeries& series, double limit,
                       std::vector<Finding>& findings) {
    Compliance answer = Compliance::kCompliant;
    Span run{};
    double worst = 0;
    const auto close = [&] {
        if (worst <= 0) return;
        const double hours = static_cast<double>(run.length().count()) / 3600;
        if (hours >= input.parameters.stack_hours_suspected) answer = Compliance::kBreachSuspected;
        findings.push_back(emission_finding(series, run, worst, limit, "mg/m3",
                                            "连续" + hours_text(run.length()) + "超过限值，最高"));
        worst = 0;
    };
    for (const StackReading& reading : series.readings) {
        if (reading.end <= input.window.from || reading.end > input.window.to) continue;
        if (!is_usable(reading) || reading.mg_per_m3 <= limit) {
            close();
            continue;
        }
        const Instant from = reading.end - series.interval;
        if (worst > 0 && run.to != from) close();
        if (worst <= 0) run.from = from;
        run.to = reading.end;
        worst = std::max(worst, reading.mg_per_m3);
    }
    close();
    return answer;
}

bool is_counted(std::string_view factor) {
    constexpr std::array<std::string_view, 4> kFactors{"so2", "nox", "pm", "vocs"};
    return std::ranges::find(kFactors, factor) != kFactors.end();
}

double coverage_of_stack(const StackSeries& series, const Span& window) {
    std::chrono::seconds covered{0};
    for (const StackReading& reading : series.readings) {
        const Instant from = reading.end - series.interval;
        if (!is_usable(reading) || reading.end <= window.from || from >= window.to) continue;
        covered += std::min(reading.end, window.to) - std::max(from, window.from);
    }
    return static_cast<double>(covered.count()) /
           std::max(1.0, static_cast<double>(window.length().count()));
}

struct Limits {
    std::optional<double> mg_per_m3;
    std::optional<double> kg_per_d;
    double kg_spread = 0;  // of a limit that the stack's own past gives; 0: a figure on paper
};

// A day above its mass: within chance of the days before, suspect, or beyond doubt.
Compliance mass_answer(double kg, const Limits& limits, std::size_t days_seen,
                       const JudgingParameters& p) {
    const double limit = *limits.kg_per_d;
    const double spread_kg = limit * limits.kg_spread;
    if (kg > limit + spreads_of(p.breach_spreads, days_seen) * spread_kg) {
        return Compliance::kBreach;
    }
    if (kg > limit + spreads_of(p.tolerated_spreads, days_seen) * spread_kg) {
        return Compliance::kBreachSuspected;
    }
    return Compliance::kCompliant;
}

Standstill judge_stack(const JudgeInput& input, const StackSeries& series, const Limits& limits) {
    Standstill standing;
    standing.coverage = coverage_of_stack(series, input.window);
    if (standing.coverage < input.parameters.coverage_min) {
        standing.compliance = Compliance::kCannotTell;
        Finding finding;
        finding.kind = FindingKind::kMeterSilent;
        finding.span = input.window;
        finding.meter = series.outlet;
        finding.text = "排口" + series.outlet + "有效数据仅占" + percent_text(standing.coverage);
        standing.findings.push_back(std::move(finding));
    }
    if (limits.mg_per_m3) {
        standing.compliance = worse_of(
            standing.compliance, judge_hours(input, series, *limits.mg_per_m3, standing.findings));
    }
    const auto all_days = by_day(series, input.window, input.zone);
    for (const auto& [day, means] : all_days) {
        const Span span = whole_day(day, input.window, input.zone);
        const bool is_full = means.hours >= input.parameters.stack_day_hours_min;
        const double mean = means.hours > 0 ? means.mg_sum / means.hours : 0;
        if (limits.mg_per_m3 && is_full && mean > *limits.mg_per_m3) {
            standing.compliance = Compliance::kBreach;
            standing.findings.push_back(
                emission_finding(series, span, mean, *limits.mg_per_m3, "mg/m3", "日均浓度"));
        }
        // A part of a day that already exceeds the day's mass needs no further hours.
        const Compliance by_mass =
            limits.kg_per_d ? mass_answer(means.kg, limits, all_days.size(), input.parameters)
                            : Compliance::kCompliant;
        if (by_mass != Compliance::kCompliant) {
            standing.compliance = worse_of(standing.compliance, by_mass);
            standing.findings.push_back(
                emission_finding(series, span, means.kg, *limits.kg_per_d, "kg", "日排放量"));
        }
        if (limits.kg_per_d && means.flow_hours < 0.9 * means.hours) {
            standing.compliance = worse_of(standing.compliance, Compliance::kCannotTell);
        }
    }
    return standing;
}

}  // namespace

Judgement judge_emission(const JudgeInput& input, const EmissionAtMost& check) {
    Standstill whole;
    bool has_stack = false;
    for (const StackSeries& series : input.evidence.stacks) {
        if (!check.outlet.empty() && series.outlet != check.outlet) continue;
        // No factor named: all that the inventory counts.
        if (check.factor.empty() ? !is_counted(series.factor) : series.factor != check.factor) {
            continue;
        }
        if (!input.obligation.line.empty() && !series.line.empty() &&
            series.line != input.obligation.line) {
            continue;
        }
        has_stack = true;
        Limits limits{check.mg_per_m3, check.kg_per_d, 0};
        if (check.pre_warning && !check.kg_per_d) {
            const auto before = mass_before(input, series);
            if (before) {
                limits.kg_per_d = before->kg * (1 - check.cut);
                limits.kg_spread = before->spread;
            }
        }
        if (!limits.mg_per_m3 && !limits.kg_per_d) {
            Finding finding =
                no_meter_finding(input, "排口" + series.outlet + "的" + series.factor +
                                            "预警前没有三个完整日的流量与浓度，无从比较");
            finding.kind = FindingKind::kNoBaseline;
            finding.meter = series.outlet;
            whole.compliance = worse_of(whole.compliance, Compliance::kCannotTell);
            whole.findings.push_back(std::move(finding));
            continue;
        }
        merge(whole, judge_stack(input, series, limits));
    }
    if (!has_stack) {
        whole.compliance = Compliance::kCannotTell;
        whole.coverage = 0;
        whole.findings.push_back(no_meter_finding(
            input, check.factor.empty() ? std::string("没有排口监测数据")
                                        : "没有监测“" + check.factor + "”的排口数据"));
    }
    std::string coverage = "有效数据" + percent_text(whole.coverage) + "。";
    return verdict_of(input, std::move(whole), std::move(coverage));
}

}  // namespace qk::rules
