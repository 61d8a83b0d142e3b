#include "plans/decision/situation.hpp"

#include <algorithm>

#include "rules/warning/region_windows.hpp"

namespace qk::plans {
namespace {

using rules::Colour;
using rules::HoursAs;
using rules::Instant;
using rules::OutlookWindow;
using rules::WarningWindow;
using std::chrono::hours;

rules::Colour lowest_of(const rules::TriggerStandard& standard) {
    Colour lowest = Colour::kRed;
    for (const rules::Clause& clause : standard.clauses) lowest = std::min(lowest, clause.colour);
    return lowest;
}

// The clauses of a colour and stricter ones; indices of the whole standard are put back afterwards.
struct Part {
    rules::TriggerStandard standard;
    std::vector<std::size_t> index;
};

Part part_from(const rules::TriggerStandard& whole, Colour colour) {
    Part part;
    part.standard = whole;
    part.standard.clauses.clear();
    for (std::size_t i = 0; i < whole.clauses.size(); ++i) {
        if (whole.clauses[i].colour < colour) continue;
        part.standard.clauses.push_back(whole.clauses[i]);
        part.index.push_back(i);
    }
    return part;
}

// The clauses of a colour and stricter ones with limits that are lower by a margin.
Part lowered(Part part, int margin_aqi) {
    for (rules::Clause& clause : part.standard.clauses) {
        for (rules::Leg& leg : clause.legs) leg.aqi_above = std::max(0, leg.aqi_above - margin_aqi);
    }
    return part;
}

void put_back_indices(std::vector<WarningWindow>& windows, const Part& part) {
    for (WarningWindow& window : windows) {
        window.clause = part.index[window.clause];
        for (rules::ClauseMet& met : window.reached) met.clause = part.index[met.clause];
    }
}

// What is said of a source is said of all its members and both ends of its ranges.
bool is_about(const std::string& named, const std::string& source) {
    if (named.empty() || named == source) return true;
    return source.starts_with(named + "/") || source.starts_with(named + "（");
}

std::int64_t revision_of(const SeriesInput& series) {
    std::int64_t revision = 0;
    for (const char c : series.forecast) {
        if (c < '0' || c > '9') return 0;
        revision = revision * 10 + (c - '0');
    }
    return revision;
}

void put(std::vector<std::int16_t>& values, std::size_t at, std::int16_t value) {
    if (at < values.size()) values[at] = value;
}

// Lives until a newer revision of its source: that one was made by people who know better.
bool is_alive(const Correction& correction, const SeriesInput& series) {
    if (!is_about(correction.source, series.source)) return false;
    return correction.revision == 0 || revision_of(series) <= correction.revision;
}

void correct_day(SeriesInput& series, const Correction& correction, const DecisionInputs& inputs) {
    const auto value = static_cast<std::int16_t>(correction.aqi);
    const auto day = (correction.day - series.daily.first).count();
    if (day < 0 || day >= static_cast<std::ptrdiff_t>(series.daily.aqi.size())) return;
    series.daily.aqi[static_cast<std::size_t>(day)] = value;
    put(series.binding, static_cast<std::size_t>(day), value);
    // Whoever corrects today knows how it goes on.
    if (correction.day == rules::day_of(inputs.now, inputs.zone)) series.rest_of_today = value;
}

// The hours of a day in a reading, and those after it whose 24-hour mean still holds hours of it.
struct CorrectedHours {
    std::ptrdiff_t first;     // place of the day's first hour; may lie before the reading
    std::vector<bool> apart;  // places of days that are corrected themselves
};
constexpr std::ptrdiff_t kDayHours = 24;

void set_hours(std::vector<std::int16_t>& values, const CorrectedHours& places,
               std::int16_t value) {
    const auto end = static_cast<std::ptrdiff_t>(values.size());
    for (std::ptrdiff_t i = std::max<std::ptrdiff_t>(0, places.first);
         i < std::min(end, places.first + kDayHours); ++i) {
        values[static_cast<std::size_t>(i)] = value;
    }
}

// A 24-hour mean of the day after comes down with the hours of the corrected day that are in it, as
// if each of them had come down alike: else the morning after would still say what people took
// back. What they add is of the day that they named, which is set from its first hour on.
void set_means(std::vector<std::int16_t>& values, const CorrectedHours& places,
               std::int16_t value) {
    const auto end = static_cast<std::ptrdiff_t>(values.size());
    const std::ptrdiff_t last = places.first + kDayHours - 1;
    const std::int16_t before =
        last >= 0 && last < end ? values[static_cast<std::size_t>(last)] : rules::kNoAqi;
    set_hours(values, places, value);
    if (before == rules::kNoAqi || value >= before) return;
    for (std::ptrdiff_t left = kDayHours - 1; left > 0; --left) {
        const std::ptrdiff_t i = last + kDayHours - left;
        if (i >= end) continue;
        std::int16_t& mean = values[static_cast<std::size_t>(i)];
        if (mean == rules::kNoAqi || places.apart[static_cast<std::size_t>(i)]) continue;
        const auto moved = mean + (value - before) * left / kDayHours;
        mean = static_cast<std::int16_t>(std::clamp<std::ptrdiff_t>(moved, 0, rules::kAqiMax));
    }
}

void correct_hours(SeriesInput& series, const Correction& correction,
                   const std::vector<bool>& apart, rules::Zone zone) {
    const auto value = static_cast<std::int16_t>(correction.aqi);
    const CorrectedHours places{
        (rules::start_of(correction.day, zone) - series.hourly.first) / hours(1), apart};
    const bool is_mean = series.hours_as == HoursAs::kRolling;
    for (std::vector<std::int16_t>* values : {&series.hourly.aqi, &series.binding}) {
        if (is_mean) {
            set_means(*values, places, value);
        } else {
            set_hours(*values, places, value);
        }
    }
    set_hours(series.own, places, value);
    set_hours(series.own_binding, places, value);
}

// Of several about a day the last one counts, and as if it had been the only one: each is made on
// what the forecast said, and one that takes another back takes all of it back.
std::vector<Correction> that_count(const std::vector<Correction>& all, const SeriesInput& series) {
    std::vector<Correction> alive;
    for (const Correction& one : all) {
        if (!is_alive(one, series)) continue;
        std::erase_if(alive, [&one](const Correction& earlier) { return earlier.day == one.day; });
        alive.push_back(one);
    }
    return alive;
}

void correct(SeriesInput& series, const DecisionInputs& inputs) {
    const std::vector<Correction> alive = that_count(inputs.corrections, series);
    if (series.hours_as == HoursAs::kNaturalDay) {
        for (const Correction& one : alive) correct_day(series, one, inputs);
        return;
    }
    std::vector<bool> apart(std::max(series.hourly.aqi.size(), series.binding.size()));
    for (const Correction& one : alive) {
        const Instant begin = rules::start_of(one.day, inputs.zone);
        for (std::size_t i = 0; i < apart.size(); ++i) {
            const Instant hour = series.hourly.first + hours(i);
            if (hour >= begin && hour < begin + hours(24)) apart[i] = true;
        }
    }
    for (const Correction& one : alive) correct_hours(series, one, apart, inputs.zone);
}

// A 24-hour mean counts with at least 20 of its hours.
constexpr int kHoursOut = 24 - 20;

// The stretch that place i of a reading speaks for.
rules::Span place_span(const SeriesInput& series, std::size_t i, rules::Zone zone) {
    if (series.hours_as == HoursAs::kNaturalDay) {
        const auto day = series.daily.first + std::chrono::days(i);
        return {rules::start_of(day, zone), rules::start_of(day + std::chrono::days(1), zone)};
    }
    const Instant hour = series.hourly.first + hours(i);
    return {hour, hour + hours(1)};
}

// Of several statements about a place the last counts; empty: nobody stated a cause.
std::vector<std::optional<rules::EpisodeCause>> stated_by_place(
    const SeriesInput& series, const std::vector<StatedCause>& causes, std::size_t places,
    rules::Zone zone) {
    std::vector<std::optional<rules::EpisodeCause>> stated(places);
    for (const StatedCause& one : causes) {
        if (!is_about(one.source, series.source)) continue;
        const rules::Span span{rules::start_of(one.from, zone),
                               rules::start_of(one.to + std::chrono::days(1), zone)};
        for (std::size_t i = 0; i < places; ++i) {
            if (span.holds(place_span(series, i, zone).from)) stated[i] = one.cause;
        }
    }
    return stated;
}

// Days and hours whose cause is advised on bind nothing: for what binds they are clean. Those whose
// cause binds count again where a forecast had left them out.
void state_causes(SeriesInput& series, const std::vector<StatedCause>& causes, rules::Zone zone) {
    const bool by_day = series.hours_as == HoursAs::kNaturalDay;
    const std::vector<std::int16_t>& values = by_day ? series.daily.aqi : series.hourly.aqi;
    const auto stated = stated_by_place(series, causes, values.size(), zone);
    if (std::ranges::none_of(stated, [](const auto& cause) { return cause.has_value(); })) return;
    if (series.binding.empty()) series.binding = values;
    series.binding.resize(values.size(), rules::kNoAqi);  // an exported file may hold fewer
    series.excluded.resize(values.size(), rules::EpisodeCause::kNotStated);
    int out = 0;  // of the 24 hours that end with place i
    const auto is_out = [&stated](std::size_t i) {
        return stated[i] && rules::is_advisory(*stated[i]);
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        out += is_out(i) ? 1 : 0;
        if (i >= 24) out -= is_out(i - 24) ? 1 : 0;
        if (stated[i]) {
            series.excluded[i] = is_out(i) ? *stated[i] : rules::EpisodeCause::kNotStated;
        }
        const bool is_clean = series.hours_as == HoursAs::kRolling ? out > kHoursOut : is_out(i);
        if (is_clean && series.binding[i] != rules::kNoAqi) series.binding[i] = 0;
        if (is_out(i)) put(series.own_binding, i, 0);
    }
}

// One value of a reading and the stretch it speaks for.
struct Slot {
    rules::Span span;
    std::int16_t aqi;
};

// Of what binds, from now on.
std::vector<Slot> slots_from(const SeriesInput& series, Instant now, rules::Zone zone) {
    std::vector<Slot> slots;
    if (series.hours_as == HoursAs::kNaturalDay) {
        const auto& values = series.binding.empty() ? series.daily.aqi : series.binding;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const rules::Span span = place_span(series, i, zone);
            if (span.to > now) slots.push_back({span, values[i]});
        }
        return slots;
    }
    const auto& values = series.binding.empty() ? series.hourly.aqi : series.binding;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Instant hour = series.hourly.first + hours(i);
        if (hour + hours(1) > now) slots.push_back({{hour, hour + hours(1)}, values[i]});
    }
    return slots;
}

