#include "rules/compliance/evidence.hpp"

#include <algorithm>

#include "rules/compliance/standstill.hpp"

namespace qk::rules {
namespace {

// By whole days, as days of a baseline are left out: a plant that comes down or starts again is not
// ordinary either.
std::vector<Span> whole_days(std::span<const Span> excluded, Instant before, Zone zone) {
    std::vector<Span> spans;
    for (const Span& span : excluded) {
        if (span.from >= before || span.to <= span.from) continue;
        const Instant from = start_of(day_of(span.from, zone), zone);
        const Instant last = span.to - std::chrono::seconds{1};
        const Instant to = start_of(day_of(last, zone), zone) + std::chrono::days{1};
        spans.push_back({from, std::min(to, before)});
    }
    std::ranges::sort(spans, {}, &Span::from);
    std::vector<Span> apart;
    for (const Span& span : spans) {
        if (!apart.empty() && span.from <= apart.back().to) {
            apart.back().to = std::max(apart.back().to, span.to);
        } else {
            apart.push_back(span);
        }
    }
    return apart;
}

}  // namespace

bool Evidence::is_ordinary(Instant at) const {
    return std::ranges::none_of(under_warning,
                                [at](const Span& span) { return at > span.from && at <= span.to; });
}

Instant ordinary_before(Instant before, std::chrono::seconds length,
                        std::span<const Span> under_warning) {
    Instant from = before - length;
    for (std::size_t i = under_warning.size(); i > 0; --i) {
        const Span& span = under_warning[i - 1];
        if (span.to <= from) break;
        from -= std::min(span.to, before) - std::min(span.from, before);
    }
    return from;
}

Evidence gather_evidence(std::vector<PowerSeries> meters, Instant before,
                         std::span<const Span> excluded, const JudgingParameters& parameters,
                         Zone zone) {
    Evidence evidence;
    evidence.under_warning = whole_days(excluded, before, zone);
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
