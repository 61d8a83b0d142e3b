#include "rules/compliance/keeping.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace qk::rules {

Instant bound_since(std::vector<BoundTime> times, Instant at, std::chrono::seconds gap) {
    std::ranges::sort(times, {}, &BoundTime::from);
    Instant since = at;
    std::optional<Instant> bound_to;  // of those that hang together so far
    for (const BoundTime& time : times) {
        if (time.from > at) break;
        const Instant to = time.to.value_or(at);
        if (!bound_to || time.from > *bound_to + gap) since = time.from;
        bound_to = std::max(bound_to.value_or(to), to);
    }
    return bound_to && at <= *bound_to + gap ? since : at;
}

std::vector<Span> joined(std::vector<Span> spans) {
    std::ranges::sort(spans, {}, &Span::from);
    std::vector<Span> all;
    for (const Span& span : spans) {
        if (span.from >= span.to) continue;
        if (all.empty() || span.from > all.back().to) {
            all.push_back(span);
        } else {
            all.back().to = std::max(all.back().to, span.to);
        }
    }
    return all;
}

std::vector<Span> free_spans(Instant before, std::vector<Span> held) {
    std::vector<Span> spans;
    Instant at{
        Instant::duration{std::numeric_limits<std::int32_t>::min()}};  // before 1902: no meter
    for (const Span& span : joined(std::move(held))) {
        if (span.from >= before) break;
        if (span.from > at) spans.push_back({at, span.from});
        at = std::max(at, span.to);
    }
    if (at < before) spans.push_back({at, before});
    return spans;
}

std::vector<Span> free_spans(Instant before, const std::vector<BoundTime>& kept,
                             const Reach& reach) {
    std::vector<Span> held;
    for (const BoundTime& bound : kept) {
        const Instant to = bound.to ? *bound.to + reach.after : before;
        held.push_back({bound.from - reach.back, std::max(to, bound.from + reach.after)});
    }
    return free_spans(before, std::move(held));
}

}  // namespace qk::rules
