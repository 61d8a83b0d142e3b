#include "rules/proof/keeping.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace qk::rules {

std::vector<Span> free_spans(Instant before, const std::vector<BoundTime>& kept,
                             const Reach& reach) {
    std::vector<Span> held;
    for (const BoundTime& bound : kept) {
        const Instant to = bound.to ? *bound.to + reach.after : before;
        held.push_back({bound.from - reach.back, std::max(to, bound.from + reach.after)});
    }
    std::ranges::sort(held, {}, &Span::from);
    std::vector<Span> spans;
    Instant at{Instant::duration{std::numeric_limits<std::int32_t>::min()}};  // before 1902: no meter
    for (const Span& span : held) {
        if (span.from >= before) break;
        if (span.from > at) spans.push_back({at, span.from});
        at = std::max(at, span.to);
    }
    if (at < before) spans.push_back({at, before});
    return spans;
}

}  // namespace qk::rules
