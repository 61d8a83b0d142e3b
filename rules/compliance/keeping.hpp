// Which stretches of time the readings are kept for, whatever their age (保存期限): those that a
// verdict rests on, and those of which a verdict may still come. Everything between them may go.
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

// A verdict rests on the readings of its window, on those of the days before that its baseline may
// look back to, and on what came in shortly after.
struct Reach {
    std::chrono::seconds back{0};
    std::chrono::seconds after{0};
};

// Since when somebody was bound at `at`: one who is bound anew within `gap` was bound all the time,
// since the baseline is then that of the days before the first.
[[nodiscard]] Instant bound_since(std::vector<BoundTime> times, Instant at,
                                  std::chrono::seconds gap);

// The same stretches in order, those that touch as one.
[[nodiscard]] std::vector<Span> joined(std::vector<Span> spans);

// What lies before `before` and in none of the held stretches; in order, from inclusive, to
// exclusive. The first reaches back without end.
[[nodiscard]] std::vector<Span> free_spans(Instant before, std::vector<Span> held);
// The same, of what obligations hold.
[[nodiscard]] std::vector<Span> free_spans(Instant before, const std::vector<BoundTime>& kept,
                                           const Reach& reach);

}  // namespace qk::rules
