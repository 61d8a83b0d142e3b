#include "rules/warning/region_windows.hpp"

#include <algorithm>
#include <cassert>

#include "rules/air/rolling_pair.hpp"
#include "rules/warning/reading_pair.hpp"

namespace qk::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;

// One window of one reading, on its way into a group.
struct One {
    const WarningWindow* window;
    std::size_t reading;
};

bool is_stricter(const WarningWindow& a, const WarningWindow& b) {
    return a.colour > b.colour || (a.colour == b.colour && a.met_at < b.met_at);
}

// The group that begins with all[at]; leaves `at` behind its last window.
AgreedWindow take_group(const std::vector<One>& all, std::size_t& at, std::size_t readings) {
    AgreedWindow group;
    group.window = *all[at].window;
    group.widest = group.window.span;
    group.of = static_cast<int>(readings);
    std::vector<std::optional<Colour>> highest(readings);
    for (; at < all.size() && all[at].window->span.from < group.widest.to; ++at) {
        const WarningWindow& window = *all[at].window;
        group.widest.to = std::max(group.widest.to, window.span.to);
        std::optional<Colour>& mine = highest[all[at].reading];
        if (!mine || *mine < window.colour) mine = window.colour;
        if (is_stricter(window, group.window)) group.window = window;
    }
    for (const std::optional<Colour>& colour : highest) {
        if (!colour) continue;
        for (std::size_t c = 0; c <= static_cast<std::size_t>(*colour); ++c) ++group.agree[c];
    }
    group.mandatory_colour = group.window.colour;
    return group;
}

DailyAqiSeries end_of_range(const DailyForecastSeries& series, std::int16_t DailyRange::*end) {
    DailyAqiSeries out{series.first, {}};
    out.aqi.reserve(series.days.size());
    for (const DailyRange& day : series.days) out.aqi.push_back(day.*end);
    return out;
}

AirRules air_rules(const RegionOptions& options) {
    AirRules air{.zone = options.trigger.zone};
    air.edition = options.edition;
    return air;
}

// Of a reading's windows, those that do not overlap are in order of time; so one walk along both.
void bind_by(std::vector<AgreedWindow>& windows, const std::vector<WarningWindow>& kept) {
    std::size_t next = 0;
    for (AgreedWindow& window : windows) {
        while (next < kept.size() && kept[next].span.to <= window.widest.from) ++next;
        for (std::size_t i = next; i < kept.size() && kept[i].span.overlaps(window.widest); ++i) {
            const Colour colour = kept[i].colour;
            if (!window.mandatory_colour || *window.mandatory_colour < colour) {
                window.mandatory_colour = colour;
            }
        }
    }
}

void note_causes(AgreedWindow& window, const std::vector<EpisodeCause>& causes) {
    for (const EpisodeCause cause : causes) {
        if (std::ranges::count(window.excluded, cause) == 0) window.excluded.push_back(cause);
    }
}

void note_excluded(AgreedWindow& window, const DailyForecastSeries& series,
                   const TriggerStandard& standard, Zone zone) {
    const CivilDay from = std::max(series.first, day_of(window.widest.from, zone));
    for (CivilDay day = from; start_of(day, zone) < window.widest.to; day += days{1}) {
        const auto at = static_cast<std::size_t>((day - series.first).count());
        if (at >= series.days.size()) return;
        const std::optional<EpisodeCause> cause = excluded_cause(series.days[at], standard);
        if (cause) note_causes(window, {*cause});
    }
}

HourlySeries part_of(const HourlySeries& whole, const Span& span) {
    const auto size = static_cast<std::int64_t>(whole.hours.size());
    const auto place = [&](Instant at) {
        return std::clamp<std::int64_t>((at - whole.first) / hours{1}, 0, size);
    };
    const std::int64_t begin = place(span.from);
    const std::int64_t end = std::max(begin, place(span.to));
    return {whole.region,
            whole.first + hours{1} * begin,
            {whole.hours.begin() + begin, whole.hours.begin() + end}};
}