Instant known_until(const std::vector<Slot>& slots, Instant now) {
    Instant until = now;
    for (const Slot& slot : slots) {
        if (slot.span.from > until || slot.aqi == rules::kNoAqi) break;
        until = slot.span.to;
    }
    return until;
}

Instant begins(const std::vector<Slot>& slots, Instant now) {
    for (const Slot& slot : slots) {
        if (slot.aqi != rules::kNoAqi) return std::max(slot.span.from, now);
    }
    return now;
}

std::optional<int> least_until(const std::vector<Slot>& slots, Instant now, Instant until) {
    std::optional<int> least;
    for (const Slot& slot : slots) {
        if (slot.span.from >= until) break;
        least = std::min(least.value_or(rules::kNoAqi + 1000), static_cast<int>(slot.aqi));
    }
    return known_until(slots, now) >= until ? least : std::nullopt;
}

rules::OwnIndex own_of(const std::vector<std::int16_t>& own) {
    if (own.empty()) return {};
    return [&own](std::size_t hour) { return hour < own.size() ? own[hour] : rules::kNoAqi; };
}

// What was read, and what of it binds: PM2.5 alone, without the days that do not count.
rules::TriggerSeries all_of(const SeriesInput& series) {
    return {series.hours_as, series.hourly, series.daily, own_of(series.own)};
}

