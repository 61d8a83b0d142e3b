#include "rules/warning/region_windows.hpp"

#include <algorithm>
#include <cassert>

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

// Both are in order of time, so one walk along both is enough.
void mark_mandatory(std::vector<AgreedWindow>& windows, const std::vector<WarningWindow>& kept) {
    std::size_t next = 0;
    for (AgreedWindow& window : windows) {
        window.mandatory_colour.reset();
        while (next < kept.size() && kept[next].span.to <= window.widest.from) ++next;
        for (std::size_t i = next; i < kept.size() && kept[i].span.overlaps(window.widest); ++i) {
            const Colour colour = kept[i].colour;
            if (!window.mandatory_colour || *window.mandatory_colour < colour) {
                window.mandatory_colour = colour;
            }
        }
        window.mandatory = window.mandatory_colour.has_value();
    }
}

void note_excluded(AgreedWindow& window, const DailyForecastSeries& series,
                   const TriggerStandard& standard, Zone zone) {
    const CivilDay from = std::max(series.first, day_of(window.widest.from, zone));
    for (CivilDay day = from; start_of(day, zone) < window.widest.to; day += days{1}) {
        const auto at = static_cast<std::size_t>((day - series.first).count());
        if (at >= series.days.size()) return;
        const std::optional<EpisodeCause> cause = excluded_cause(series.days[at], standard);
        if (!cause || std::ranges::count(window.excluded, *cause) > 0) continue;
        window.excluded.push_back(*cause);
    }
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

TriggerSeries trigger_series(const HourlySeries& series, const TriggerStandard& standard,
                             const RegionOptions& options) {
    AirRules air{.zone = options.trigger.zone};
    air.edition = options.edition;
    const Ozone ozone = standard.ozone_counts ? Ozone::kCounts : Ozone::kLeftOut;
    TriggerSeries out;
    out.hours_as = reading_of(standard, options.trigger, HoursAs::kRolling);
    switch (out.hours_as) {
        case HoursAs::kRolling:
            out.hourly = rolling_aqi(series, air, ozone);
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

RollingReadings rolling_readings(const HourlySeries& series, const AirRules& air, Ozone ozone) {
    RollingReadings out;
    if (series.hours.empty()) return out;
    const auto length = static_cast<std::int64_t>(series.hours.size());
    const CivilDay first = day_of(series.first, air.zone);
    const CivilDay last = day_of(series.first + hours{1} * (length - 1), air.zone);
    const std::int64_t whole_length =
        (start_of(last + days{1}, air.zone) - series.first) / hours{1};
    if (whole_length == length) {
        out.rolling = rolling_aqi(series, air, ozone);
    } else {
        // The last day is cut short; its missing hours are missing values like any others.
        HourlySeries whole{series.region, series.first, series.hours};
        whole.hours.resize(static_cast<std::size_t>(whole_length));
        out.rolling = rolling_aqi(whole, air, ozone);
    }
    out.daily.first = first;
    for (CivilDay day = first; day <= last; day += days{1}) {
        const Instant last_hour = start_of(day + days{1}, air.zone) - hours{1};
        const auto at = static_cast<std::size_t>((last_hour - series.first) / hours{1});
        out.daily.aqi.push_back(out.rolling.aqi[at]);
    }
    out.rolling.aqi.resize(series.hours.size());
    return out;
}

std::vector<WarningWindow> evaluate(const TriggerSeries& series, const TriggerStandard& standard,
                                    const TriggerOptions& options) {
    if (series.hours_as == HoursAs::kNaturalDay) {
        return evaluate(series.daily, standard, options);
    }
    return evaluate(series.hourly, series.hours_as, standard, options);
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
    for (const HourlySeries& member : members) {
        const TriggerSeries series = trigger_series(member, standard, options);
        const TriggerCoverage coverage = coverage_of(series, options.trigger.zone);
        const bool best = readings.empty() || coverage.units - coverage.without >
                                                  answer.coverage.units - answer.coverage.without;
        if (best) answer.coverage = coverage;
        answer.hours_as = series.hours_as;
        readings.push_back(evaluate(series, standard, options.trigger));
    }
    answer.windows = agree_on(readings);
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
    mark_mandatory(answer.windows, evaluate(counted, standard, options.trigger));
    for (AgreedWindow& window : answer.windows) {
        note_excluded(window, series, standard, options.trigger.zone);
    }
    return answer;
}

std::optional<EpisodeCause> excluded_cause(const DailyRange& day, const TriggerStandard& standard) {
    EpisodeCause cause = day.cause;
    PollutantSet ozone_alone;
    ozone_alone.insert(Pollutant::kO3);
    if (cause == EpisodeCause::kNotStated && day.primary == ozone_alone) {
        cause = EpisodeCause::kOzone;
    }
    if (cause == EpisodeCause::kOzone && standard.ozone_counts) return std::nullopt;
    if (std::ranges::count(standard.excluded_causes, cause) == 0) return std::nullopt;
    return cause;
}

}  // namespace qk::rules