// The hours of the last day, where it is cut short, are missing values like any others.
std::size_t whole_days_of(const HourlySeries& series, Zone zone) {
    const Instant end = series.first + hours(series.hours.size());
    const CivilDay last = day_of(end - hours{1}, zone);
    return static_cast<std::size_t>((start_of(last + days{1}, zone) - series.first) / hours{1});
}

// A(t) of whole days -> that of the series, and of its days.
RollingReadings with_days(HourlyAqiSeries rolling, std::size_t length, Zone zone) {
    RollingReadings out;
    const Instant first = rolling.first;
    out.daily.first = day_of(first, zone);
    const Instant end = first + hours(rolling.aqi.size());
    for (CivilDay day = out.daily.first; start_of(day, zone) < end; day += days{1}) {
        const Instant last_hour = start_of(day + days{1}, zone) - hours{1};
        out.daily.aqi.push_back(
            rolling.aqi[static_cast<std::size_t>((last_hour - first) / hours{1})]);
    }
    rolling.aqi.resize(length);
    out.rolling = std::move(rolling);
    return out;
}

// `roll` makes A(t) of a series whose last day is whole.
template <class Roll>
auto roll_whole_days(const HourlySeries& series, Zone zone, Roll roll) {
    const std::size_t length = whole_days_of(series, zone);
    if (length == series.hours.size()) return roll(series);
    HourlySeries whole{series.region, series.first, series.hours};
    whole.hours.resize(length);
    return roll(whole);
}

}  // namespace

std::string_view to_text(Likelihood likelihood) {
    switch (likelihood) {
        case Likelihood::kAll:
            return "all";
        case Likelihood::kSome:
            return "some";
        case Likelihood::kNone:
            return "none";
    }
    return "";
}

std::string_view to_chinese(Likelihood likelihood) {
    switch (likelihood) {
        case Likelihood::kAll:
            return "一致达到";
        case Likelihood::kSome:
            return "部分达到";
        case Likelihood::kNone:
            return "均未达到";
    }
    return "";
}

Likelihood AgreedWindow::likelihood_of(Colour colour) const {
    const int count = agree[static_cast<std::size_t>(colour)];
    if (count == 0) return Likelihood::kNone;
    return count == of ? Likelihood::kAll : Likelihood::kSome;
}

std::vector<AgreedWindow> agree_on(std::span<const std::vector<WarningWindow>> readings) {
    std::vector<One> all;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        for (const WarningWindow& window : readings[i]) all.push_back({&window, i});
    }
    std::ranges::stable_sort(all, {}, [](const One& one) { return one.window->span.from; });
    std::vector<AgreedWindow> agreed;
    for (std::size_t at = 0; at < all.size();)
        agreed.push_back(take_group(all, at, readings.size()));
    return agreed;
}

void mark_mandatory(std::vector<AgreedWindow>& windows,
                    std::span<const std::vector<WarningWindow>> readings) {
    for (AgreedWindow& window : windows) window.mandatory_colour.reset();
    for (const std::vector<WarningWindow>& kept : readings) bind_by(windows, kept);
    for (AgreedWindow& window : windows) window.mandatory = window.mandatory_colour.has_value();
}

TriggerSeries trigger_series(const HourlySeries& series, const TriggerStandard& standard,
                             const RegionOptions& options) {
    const AirRules air = air_rules(options);
    const Ozone ozone = standard.ozone_counts ? Ozone::kCounts : Ozone::kLeftOut;
    TriggerSeries out;
    out.hours_as = reading_of(standard, options.trigger, HoursAs::kRolling);
    switch (out.hours_as) {
        case HoursAs::kRolling:
            out.hourly = rolling_aqi(series, air, ozone);
            out.own = [&series, air](std::size_t hour) { return own_index(series, hour, air); };
            return out;
        case HoursAs::kHourlyRun:
            out.hourly = hourly_aqi(series, air, ozone);
            return out;
        case HoursAs::kNaturalDay:
            break;
    }
    out.daily = rolling_readings(series, air, ozone).daily;
    return out;
}