rules::TriggerSeries binding_of(const SeriesInput& series) {
    rules::TriggerSeries binding{series.hours_as, series.hourly, series.daily,
                                 own_of(series.own_binding)};
    if (!series.binding.empty()) {
        const bool by_day = series.hours_as == HoursAs::kNaturalDay;
        (by_day ? binding.daily.aqi : binding.hourly.aqi) = series.binding;
    }
    for (std::size_t i = 0; i < series.excluded.size() && i < binding.daily.aqi.size(); ++i) {
        if (series.excluded[i] != rules::EpisodeCause::kNotStated) {
            binding.daily.aqi[i] = rules::kNoAqi;
        }
    }
    return binding;
}

std::vector<rules::EpisodeCause> excluded_in(const SeriesInput& series, const rules::Span& span,
                                             rules::Zone zone) {
    std::vector<rules::EpisodeCause> causes;
    for (std::size_t i = 0; i < series.excluded.size(); ++i) {
        const rules::EpisodeCause cause = series.excluded[i];
        if (cause == rules::EpisodeCause::kNotStated) continue;
        const rules::Span place = place_span(series, i, zone);
        if (!span.holds(place.from + place.length() / 2)) continue;
        if (std::find(causes.begin(), causes.end(), cause) == causes.end()) causes.push_back(cause);
    }
    return causes;
}

