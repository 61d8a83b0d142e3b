// Which stretches of time the readings are kept for, whatever their age (保存期限): those that a verdict
// rests on, as long as the verdict may be contested. Everything between them may go.
#pragma once

#include <optional>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::rules {

// An obligation's time: from its start to its end, or open.
struct BoundTime {
    Instant from{};
    std::optional<Instant> to;

    friend bool operator==(const BoundTime&, const BoundTime&) = default;
};

// A verdict rests on the readings of its window, on those of the days before that its baseline may look
// back to, and on what came in shortly after.
struct Reach {
    std::chrono::seconds back{0};
    std::chrono::seconds after{0};
};

// What lies before `before` and in none of the kept stretches; in order, from inclusive, to exclusive. The
// first reaches back without end.
[[nodiscard]] std::vector<Span> free_spans(Instant before, const std::vector<BoundTime>& kept,
                                           const Reach& reach);

}  // namespace qk::rules
