#include "rules/warning/trigger.hpp"

#include <algorithm>
#include <cassert>
#include <deque>
#include <limits>

namespace qk::rules {
namespace {

using std::chrono::hours;

// The series is a row of slots: days in natural-day, hours otherwise. Slot numbers are signed,
// because a 24-hour window that ends early in the series begins before it.
using Slot = int;
constexpr Slot kNever = std::numeric_limits<Slot>::max();

// How a leg is counted: `count` values above the limit, `step` slots apart, the last at slot t; it
// then covers the `cover` slots that end with t.
struct Shape {
    int above = 0;
    int count = 1;
    int step = 1;
    int cover = 1;
};

struct Row {
    std::span<const std::int16_t> values;
    HoursAs hours_as = HoursAs::kRolling;
    Instant first;                  // start of slot 0
    const OwnIndex* own = nullptr;  // of hours, where they are known

    [[nodiscard]] hours slot_length() const {
        return hours_as == HoursAs::kNaturalDay ? hours{24} : hours{1};
    }
    [[nodiscard]] Instant start(Slot slot) const { return first + slot_length() * slot; }
    // Name of the hour with which the slot ends.
    [[nodiscard]] Instant last_hour(Slot slot) const { return start(slot + 1) - hours{1}; }
};

std::optional<Shape> shape_of(const Leg& leg, HoursAs hours_as) {
    if (!is_countable(leg, hours_as)) return std::nullopt;
    const int n = static_cast<int>(leg.hours.count());
    switch (hours_as) {
        case HoursAs::kNaturalDay:
            return Shape{leg.aqi_above, n / 24, 1, n / 24};
        case HoursAs::kRolling:
            return Shape{leg.aqi_above, n / 24, 24, n};
        case HoursAs::kHourlyRun:
            return Shape{leg.aqi_above, n, 1, n};
    }
    return std::nullopt;
}

// Slots [begin, end) above the lowest limit; `low` and `high` are the first and last slot with a
// value above it (in rolling, a value covers the 24 slots that end with it).
struct Episode {
    Slot begin = 0;
    Slot end = 0;
    Slot low = 0;
    Slot high = 0;
    int highest = 0;
};

std::vector<Episode> find_episodes(const Row& row, int lowest_limit) {
    const int cover = row.hours_as == HoursAs::kRolling ? 24 : 1;
    std::vector<Episode> episodes;
    for (Slot t = 0; t < static_cast<Slot>(row.values.size()); ++t) {
        const int value = row.values[static_cast<std::size_t>(t)];
        if (value <= lowest_limit) continue;
        const Slot begin = t - cover + 1;
        if (episodes.empty() || begin > episodes.back().end) {
            episodes.push_back({begin, t + 1, t, t, value});
        } else {
            Episode& last = episodes.back();
            last.end = t + 1;
            last.high = t;
            last.highest = std::max(last.highest, value);
        }
    }
    return episodes;
}

// At each slot from the episode's first value above the lowest limit to its last: how many values
// in a row, `step` apart, are above a limit. Legs of several clauses ask for the same.
struct Runs {
    int above = 0;
    int step = 1;
    Slot longest = 0;
    std::vector<Slot> lengths;

    void count(const Row& row, const Episode& episode) {
        const std::span<const std::int16_t> values =
            row.values.subspan(static_cast<std::size_t>(episode.low),
                               static_cast<std::size_t>(episode.high - episode.low) + 1);
        const auto apart = static_cast<std::size_t>(step);
        lengths.resize(values.size());
        longest = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const Slot before = i >= apart ? lengths[i - apart] : 0;
            lengths[i] = values[i] > above ? before + 1 : 0;
            longest = std::max(longest, lengths[i]);
        }
    }
};

// The runs of one episode, and tables for the legs of one clause. It outlives both, so that years
// of values are not allocated anew for every leg and episode.
class Workspace {
 public:
    void begin_episode() { used_ = 0; }
    const Runs& runs_of(const Row& row, const Episode& episode, const Shape& shape) {
        for (std::size_t i = 0; i < used_; ++i) {
            if (runs_[i].above == shape.above && runs_[i].step == shape.step) return runs_[i];
        }
        if (used_ == runs_.size()) runs_.emplace_back();
        Runs& runs = runs_[used_++];
        runs.above = shape.above;
        runs.step = shape.step;
        runs.count(row, episode);
        return runs;
    }
    std::vector<Slot>& table(std::size_t leg) {
        while (tables_.size() <= leg) tables_.emplace_back();
        return tables_[leg];
    }

