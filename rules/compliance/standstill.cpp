#include "rules/compliance/standstill.hpp"

#include <algorithm>
#include <cmath>

#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::seconds;

// Joins `next` to the last span when it follows on, else starts a new one.
void append_span(std::vector<Span>& spans, const Span& next) {
    if (!spans.empty() && next.from <= spans.back().to) {
        spans.back().to = std::max(spans.back().to, next.to);
    } else {
        spans.push_back(next);
    }
}

// The part of a reading's interval that lies inside `span`; empty (from == to) if none does.
Span clip(const PowerSeries& series, const PowerReading& reading, const Span& span) {
    const Instant from = std::max(reading.end - series.interval, span.from);
    const Instant to = std::min(reading.end, span.to);
    return from < to ? Span{from, to} : Span{span.from, span.from};
}

// The readings that can have a part in `span`: series grow long and spans are days.
std::span<const PowerReading> readings_about(const PowerSeries& series, const Span& span) {
    const auto begin =
        std::partition_point(series.readings.begin(), series.readings.end(),
                             [&](const PowerReading& reading) { return reading.end <= span.from; });
    const auto end = std::partition_point(
        begin, series.readings.end(),
        [&](const PowerReading& reading) { return reading.end - series.interval < span.to; });
    return {begin, end};
}

bool is_within(const PowerSeries& series, const PowerReading& reading, const Span& span) {
    return reading.end - series.interval >= span.from && reading.end <= span.to;
}

double dead_below(const MeterEvidence& meter) {
    if (meter.series.meter.idle_kw) return 0.1 * *meter.series.meter.idle_kw;
    if (meter.baseline.low_kw) return 0.1 * *meter.baseline.low_kw;
    // Nothing known of its standing load: a zero may be a stand-still or a cut.
    return 1e-9;
}

}  // namespace

std::optional<StandstillLimit> standing_limit(const MeterEvidence& meter,
                                              const JudgingParameters& parameters,
                                              std::string& why) {
    const auto& facts = meter.series.meter;
    std::optional<double> normal = meter.baseline.normal_kw;
    // A line that stood in all comparable days says nothing of what running looks like; rated power
    // does.
    if (facts.idle_kw && normal && facts.rated_kw) {
        const double standing = *facts.idle_kw * (1 + parameters.idle_tolerance);
        if (*normal <= standing && *facts.rated_kw > 2 * standing) normal = facts.rated_kw;
    }
    StandstillLimit limit;
    if (normal) {
        limit.stop_kw = parameters.stopped_below_share * *normal;
        limit.method = "share-of-normal-power";
        limit.chinese = "正常功率" + number_text(*normal) + "kW的" +
                        percent_text(parameters.stopped_below_share);
    }
    if (facts.idle_kw) {
        const double allowed = *facts.idle_kw * (1 + parameters.idle_tolerance);
        if (!normal || allowed > limit.stop_kw) {
            limit.stop_kw = allowed;
            limit.method = "idle-power";
            limit.chinese = "待机功率" + number_text(*facts.idle_kw) + "kW加" +
                            percent_text(parameters.idle_tolerance) + "容差";
        }
    }
    if (limit.method.empty() || (!normal && limit.stop_kw <= 0)) {
        why = "待机功率、额定功率和正常负荷均不明，无法区分停运与运行";
        return std::nullopt;
    }
    if (normal && *normal > 0 && limit.stop_kw >= 0.6 * *normal) {
        why = "待机功率与正常负荷（" + number_text(*normal) + "kW）过于接近，无法区分停运与运行";
        return std::nullopt;
    }
    limit.run_kw = normal ? limit.stop_kw + 0.25 * (*normal - limit.stop_kw) : 1.5 * limit.stop_kw;
    return limit;
}

Belief belief_in(const PowerReading& reading, const MeterEvidence& meter) {
    const auto& rated = meter.series.meter.rated_kw;
    if (!reading.valid || !std::isfinite(reading.kw) || reading.kw < 0) return Belief::kInvalid;
    if (rated && *rated > 0 && reading.kw > kAbsurdTimesRated * *rated) return Belief::kInvalid;
    if (reading.kw < dead_below(meter)) return Belief::kDeadZero;
    return Belief::kBelieved;
}

