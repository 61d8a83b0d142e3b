// Properties of the evaluator, and its agreement with a second implementation that is written from
// the contract's words, hour by hour, without any thought for speed.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "rules/warning/trigger.hpp"
#include "tests/rules/warning/examples.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;

const Instant kStart = start_of(CivilDay{std::chrono::days{19'000}}, kBeijingTime);
const TriggerOptions kOptions{.zone = kBeijingTime};

// ---- The naive reading. Time is a number of units from the start: days or hours. ----

struct Naive {
    std::vector<std::int16_t> values;
    HoursAs hours_as;

    bool above(int t, int limit) const {
        return t >= 0 && t < static_cast<int>(values.size()) && values[t] > limit;
    }
    int unit_cover() const { return hours_as == HoursAs::kRolling ? 24 : 1; }
    int cover(const Leg& leg) const {
        const int n = static_cast<int>(leg.hours.count());
        return hours_as == HoursAs::kNaturalDay ? n / 24 : n;
    }
    bool holds(const Leg& leg, int t) const {
        const int n = static_cast<int>(leg.hours.count());
        if (hours_as == HoursAs::kRolling) {
            for (int back = 0; back <= n - 24; back += 24) {
                if (!above(t - back, leg.aqi_above)) return false;
            }
            return true;
        }
        for (int back = 0; back < cover(leg); ++back) {
            if (!above(t - back, leg.aqi_above)) return false;
        }
        return true;
    }
    using Stretch = std::pair<int, int>;  // [begin, end)
    static std::vector<Stretch> join(std::vector<Stretch> stretches) {
        std::ranges::sort(stretches);
        std::vector<Stretch> out;
        for (const Stretch& s : stretches) {
            if (!out.empty() && s.first <= out.back().second) {
                out.back().second = std::max(out.back().second, s.second);
            } else {
                out.push_back(s);
            }
        }
        return out;
    }
    std::vector<Stretch> holdings(const Leg& leg) const {
        std::vector<Stretch> all;
        for (int t = 0; t < static_cast<int>(values.size()); ++t) {
            if (holds(leg, t)) all.emplace_back(t - cover(leg) + 1, t + 1);
        }
        return all;
    }
    static bool inside(const Stretch& a, const Stretch& b) {
        return b.first <= a.first && a.second <= b.second;
    }
    bool holds_in(const Clause& clause, const Stretch& episode) const {
        for (const Stretch& run : join(holdings(clause.legs.front()))) {
            if (!inside(run, episode)) continue;
            const bool every = std::ranges::all_of(clause.legs, [&](const Leg& leg) {
                return std::ranges::any_of(holdings(leg),
                                           [&](const Stretch& h) { return inside(h, run); });
            });
            if (every) return true;
        }
        return false;
    }
    std::vector<Stretch> episodes(const TriggerStandard& standard) const {
        int lowest = 10'000;
        for (const Clause& c : standard.clauses) {
            for (const Leg& leg : c.legs) lowest = std::min(lowest, leg.aqi_above);
        }
        std::vector<Stretch> all;
        for (int t = 0; t < static_cast<int>(values.size()); ++t) {
            if (above(t, lowest)) all.emplace_back(t - unit_cover() + 1, t + 1);
        }
        return join(all);
    }
};

struct Answer {
    Colour colour = Colour::kBlue;
    int from = 0;
    int to = 0;
    int merged = 1;
    friend bool operator==(const Answer&, const Answer&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Answer& a) {
        return out << to_text(a.colour) << " [" << a.from << "," << a.to << ") x" << a.merged;
    }
};

std::vector<Answer> naive_windows(const Naive& naive, const TriggerStandard& standard) {
    const int gap = naive.hours_as == HoursAs::kNaturalDay ? 1 : 36;
    std::vector<Answer> out;
    for (const auto& episode : naive.episodes(standard)) {
        std::optional<Colour> colour;
        for (const Clause& clause : standard.clauses) {
            if (!naive.holds_in(clause, episode)) continue;
            if (!colour || *colour < clause.colour) colour = clause.colour;
        }
        if (!colour) continue;
        if (!out.empty() && episode.first - out.back().to <= gap) {
            out.back().to = episode.second;
            out.back().colour = std::max(out.back().colour, *colour);
            ++out.back().merged;
        } else {
            out.push_back({*colour, episode.first, episode.second});
        }
    }
    return out;
}

// ---- The evaluator under test, in the same words. ----

std::vector<WarningWindow> windows_of(const Naive& input, const TriggerStandard& standard,
                                      Instant start = kStart) {
    if (input.hours_as == HoursAs::kNaturalDay) {
        return evaluate(DailyAqiSeries{day_of(start, kBeijingTime), input.values}, standard,
                        kOptions);
    }
    return evaluate(HourlyAqiSeries{start, input.values}, input.hours_as, standard, kOptions);
}

hours unit_of(HoursAs hours_as) { return hours{hours_as == HoursAs::kNaturalDay ? 24 : 1}; }

std::vector<Answer> answers_of(const Naive& input, const TriggerStandard& standard) {
    std::vector<Answer> out;
    const hours unit = unit_of(input.hours_as);
    for (const WarningWindow& w : windows_of(input, standard)) {
        out.push_back({w.colour, static_cast<int>((w.span.from - kStart) / unit),
                       static_cast<int>((w.span.to - kStart) / unit), w.merged});
    }
    return out;
}

// ---- Random input: stretches of a value, so that legs of days are really met. ----

rc::Gen<HoursAs> any_hours_as() {
    return rc::gen::element(HoursAs::kNaturalDay, HoursAs::kRolling, HoursAs::kHourlyRun);
}

Naive any_input(HoursAs hours_as, int length_max) {
    Naive input{{}, hours_as};
    const int stretch_max = hours_as == HoursAs::kRolling ? 45 : 6;
    const int length = *rc::gen::inRange(0, length_max);
    while (static_cast<int>(input.values.size()) < length) {
        const auto value = static_cast<std::int16_t>(
            *rc::gen::element(-1, 90, 150, 151, 180, 200, 201, 250, 300, 301, 500));
        const int stretch = *rc::gen::inRange(1, stretch_max + 1);
        input.values.insert(input.values.end(), static_cast<std::size_t>(stretch), value);
    }
    return input;
}

TriggerStandard any_standard(HoursAs hours_as) {
    TriggerStandard standard = example_standard();
    const bool hourly = hours_as == HoursAs::kHourlyRun;
    if (!hourly && *rc::gen::arbitrary<bool>()) return standard;
    standard.clauses.clear();
    const int clauses = *rc::gen::inRange(1, 5);
    for (int i = 0; i < clauses; ++i) {
        std::vector<Leg> legs;
        const int count = *rc::gen::inRange(1, 4);
        for (int leg = 0; leg < count; ++leg) {
            const int limit = *rc::gen::element(100, 150, 200, 300, 499);
            const int n = hourly ? *rc::gen::inRange(1, 8) : *rc::gen::element(24, 48, 72);
            legs.push_back({limit, hours{n}});
        }
        const Colour colour = *rc::gen::element(Colour::kBlue, Colour::kYellow, Colour::kRed);
        standard.clauses.push_back(example_clause("c" + std::to_string(i), colour, legs));
    }
    return standard;
}

RC_GTEST_PROP(TriggerProperties, AgreesWithTheNaiveReading, ()) {
    const HoursAs hours_as = *any_hours_as();
    const Naive input = any_input(hours_as, hours_as == HoursAs::kRolling ? 260 : 60);
    const TriggerStandard standard = any_standard(hours_as);
    RC_ASSERT(answers_of(input, standard) == naive_windows(input, standard));
}

// met_at is causal: the series cut after that hour meets the clause, cut before it does not.
RC_GTEST_PROP(TriggerProperties, ConditionIsMetAtTheFirstHourThatSufficesAlone, ()) {
    const HoursAs hours_as = *any_hours_as();
    const Naive input = any_input(hours_as, hours_as == HoursAs::kRolling ? 200 : 40);
    const TriggerStandard standard = any_standard(hours_as);
    const hours unit = unit_of(hours_as);
    for (const WarningWindow& window : windows_of(input, standard)) {
        const auto known = static_cast<std::size_t>((window.met_at + hours{1} - kStart) / unit);
        const auto meets = [&](std::size_t length) {
            Naive cut = input;
            cut.values.resize(length);
            const int from = static_cast<int>((window.span.from - kStart) / unit);
            const int to = static_cast<int>((window.span.to - kStart) / unit);
            return std::ranges::any_of(cut.episodes(standard), [&](const Naive::Stretch& e) {
                return Naive::inside(e, {from, to}) &&
                       cut.holds_in(standard.clauses[window.clause], e);
            });
        };
        RC_ASSERT(meets(known));
        RC_ASSERT(!meets(known - 1));
    }
}

RC_GTEST_PROP(TriggerProperties, EvidenceIsAboveItsLimitAndInsideTheWindow, ()) {
    const HoursAs hours_as = *any_hours_as();
    const Naive input = any_input(hours_as, 300);
    const TriggerStandard standard = any_standard(hours_as);
    for (const WarningWindow& window : windows_of(input, standard)) {
        const Clause& clause = standard.clauses[window.clause];
        RC_ASSERT(window.legs.size() == clause.legs.size());
        for (const LegEvidence& leg : window.legs) {
            RC_ASSERT(leg.span.length() == leg.leg.hours);
            RC_ASSERT(window.span.from <= leg.span.from && leg.span.to <= window.span.to);
            RC_ASSERT(leg.span.to <= window.met_at + hours{1});
            for (const std::int16_t value : leg.values) RC_ASSERT(value > leg.leg.aqi_above);
        }
        RC_ASSERT(window.reached.size() >= 1u);
    }
}

RC_GTEST_PROP(TriggerProperties, ShiftingTheSeriesShiftsItsWindows, ()) {
    const HoursAs hours_as = *any_hours_as();
    const Naive input = any_input(hours_as, 300);
    const auto shift = *rc::gen::inRange(-400, 400) * unit_of(hours_as);
    const auto here = windows_of(input, example_standard());
    const auto there = windows_of(input, example_standard(), kStart + shift);
    RC_ASSERT(here.size() == there.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
        RC_ASSERT(here[i].span.from + shift == there[i].span.from);
        RC_ASSERT(here[i].span.to + shift == there[i].span.to);
        RC_ASSERT(here[i].met_at + shift == there[i].met_at);
        RC_ASSERT(here[i].colour == there[i].colour);
    }
}

int colour_at(const std::vector<WarningWindow>& windows, Instant t) {
    for (const WarningWindow& w : windows) {
        if (w.span.holds(t)) return static_cast<int>(w.colour);
    }
    return -1;
}

RC_GTEST_PROP(TriggerProperties, RaisingAnyValueNeverLowersAColour, ()) {
    const HoursAs hours_as = *any_hours_as();
    Naive input = any_input(hours_as, 250);
    const TriggerStandard standard = any_standard(hours_as);
    RC_PRE(!input.values.empty());
    const auto before = windows_of(input, standard);
    const int changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
        auto& value = input.values[*rc::gen::inRange<std::size_t>(0, input.values.size())];
        value = std::max(value, static_cast<std::int16_t>(*rc::gen::inRange(0, 501)));
    }
    const auto after = windows_of(input, standard);
    const hours unit = unit_of(hours_as);
    for (int t = -30; t < static_cast<int>(input.values.size()); ++t) {
        RC_ASSERT(colour_at(after, kStart + t * unit) >= colour_at(before, kStart + t * unit));
    }
}

// A feed that arrives in pieces is put together slot by slot; whatever the pieces, the windows are
// the same, because they depend on the values and on nothing that was answered before.
RC_GTEST_PROP(TriggerProperties, AFeedInPiecesGivesTheSameWindows, ()) {
    const HoursAs hours_as = *any_hours_as();
    const Naive input = any_input(hours_as, 250);
    Naive pieced{{}, hours_as};
    std::size_t at = 0;
    while (at < input.values.size()) {
        at = std::min(input.values.size(), at + *rc::gen::inRange<std::size_t>(1, 60));
        pieced.values.assign(input.values.begin(), input.values.begin() + static_cast<long>(at));
        (void)windows_of(pieced, example_standard());
    }
    RC_ASSERT(answers_of(pieced, example_standard()) == answers_of(input, example_standard()));
}

RC_GTEST_PROP(TriggerProperties, TwoWindowsAreFurtherApartThanTheLiftingOutlook, ()) {
    const HoursAs hours_as = *any_hours_as();
    const auto windows = windows_of(any_input(hours_as, 400), example_standard());
    const hours outlook{hours_as == HoursAs::kNaturalDay ? 24 : 36};
    for (std::size_t i = 1; i < windows.size(); ++i) {
        RC_ASSERT(windows[i].span.from - windows[i - 1].span.to > outlook);
    }
}

}  // namespace
}  // namespace qk::rules