std::vector<WarningWindow> evaluate_part(const rules::TriggerSeries& series, const Part& part,
                                         const DecisionInputs& inputs, Instant from) {
    if (part.standard.clauses.empty()) return {};
    const rules::TriggerOptions options{series.hours_as, inputs.zone, from};
    std::vector<WarningWindow> windows = rules::evaluate(series, part.standard, options);
    put_back_indices(windows, part);
    return windows;
}

std::vector<OutlookWindow> binding_windows(const SeriesInput& series, const Part& part,
                                           const DecisionInputs& inputs, Instant from) {
    std::vector<OutlookWindow> answer;
    for (WarningWindow& window : evaluate_part(binding_of(series), part, inputs, from)) {
        OutlookWindow seen{std::move(window), true, {}};
        seen.excluded = excluded_in(series, seen.span, inputs.zone);
        answer.push_back(std::move(seen));
    }
    return answer;
}

// What is left beside the windows that bind: advice.
void add_advice(std::vector<OutlookWindow>& windows, const SeriesInput& series,
                const DecisionInputs& inputs) {
    const auto binding = static_cast<std::ptrdiff_t>(windows.size());
    const Part part = part_from(inputs.standard, inputs.rules.lift.lowest);
    for (WarningWindow& window : evaluate_part(all_of(series), part, inputs, inputs.now)) {
        const bool binds = std::any_of(
            windows.begin(), windows.begin() + binding,
            [&](const OutlookWindow& other) { return other.span.overlaps(window.span); });
        if (binds) continue;
        OutlookWindow seen{std::move(window), false, {}};
        seen.excluded = excluded_in(series, seen.span, inputs.zone);
        if (seen.excluded.empty()) seen.excluded = series.leading;
        windows.push_back(std::move(seen));
    }
}

// Hours of what binds that are polluted, joined, from the settling time before now on.
std::optional<std::vector<rules::Span>> polluted_hours(const SeriesInput& series,
                                                       const DecisionInputs& inputs) {
    if (series.hours_as != HoursAs::kRolling || series.own_binding.empty()) return std::nullopt;
    const int limit = rules::lowest_limit(inputs.standard).value_or(rules::kAqiMax);
    std::vector<rules::Span> spans;
    for (std::size_t i = 0; i < series.own_binding.size(); ++i) {
        const Instant hour = series.hourly.first + hours(i);
        if (series.own_binding[i] <= limit) continue;
        if (hour + hours(1) <= inputs.now - inputs.rules.lift.settle) continue;
        if (!spans.empty() && spans.back().to == hour) {
            spans.back().to = hour + hours(1);
        } else {
            spans.push_back({hour, hour + hours(1)});
        }
    }
    return spans;
}

// Midnight, where the hours left of today are clean.
std::optional<Instant> clean_until(const SeriesInput& series, const DecisionInputs& inputs) {
    const int limit = rules::lowest_limit(inputs.standard).value_or(rules::kAqiMax);
    if (series.hours_as != HoursAs::kNaturalDay || !series.rest_of_today ||
        *series.rest_of_today > limit) {
        return std::nullopt;
    }
    const rules::CivilDay tomorrow = rules::day_of(inputs.now, inputs.zone) + std::chrono::days(1);
    return rules::start_of(tomorrow, inputs.zone);
}

// End of the last hour until now that by itself was above the lowest limit of the clauses.
std::optional<Instant> last_above(const SeriesInput& series, const Part& part,
                                  const DecisionInputs& inputs) {
    const std::optional<int> limit = rules::lowest_limit(part.standard);
    if (series.hours_as != HoursAs::kRolling || !limit) return std::nullopt;
    for (std::size_t i = series.own_binding.size(); i-- > 0;) {
        const Instant end = series.hourly.first + hours(i + 1);
        if (end > inputs.now || series.own_binding[i] <= *limit) continue;
        return end;
    }
    return std::nullopt;
}