TriggerSeries binding_series(const HourlySeries& series, const TriggerStandard& standard,
                             const RegionOptions& options) {
    const AirRules air = air_rules(options);
    constexpr Pollutant kPm25 = Pollutant::kPm25;
    TriggerSeries out;
    out.hours_as = reading_of(standard, options.trigger, HoursAs::kRolling);
    switch (out.hours_as) {
        case HoursAs::kRolling:
            out.hourly = rolling_aqi(series, air, kPm25);
            out.own = [&series, air](std::size_t hour) {
                return own_index(series, hour, air, kPm25);
            };
            return out;
        case HoursAs::kHourlyRun:
            // By the hour particles are read in the 24-hour table too.
            out.hourly.first = series.first;
            out.hourly.aqi.reserve(series.hours.size());
            for (std::size_t hour = 0; hour < series.hours.size(); ++hour) {
                out.hourly.aqi.push_back(own_index(series, hour, air, kPm25));
            }
            return out;
        case HoursAs::kNaturalDay:
            break;
    }
    out.daily = binding_readings(series, air).daily;
    out.own = [&series, air](std::size_t hour) { return own_index(series, hour, air, kPm25); };
    return out;
}

std::vector<EpisodeCause> leading_beside_pm25(const HourlySeries& whole, Span span,
                                              const TriggerStandard& standard,
                                              const RegionOptions& options) {
    const AirRules air = air_rules(options);
    const Ozone ozone = standard.ozone_counts ? Ozone::kCounts : Ozone::kLeftOut;
    const HourlySeries series = part_of(whole, {span.from - hours{23}, span.to});
    const HourlyAqiSeries all = rolling_aqi(series, air, ozone);
    const HourlyAqiSeries pm25 = rolling_aqi(series, air, Pollutant::kPm25);
    std::optional<std::size_t> worst;
    for (std::size_t i = 0; i < all.aqi.size(); ++i) {
        if (!span.holds(series.first + hours(i)) || all.aqi[i] <= pm25.aqi[i]) continue;
        if (!worst || all.aqi[*worst] < all.aqi[i]) worst = i;
    }
    std::vector<EpisodeCause> causes;
    if (!worst) return causes;
    for (const Pollutant pollutant :
         rolling_index(series, *worst, air, ozone).primary.to_vector()) {
        causes.push_back(cause_of(pollutant));
    }
    return causes;
}

RollingReadings rolling_readings(const HourlySeries& series, const AirRules& air, Ozone ozone) {
    if (series.hours.empty()) return {};
    HourlyAqiSeries rolling = roll_whole_days(series, air.zone, [&](const HourlySeries& whole) {
        return rolling_aqi(whole, air, ozone);
    });
    return with_days(std::move(rolling), series.hours.size(), air.zone);
}

RollingReadings binding_readings(const HourlySeries& series, const AirRules& air) {
    if (series.hours.empty()) return {};
    HourlyAqiSeries rolling = roll_whole_days(series, air.zone, [&](const HourlySeries& whole) {
        return rolling_aqi(whole, air, Pollutant::kPm25);
    });
    return with_days(std::move(rolling), series.hours.size(), air.zone);
}

ReadingPair reading_pair(const HourlySeries& series, const AirRules& air, Ozone ozone) {
    if (series.hours.empty()) return {};
    const std::size_t length = series.hours.size();
    RollingPair pair = roll_whole_days(series, air.zone, [&](const HourlySeries& whole) {
        return rolling_pair(whole, air, ozone);
    });
    return {with_days(std::move(pair.all), length, air.zone),
            with_days(std::move(pair.pm25), length, air.zone)};
}

std::vector<WarningWindow> evaluate(const TriggerSeries& series, const TriggerStandard& standard,
                                    const TriggerOptions& options) {
    if (series.hours_as == HoursAs::kNaturalDay) {
        return evaluate(series.daily, standard, options);
    }
    return evaluate(series.hourly, series.hours_as, standard, options, series.own);
}

