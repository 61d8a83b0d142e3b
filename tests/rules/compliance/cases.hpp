// Small plants for the tests of proof: a line with meters, fourteen days of normal work, then a
// window.
#pragma once

#include <cmath>
#include <functional>
#include <string>

#include "rules/compliance/judge.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::rules::test {

using namespace std::chrono;

inline constexpr Zone kShanghai = kBeijingTime;
// Monday, 7 December 2015, 00:00 in Beijing.
inline const Instant kStart = sys_days{2015y / December / 6} + 16h;

// Power of the interval that ends at `end`.
using Power = std::function<double(Instant end)>;

// Works from 6 to 22, idles at 20 kW otherwise, with a small deterministic ripple.
inline double normal_power(Instant end) {
    const int hour = hour_of_day(end - 1s, kShanghai);
    const double ripple = static_cast<double>((end.time_since_epoch().count() / 900) % 7) - 3;
    return hour >= 6 && hour < 22 ? 300 + 4 * ripple : 20 + 0.5 * ripple;
}

inline Power constant(double kw) {
    return [kw](Instant) { return kw; };
}

inline MeterFacts facts(std::string id, std::string line, MeterRole role,
                        std::optional<double> rated = 400, std::optional<double> idle = 20) {
    return {std::move(id), "E1", std::move(line), role, rated, idle};
}

// Normal work in the fourteen days before `start`, then `after` until `to`.
inline PowerSeries series(MeterFacts meter, const Power& before, const Power& after, Instant to,
                          Instant start = kStart) {
    PowerSeries series;
    series.meter = std::move(meter);
    for (Instant end = start - days{14} + 15min; end <= to; end += 15min) {
        series.readings.push_back({end, end <= start ? before(end) : after(end)});
    }
    return series;
}

inline MeterEvidence evidence_of(PowerSeries series, Instant start = kStart) {
    MeterEvidence meter;
    meter.baseline = baseline_of(series, start, {}, {}, kShanghai);
    meter.series = std::move(series);
    return meter;
}

inline Obligation obligation(Check check, Action action = Action::kStop, std::string line = "L1") {
    Obligation owed;
    owed.id = "E1/" + line + "/" + std::string(to_text(action));
    owed.enterprise = "E1";
    owed.line = std::move(line);
    owed.action = action;
    owed.ratio = 1;
    owed.from = kStart;
    owed.verified_by = VerifiedBy::kPower;
    owed.check = std::move(check);
    return owed;
}

// One line with a meter that shows `after` from the start on.
inline Evidence plant(const Power& after, hours length, std::optional<double> idle = 20) {
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back(
        evidence_of(series(facts("M1", "L1", MeterRole::kProduction, 400, idle), normal_power,
                           after, kStart + length)));
    return evidence;
}

inline Judgement judge(const Obligation& owed, const Evidence& evidence, hours length) {
    const JudgingParameters parameters;
    return qk::rules::judge({owed, evidence, {kStart, kStart + length}, parameters, kShanghai});
}

inline Compliance compliance(const Judgement& judgement) {
    return judgement.verdict.value().compliance;
}

inline bool has(const Judgement& judgement, FindingKind kind) {
    for (const Finding& finding : judgement.verdict.value().findings) {
        if (finding.kind == kind) return true;
    }
    return false;
}

}  // namespace qk::rules::test