std::vector<RunningPeriod> running_stretches(const MeterEvidence& meter,
                                             const StandstillLimit& limit, const Span& span,
                                             const JudgingParameters& parameters) {
    std::vector<RunningPeriod> stretches;
    const PowerSeries& series = meter.series;
    const double down_kw = limit.stop_kw * (1 - parameters.hysteresis);
    bool is_running = false;
    double kw_sum = 0;
    int count = 0;
    const auto close = [&] {
        if (is_running) stretches.back().mean_kw = kw_sum / count;
        is_running = false;
        kw_sum = 0;
        count = 0;
    };
    for (const PowerReading& reading : readings_about(series, span)) {
        if (!is_within(series, reading, span)) continue;
        if (belief_in(reading, meter) != Belief::kBelieved) {
            close();
            continue;
        }
        const Span part{reading.end - series.interval, reading.end};
        // A gap of more than half an interval ends what can be called one stretch.
        if (is_running && part.from > stretches.back().span.to + seconds{series.interval} / 2)
            close();
        if (reading.kw <= (is_running ? down_kw : limit.stop_kw)) {
            close();
            continue;
        }
        if (!is_running) stretches.push_back({part, {}, 0, 0, seconds{0}, seconds{0}});
        is_running = true;
        RunningPeriod& stretch = stretches.back();
        stretch.span.to = part.to;
        if (stretch.ends.size() < kEvidenceReadingsMax) stretch.ends.push_back(reading.end);
        stretch.max_kw = std::max(stretch.max_kw, reading.kw);
        if (reading.kw > limit.stop_kw) stretch.above_stop += series.interval;
        if (reading.kw >= limit.run_kw) stretch.above_run += series.interval;
        kw_sum += reading.kw;
        ++count;
    }
    close();
    return stretches;
}

Coverage coverage_of(const MeterEvidence& meter, const Span& span, bool trust_zero) {
    const PowerSeries& series = meter.series;
    Coverage coverage;
    std::vector<Span> believed;
    std::vector<Span> any;
    for (const PowerReading& reading : readings_about(series, span)) {
        const Span part = clip(series, reading, span);
        if (part.from >= part.to) continue;
        append_span(any, part);
        Belief belief = belief_in(reading, meter);
        if (belief == Belief::kDeadZero && trust_zero) belief = Belief::kBelieved;
        if (belief == Belief::kDeadZero) append_span(coverage.dead_zero, part);
        if (belief == Belief::kInvalid) append_span(coverage.invalid, part);
        if (belief != Belief::kBelieved) continue;
        append_span(believed, part);
        coverage.kwh += reading.kw * static_cast<double>(part.length().count()) / 3600;
        coverage.max_kw = std::max(coverage.max_kw, reading.kw);
    }
    const auto gaps_between = [&](const std::vector<Span>& covered) {
        std::vector<Span> gaps;
        Instant at = span.from;
        for (const Span& part : covered) {
            if (part.from > at) gaps.push_back({at, part.from});
            at = std::max(at, part.to);
        }
        if (at < span.to) gaps.push_back({at, span.to});
        return gaps;
    };
    coverage.missing = gaps_between(any);
    seconds uncovered{0};
    for (const Span& gap : gaps_between(believed)) {
        uncovered += gap.length();
        coverage.longest_gap = std::max(coverage.longest_gap, gap.length());
    }
    if (span.length().count() > 0) {
        coverage.share =
            1 - static_cast<double>(uncovered.count()) / static_cast<double>(span.length().count());
    }
    return coverage;
}

std::optional<PowerSeries> unmetered_series(std::span<const PowerSeries> meters) {
    const PowerSeries* total = nullptr;
    std::vector<const PowerSeries*> parts;
    for (const PowerSeries& series : meters) {
        if (series.meter.role != MeterRole::kTotal) {
            parts.push_back(&series);
            continue;
        }
        // Several totals would have to be added up; nobody says how they overlap.
        if (total != nullptr) return std::nullopt;
        total = &series;
    }
    if (total == nullptr || parts.empty()) return std::nullopt;
    PowerSeries beyond;
    beyond.meter = {total->meter.id, total->meter.enterprise, {}, MeterRole::kTotal, {}, {}};
    beyond.interval = total->interval;
    // All series are ordered, so one pass with a cursor each.
    std::vector<std::size_t> cursors(parts.size(), 0);
    for (const PowerReading& reading : total->readings) {
        double sum = 0;
        bool is_whole = reading.valid;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const std::vector<PowerReading>& readings = parts[i]->readings;
            while (cursors[i] < readings.size() && readings[cursors[i]].end < reading.end) {
                ++cursors[i];
            }
            const bool is_there =
                cursors[i] < readings.size() && readings[cursors[i]].end == reading.end;
            is_whole = is_whole && is_there && readings[cursors[i]].valid;
            if (is_there) sum += readings[cursors[i]].kw;
        }
        if (is_whole) beyond.readings.push_back({reading.end, std::max(0.0, reading.kw - sum)});
    }
    return beyond;
}

}  // namespace qk::rules