TriggerCoverage coverage_of(const TriggerSeries& series, Zone zone) {
    const bool by_day = series.hours_as == HoursAs::kNaturalDay;
    const auto& values = by_day ? series.daily.aqi : series.hourly.aqi;
    const Instant first = by_day ? start_of(series.daily.first, zone) : series.hourly.first;
    const hours unit{by_day ? 24 : 1};
    TriggerCoverage coverage;
    coverage.units = static_cast<int>(values.size());
    coverage.span = {first, first + unit * coverage.units};
    coverage.longest_gap = {first, first};
    for (int i = 0; i < coverage.units;) {
        if (values[static_cast<std::size_t>(i)] != kNoAqi) {
            ++i;
            continue;
        }
        const int begin = i;
        while (i < coverage.units && values[static_cast<std::size_t>(i)] == kNoAqi) ++i;
        coverage.without += i - begin;
        const Span gap{first + unit * begin, first + unit * i};
        if (gap.length() > coverage.longest_gap.length()) coverage.longest_gap = gap;
    }
    return coverage;
}

RegionWindows windows_of(std::span<const HourlySeries> members, const TriggerStandard& standard,
                         const RegionOptions& options) {
    assert(!members.empty());
    RegionWindows answer;
    answer.region = members.front().region;
    std::vector<std::vector<WarningWindow>> readings;
    std::vector<std::vector<WarningWindow>> binding;
    for (const HourlySeries& member : members) {
        const TriggerSeries series = trigger_series(member, standard, options);
        const TriggerCoverage coverage = coverage_of(series, options.trigger.zone);
        const bool best = readings.empty() || coverage.units - coverage.without >
                                                  answer.coverage.units - answer.coverage.without;
        if (best) answer.coverage = coverage;
        answer.hours_as = series.hours_as;
        readings.push_back(evaluate(series, standard, options.trigger));
        // Where nothing calls for a colour PM2.5 does not either.
        if (readings.back().empty()) continue;
        binding.push_back(
            evaluate(binding_series(member, standard, options), standard, options.trigger));
    }
    answer.windows = agree_on(readings);
    mark_mandatory(answer.windows, binding);
    for (AgreedWindow& window : answer.windows) {
        if (window.mandatory_colour == window.window.colour) continue;
        for (const HourlySeries& member : members) {
            note_causes(window, leading_beside_pm25(member, window.widest, standard, options));
        }
    }
    return answer;
}

RegionWindows windows_of(const HourlySeries& series, const TriggerStandard& standard,
                         const RegionOptions& options) {
    return windows_of(std::span(&series, 1), standard, options);
}

RegionWindows windows_of(const DailyForecastSeries& series, const TriggerStandard& standard,
                         const RegionOptions& options) {
    const DailyAqiSeries high = end_of_range(series, &DailyRange::high);
    const DailyAqiSeries low = end_of_range(series, &DailyRange::low);
    std::vector<std::vector<WarningWindow>> readings;
    readings.push_back(evaluate(high, standard, options.trigger));
    if (low.aqi != high.aqi) readings.push_back(evaluate(low, standard, options.trigger));
    RegionWindows answer;
    answer.region = series.region;
    answer.windows = agree_on(readings);
    answer.coverage = coverage_of({HoursAs::kNaturalDay, {}, high}, options.trigger.zone);
    DailyAqiSeries counted = high;
    bool any_excluded = false;
    for (std::size_t i = 0; i < series.days.size(); ++i) {
        if (!excluded_cause(series.days[i], standard)) continue;
        counted.aqi[i] = kNoAqi;
        any_excluded = true;
    }
    if (!any_excluded) return answer;
    const std::vector<WarningWindow> kept[] = {evaluate(counted, standard, options.trigger)};
    mark_mandatory(answer.windows, kept);
    for (AgreedWindow& window : answer.windows) {
        note_excluded(window, series, standard, options.trigger.zone);
    }
    return answer;
}

std::optional<EpisodeCause> excluded_cause(const DailyRange& day, const TriggerStandard& standard) {
    const bool is_excluded =
        is_advisory(day.cause) || std::ranges::count(standard.excluded_causes, day.cause) > 0;
    if (is_excluded && day.cause != EpisodeCause::kNotStated) return day.cause;
    if (day.primary.empty() || day.primary.contains(Pollutant::kPm25)) return std::nullopt;
    return cause_of(day.primary.to_vector().front());
}

}  // namespace qk::rules
