#include "rules/compliance/evidence.hpp"

#include "rules/compliance/standstill.hpp"

namespace qk::rules {

Evidence gather_evidence(std::vector<PowerSeries> meters, Instant before,
                         std::span<const Span> excluded, const JudgingParameters& parameters,
                         Zone zone) {
    Evidence evidence;
    if (auto beyond = unmetered_series(meters)) {
        MeterEvidence unmetered;
        unmetered.baseline = baseline_of(*beyond, before, excluded, parameters, zone);
        unmetered.series = std::move(*beyond);
        evidence.unmetered = std::move(unmetered);
    }
    evidence.usual = usual_of(meters, before, excluded, zone);
    for (PowerSeries& series : meters) {
        MeterEvidence meter;
        meter.baseline = baseline_of(series, before, excluded, parameters, zone);
        meter.series = std::move(series);
        evidence.meters.push_back(std::move(meter));
    }
    return evidence;
}

}  // namespace qk::rules
