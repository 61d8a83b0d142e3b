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

void put_back_indices(std::vector<WarningWindow>& windows, const Part& part) {
    for (WarningWindow& window : windows) {
        window.clause = part.index[window.clause];
        for (rules::ClauseMet& met : window.reached) met.clause = part.index[met.clause];
    }
}

// A correction of a source is one of all its members and both ends of its ranges.
bool is_about(const Correction& correction, const std::string& source) {
    if (correction.source.empty() || correction.source == source) return true;
    return source.starts_with(correction.source + "/") ||
           source.starts_with(correction.source + "（");
}

void correct(SeriesInput& series, const Correction& correction, rules::Zone zone) {
    if (!is_about(correction, series.source)) return;
    const auto value = static_cast<std::int16_t>(correction.aqi);
    if (series.hours_as == HoursAs::kNaturalDay) {
        const auto day = (correction.day - series.daily.first).count();
        if (day >= 0 && day < static_cast<std::ptrdiff_t>(series.daily.aqi.size())) {
            series.daily.aqi[static_cast<std::size_t>(day)] = value;
        }
        return;
    }
    const Instant begin = rules::start_of(correction.day, zone);
    for (std::size_t i = 0; i < series.hourly.aqi.size(); ++i) {
        const Instant hour = series.hourly.first + hours(i);
        if (hour >= begin && hour < begin + hours(24)) series.hourly.aqi[i] = value;
    }
}

// One value of a reading and the stretch it speaks for.
struct Slot {
    rules::Span span;
    std::int16_t aqi;
};

std::vector<Slot> slots_from(const SeriesInput& series, Instant now, rules::Zone zone) {
    std::vector<Slot> slots;
    if (series.hours_as == HoursAs::kNaturalDay) {
        for (std::size_t i = 0; i < series.daily.aqi.size(); ++i) {
            const auto day = series.daily.first + std::chrono::days(i);
            const rules::Span span{rules::start_of(day, zone),
                                   rules::start_of(day + std::chrono::days(1), zone)};
            if (span.to > now) slots.push_back({span, series.daily.aqi[i]});
        }
        return slots;
    }
    for (std::size_t i = 0; i < series.hourly.aqi.size(); ++i) {
        const Instant hour = series.hourly.first + hours(i);
        if (hour + hours(1) > now) slots.push_back({{hour, hour + hours(1)}, series.hourly.aqi[i]});
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

// The series without the days whose cause the standard excludes, and whether there are any.
bool take_out_excluded(const SeriesInput& series, rules::DailyAqiSeries& owed) {
    bool any = false;
    for (std::size_t i = 0; i < series.excluded.size() && i < owed.aqi.size(); ++i) {
        if (series.excluded[i] == rules::EpisodeCause::kNotStated) continue;
        owed.aqi[i] = rules::kNoAqi;
        any = true;
    }
    return any;
}

std::vector<rules::EpisodeCause> excluded_in(const SeriesInput& series, const rules::Span& span,
                                             rules::Zone zone) {
    std::vector<rules::EpisodeCause> causes;
    for (std::size_t i = 0; i < series.excluded.size(); ++i) {
        const rules::EpisodeCause cause = series.excluded[i];
        const Instant noon =
            rules::start_of(series.daily.first + std::chrono::days(i), zone) + hours(12);
        if (cause == rules::EpisodeCause::kNotStated || !span.holds(noon)) continue;
        if (std::find(causes.begin(), causes.end(), cause) == causes.end()) causes.push_back(cause);
    }
    return causes;
}

std::vector<OutlookWindow> windows_from(const SeriesInput& series, const DecisionInputs& inputs,
                                        Colour colour) {
    const Part part = part_from(inputs.standard, colour);
    if (part.standard.clauses.empty()) return {};
    const rules::TriggerOptions options{series.hours_as, inputs.zone, inputs.now};
    const rules::TriggerSeries air{series.hours_as, series.hourly, series.daily};
    rules::TriggerSeries owed_air = air;
    std::vector<WarningWindow> windows = rules::evaluate(air, part.standard, options);
    std::optional<std::vector<WarningWindow>> owed;
    if (series.hours_as == HoursAs::kNaturalDay && take_out_excluded(series, owed_air.daily)) {
        owed = rules::evaluate(owed_air, part.standard, options);
        // Excluded days raise no colour; only the lowest shows them, as advice.
        if (colour != inputs.rules.lift.lowest) windows = *owed;
    }
    put_back_indices(windows, part);
    std::vector<OutlookWindow> answer;
    for (WarningWindow& window : windows) {
        OutlookWindow seen{std::move(window), true, {}};
        if (owed) {
            seen.excluded = excluded_in(series, seen.span, inputs.zone);
            seen.mandatory = std::any_of(owed->begin(), owed->end(), [&](const WarningWindow& w) {
                return w.span.overlaps(seen.span);
            });
        }
        answer.push_back(std::move(seen));
    }
    return answer;
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
    situation.floors = inputs.floors;
    situation.prompts = inputs.prompts;
    situation.rules = inputs.rules;
    situation.unreadable = inputs.unreadable;
    for (SeriesInput series : inputs.series) {
        for (const Correction& correction : inputs.corrections) {
            correct(series, correction, inputs.zone);
        }
        rules::Outlook outlook;
        outlook.source = series.source;
        outlook.issued_at = series.issued_at;
        const std::vector<Slot> slots = slots_from(series, inputs.now, inputs.zone);
        outlook.earlier = series.earlier;
        outlook.begins = begins(slots, inputs.now);
        outlook.known_until = known_until(slots, inputs.now);
        outlook.least_soon =
            least_until(slots, inputs.now, inputs.now + inputs.rules.immediate_outlook);
        for (std::size_t c = static_cast<std::size_t>(inputs.rules.lift.lowest);
             c < rules::kColourCount; ++c) {
            outlook.windows[c] = windows_from(series, inputs, static_cast<Colour>(c));
        }
        situation.outlooks.push_back(std::move(outlook));
    }
    return situation;
}

}  // namespace qk::plans