 private:
    std::deque<Runs> runs_;
    std::size_t used_ = 0;
    std::deque<std::vector<Slot>> tables_;
};

// Where a leg holds inside an episode, as "the first holding at or after t" in constant time. The
// table is the caller's.
class Holdings {
 public:
    Holdings(const Runs& runs, Slot low, const Shape& shape, std::vector<Slot>& table)
        : low_(low), shape_(shape), next_(&table) {
        const std::size_t length = runs.lengths.size();
        table.resize(length + 1);
        table[length] = kNever;
        for (std::size_t i = length; i-- > 0;) {
            const bool holds = runs.lengths[i] >= shape.count;
            table[i] = holds ? low_ + static_cast<Slot>(i) : table[i + 1];
        }
    }

    [[nodiscard]] Slot first_from(Slot t) const {
        const auto index = static_cast<std::size_t>(std::max(t, low_) - low_);
        return index < next_->size() ? (*next_)[index] : kNever;
    }
    [[nodiscard]] const Shape& shape() const { return shape_; }

 private:
    Slot low_;
    Shape shape_;
    const std::vector<Slot>* next_;
};

// A clause met in one run of its first leg: when, and with which holding of each leg.
struct Met {
    Slot at = 0;
    std::vector<Slot> legs;
};

// Last holding of the run that begins with the holding at `first`.
Slot end_of_run(const Holdings& leg, Slot first) {
    Slot last = first;
    while (true) {
        const Slot next = leg.first_from(last + 1);
        // Covered stretches that overlap or touch are one run.
        if (next == kNever || next - leg.shape().cover > last) return last;
        last = next;
    }
}

// The first run of the first leg in which every other leg holds too.
std::optional<Met> first_met(const std::vector<Holdings>& legs) {
    const Holdings& head = legs.front();
    for (Slot first = head.first_from(0); first != kNever;) {
        const Slot last = end_of_run(head, first);
        const Slot run_begin = first - head.shape().cover + 1;
        Met met{first, {first}};
        for (std::size_t i = 1; i < legs.size(); ++i) {
            const Slot at = legs[i].first_from(run_begin + legs[i].shape().cover - 1);
            if (at > last) break;
            met.legs.push_back(at);
            // The run must have grown as far as this holding before the clause is met.
            met.at = std::max(met.at, head.first_from(at));
        }
        if (met.legs.size() == legs.size()) return met;
        first = head.first_from(last + 1);
    }
    return std::nullopt;
}

std::optional<Met> meet(const Row& row, const Episode& episode, const Clause& clause,
                        Workspace& work) {
    std::vector<Holdings> legs;
    legs.reserve(clause.legs.size());
    for (const Leg& leg : clause.legs) {
        const std::optional<Shape> shape = shape_of(leg, row.hours_as);
        if (!shape || episode.highest <= shape->above) return std::nullopt;
        if (episode.end - episode.begin < shape->cover) return std::nullopt;
        const Runs& runs = work.runs_of(row, episode, *shape);
        if (runs.longest < shape->count) return std::nullopt;
        legs.emplace_back(runs, episode.low, *shape, work.table(legs.size()));
    }
    if (legs.empty()) return std::nullopt;
    return first_met(legs);
}

std::vector<LegEvidence> evidence(const Row& row, const Clause& clause, const Met& met) {
    std::vector<LegEvidence> legs;
    for (std::size_t i = 0; i < clause.legs.size(); ++i) {
        const Shape shape = shape_of(clause.legs[i], row.hours_as).value();
        const Slot at = met.legs[i];
        LegEvidence leg{clause.legs[i], {row.start(at - shape.cover + 1), row.start(at + 1)}, {}};
        for (int back = shape.count - 1; back >= 0; --back) {
            leg.values.push_back(row.values[static_cast<std::size_t>(at - back * shape.step)]);
        }
        legs.push_back(std::move(leg));
    }
    return legs;
}

// The window of an episode, or nothing where no clause holds in it.
std::optional<WarningWindow> window_of(const Row& row, const Episode& episode,
                                       const TriggerStandard& standard, Workspace& work) {
    std::optional<WarningWindow> window;
    work.begin_episode();
    for (std::size_t i = 0; i < standard.clauses.size(); ++i) {
        const Clause& clause = standard.clauses[i];
        const std::optional<Met> met = meet(row, episode, clause, work);
        if (!met) continue;
        const Instant met_at = row.last_hour(met->at);
        if (!window) {
            window.emplace();
            window->span = {row.start(episode.begin), row.start(episode.end)};
            window->highest_aqi = episode.highest;
        }
        const bool decides = window->reached.empty() || clause.colour > window->colour ||
                             (clause.colour == window->colour && met_at < window->met_at);
        window->reached.push_back({i, met_at});
        if (!decides) continue;
        window->colour = clause.colour;
        window->met_at = met_at;
        window->clause = i;
        window->legs = evidence(row, clause, *met);
    }
    if (window) std::ranges::stable_sort(window->reached, {}, &ClauseMet::met_at);
    return window;
}

// From the first to the last polluted hour of the covered stretch. A value above a limit has an
// hour above it among its own; where none is known the stretch stays as it is.
void clip_to_polluted(WarningWindow& window, const Row& row, const Episode& episode, int limit) {
    if (row.hours_as != HoursAs::kRolling || row.own == nullptr || !*row.own) return;
    const auto is_polluted = [&](Slot t) {
        return (*row.own)(static_cast<std::size_t>(t)) > limit;
    };
    Slot begin = std::max(episode.begin, 0);
    while (begin < episode.end && !is_polluted(begin)) ++begin;
    if (begin == episode.end) return;
    Slot end = episode.end;
    while (!is_polluted(end - 1)) --end;
    window.span = {row.start(begin), row.start(end)};
}

void merge_into(WarningWindow& earlier, WarningWindow&& later) {
    const Span span{earlier.span.from, later.span.to};
    const int merged = earlier.merged + later.merged;
    const int highest = std::max(earlier.highest_aqi, later.highest_aqi);
    std::vector<ClauseMet> reached = std::move(earlier.reached);
    for (const ClauseMet& met : later.reached) {
        const bool known = std::ranges::any_of(
            reached, [&](const ClauseMet& other) { return other.clause == met.clause; });
        if (!known) reached.push_back(met);
    }
    std::ranges::stable_sort(reached, {}, &ClauseMet::met_at);
    if (later.colour > earlier.colour) earlier = std::move(later);
    earlier.span = span;
    earlier.merged = merged;
    earlier.highest_aqi = highest;
    earlier.reached = std::move(reached);
}

Slot end_of_known(std::span<const std::int16_t> values) {
    std::size_t end = values.size();
    while (end > 0 && values[end - 1] == kNoAqi) --end;
    return static_cast<Slot>(end);
}

std::vector<WarningWindow> evaluate_row(const Row& row, const TriggerStandard& standard,
                                        const TriggerOptions& options) {
    assert(row.values.size() < static_cast<std::size_t>(kNever / 2));
    const int lowest = lowest_limit(standard).value_or(kNever);
    // In natural-day 36 h are one day: one clear or missing day does not part two episodes.
    const auto gap_max = (standard.lifting_outlook / row.slot_length()) * row.slot_length();
    std::vector<WarningWindow> windows;
    Workspace work;
    for (const Episode& episode : find_episodes(row, lowest)) {
        std::optional<WarningWindow> window = window_of(row, episode, standard, work);
        if (!window) continue;
        clip_to_polluted(*window, row, episode, lowest);
        if (!windows.empty() && window->span.from - windows.back().span.to <= gap_max) {
            merge_into(windows.back(), std::move(*window));
        } else {
            windows.push_back(std::move(*window));
        }
    }
    if (!windows.empty()) {
        const Instant known = row.start(end_of_known(row.values));
        windows.back().open = known - windows.back().span.to <= gap_max;
    }
    if (options.issued_at) {
        std::erase_if(windows,
                      [&](const WarningWindow& w) { return w.span.to <= *options.issued_at; });
    }
    return windows;
}

}  // namespace

HoursAs reading_of(const TriggerStandard& standard, const TriggerOptions& options,
                   HoursAs otherwise) {
    return options.hours_as.value_or(standard.hours_as.value_or(otherwise));
}

std::vector<WarningWindow> evaluate(const DailyAqiSeries& daily, const TriggerStandard& standard,
                                    const TriggerOptions& options) {
    const Row row{daily.aqi, HoursAs::kNaturalDay, start_of(daily.first, options.zone)};
    return evaluate_row(row, standard, options);
}

std::vector<WarningWindow> evaluate(const HourlyAqiSeries& hourly, HoursAs hours_as,
                                    const TriggerStandard& standard, const TriggerOptions& options,
                                    const OwnIndex& own) {
    assert(hours_as != HoursAs::kNaturalDay);  // that reading wants a daily series
    return evaluate_row({hourly.aqi, hours_as, hourly.first, &own}, standard, options);
}

std::optional<int> lowest_limit(const TriggerStandard& standard) {
    std::optional<int> lowest;
    for (const Clause& clause : standard.clauses) {
        for (const Leg& leg : clause.legs) {
            lowest = std::min(lowest.value_or(leg.aqi_above), leg.aqi_above);
        }
    }
    return lowest;
}

}  // namespace qk::rules