void take_windows(rules::Outlook& outlook, const SeriesInput& series,
                  const DecisionInputs& inputs) {
    const rules::LiftRules& lift = inputs.rules.lift;
    const auto lowest = static_cast<std::size_t>(lift.lowest);
    // A level that has not begun may be put to the officer again on one forecast alone; that one
    // has to be three times as clear.
    const bool is_waiting = inputs.running && inputs.running->takes_effect;
    const int margin = lift.margin_aqi * (is_waiting ? 3 : 1);
    for (std::size_t c = lowest; c < rules::kColourCount; ++c) {
        const Part part = part_from(inputs.standard, static_cast<Colour>(c));
        outlook.windows[c] = binding_windows(series, part, inputs, inputs.now);
        if (margin == 0) continue;
        const Part near = lowered(part, margin);
        outlook.last_above[c] = last_above(series, near, inputs);
        outlook.near_windows[c] = binding_windows(series, near, inputs, inputs.now - lift.settle);
    }
    if (!series.as_issued) add_advice(outlook.windows[lowest], series, inputs);
}

rules::CauseStatement statement_of(const StatedCause& stated, rules::Zone zone) {
    const rules::Span span{rules::start_of(stated.from, zone),
                           rules::start_of(stated.to + std::chrono::days(1), zone)};
    std::string text = "成因认定（" + stated.person + "）：" + rules::to_chinese(span.from, zone) +
                       "至" + rules::to_chinese(span.to, zone) + "为" +
                       std::string(rules::to_chinese(stated.cause)) + "，理由：" + stated.why;
    return {span, stated.source, std::move(text)};
}

}  // namespace

rules::ProposalRules proposal_rules_of(const RegionPack& pack) {
    rules::ProposalRules rules;
    rules.lift.lowest = lowest_of(pack.trigger.standard);
    rules.lift.outlook = pack.timing.lift_outlook;
    rules.lift.stale_after = pack.timing.forecast_stale_after;
    rules.lead_time = pack.timing.lead_time;
    rules.same_day_start = pack.timing.same_day_start;
    rules.merge_gap = pack.timing.merge_gap;
    rules.immediate_outlook = pack.timing.immediate_outlook;
    rules.immediate_aqi_above = pack.timing.immediate_aqi_above;
    rules.lift.confirmations = pack.timing.lower_confirmations;
    rules.lift.settle = pack.timing.settle;
    rules.lift.margin_aqi = pack.timing.lower_margin_aqi;
    rules.propose_within = pack.timing.propose_within;
    rules.tolerance = pack.timing.same_window;
    rules.repeat_after = pack.timing.repeat_after;
    rules.observation_fresh = pack.timing.observation_fresh;
    return rules;
}

rules::Situation situation_of(const DecisionInputs& inputs) {
    rules::Situation situation{.zone = inputs.zone};
    situation.now = inputs.now;
    situation.observed = inputs.observed;
    situation.running = inputs.running;
    situation.lowered = inputs.lowered;
    situation.floors = inputs.floors;
    situation.prompts = inputs.prompts;
    situation.rules = inputs.rules;
    situation.unreadable = inputs.unreadable;
    for (const StatedCause& stated : inputs.causes) {
        situation.causes.push_back(statement_of(stated, inputs.zone));
    }
    for (SeriesInput series : inputs.series) {
        correct(series, inputs);
        state_causes(series, inputs.causes, inputs.zone);
        rules::Outlook outlook;
        outlook.source = series.source;
        outlook.issued_at = series.issued_at;
        const std::vector<Slot> slots = slots_from(series, inputs.now, inputs.zone);
        outlook.revision = revision_of(series);
        outlook.earlier = series.earlier;
        outlook.as_issued = series.as_issued;
        outlook.begins = begins(slots, inputs.now);
        outlook.known_until = known_until(slots, inputs.now);
        outlook.least_soon =
            least_until(slots, inputs.now, inputs.now + inputs.rules.immediate_outlook);
        outlook.polluted = polluted_hours(series, inputs);
        outlook.clean_until = clean_until(series, inputs);
        take_windows(outlook, series, inputs);
        situation.outlooks.push_back(std::move(outlook));
    }
    return situation;
}

}  // namespace qk::plans
