#include "rules/warning/backtest.hpp"

#include <algorithm>
#include <cassert>

namespace qk::rules {
namespace {

using std::chrono::days;
using std::chrono::hours;

std::size_t index_of(CivilDay day, CivilDay first) {
    return static_cast<std::size_t>((day - first).count());
}

// Last civil day of which the span holds any part.
CivilDay last_day(const Span& span, Zone zone) {
    return day_of(span.to - std::chrono::seconds{1}, zone);
}

SeasonCount& season_named(std::vector<SeasonCount>& seasons, const std::string& winter) {
    const auto found = std::ranges::find(seasons, winter, &SeasonCount::winter);
    if (found != seasons.end()) return *found;
    seasons.emplace_back().winter = winter;
    return seasons.back();
}

void count_day(SeasonCount& season, int aqi, const std::optional<Colour>& colour) {
    ++season.days;
    if (colour) ++season.warned_days[static_cast<std::size_t>(*colour)];
    if (aqi == kNoAqi) {
        ++season.days_without_value;
        return;
    }
    const bool heavy = aqi > kHeavyAqiAbove;
    if (heavy) ++season.heavy_days;
    if (heavy && !colour) ++season.heavy_days_missed;
    if (!heavy && colour) ++season.warned_days_not_heavy;
}

// Start of the first heavy day of a window.
std::optional<Instant> first_heavy(const DailyAqiSeries& daily, const Span& span, Zone zone) {
    for (CivilDay day = std::max(daily.first, day_of(span.from, zone)); day <= last_day(span, zone);
         day += days{1}) {
        const std::size_t at = index_of(day, daily.first);
        if (at >= daily.aqi.size()) break;
        if (daily.aqi[at] > kHeavyAqiAbove) return start_of(day, zone);
    }
    return std::nullopt;
}

void count_window(SeasonCount& season, const WarningWindow& window,
                  const std::optional<Instant>& heavy) {
    ++season.episodes[static_cast<std::size_t>(window.colour)];
    if (!heavy) return;
    ++season.leads;
    season.lead_hours += (*heavy - window.span.from) / hours{1};
}

}  // namespace

DayColours colours_by_day(const std::vector<AgreedWindow>& windows, CivilDay first,
                          std::size_t count, Zone zone) {
    DayColours out{first, std::vector<std::optional<Colour>>(count)};
    for (const AgreedWindow& agreed : windows) {
        const Span& span = agreed.window.span;
        for (CivilDay day = std::max(first, day_of(span.from, zone)); day <= last_day(span, zone);
             day += days{1}) {
            const std::size_t at = index_of(day, first);
            if (at >= count) break;
            std::optional<Colour>& colour = out.days[at];
            if (!colour || *colour < agreed.window.colour) colour = agreed.window.colour;
        }
    }
    return out;
}

std::vector<DifferingDay> differing_days(const DailyAqiSeries& daily, const DayColours& a,
                                         const DayColours& b) {
    assert(a.days.size() == daily.aqi.size() && b.days.size() == daily.aqi.size());
    std::vector<DifferingDay> out;
    for (std::size_t i = 0; i < daily.aqi.size(); ++i) {
        if (a.days[i] == b.days[i]) continue;
        out.push_back({daily.first + days{i}, daily.aqi[i], a.days[i], b.days[i]});
    }
    return out;
}

std::string winter_of(CivilDay day) {
    const std::chrono::year_month_day date{day};
    const int year = static_cast<int>(date.year());
    const auto month = static_cast<unsigned>(date.month());
    if (month >= 10) return std::to_string(year) + "-" + std::to_string(year + 1);
    if (month <= 3) return std::to_string(year - 1) + "-" + std::to_string(year);
    return {};
}

std::vector<SeasonCount> count_seasons(const DailyAqiSeries& daily,
                                       const std::vector<AgreedWindow>& windows, Zone zone) {
    std::vector<SeasonCount> seasons(1);
    const DayColours colours = colours_by_day(windows, daily.first, daily.aqi.size(), zone);
    std::size_t at = 0;  // the day's winter; 0: none
    for (std::size_t i = 0; i < daily.aqi.size(); ++i) {
        const CivilDay day = daily.first + days{i};
        // Winters begin and end with a month.
        if (i == 0 || std::chrono::year_month_day{day}.day() == std::chrono::day{1}) {
            const std::string winter = winter_of(day);
            const SeasonCount* season =
                winter.empty() ? &seasons.front() : &season_named(seasons, winter);
            at = static_cast<std::size_t>(season - seasons.data());
        }
        count_day(seasons.front(), daily.aqi[i], colours.days[i]);
        if (at != 0) count_day(seasons[at], daily.aqi[i], colours.days[i]);
    }
    for (const AgreedWindow& agreed : windows) {
        const std::optional<Instant> heavy = first_heavy(daily, agreed.window.span, zone);
        count_window(seasons.front(), agreed.window, heavy);
        const std::string winter = winter_of(day_of(agreed.window.span.from, zone));
        if (!winter.empty()) count_window(season_named(seasons, winter), agreed.window, heavy);
    }
    return seasons;
}

void add_seasons(std::vector<SeasonCount>& into, const std::vector<SeasonCount>& more) {
    for (const SeasonCount& season : more) {
        SeasonCount& sum = season_named(into, season.winter);
        sum.days += season.days;
        sum.days_without_value += season.days_without_value;
        for (std::size_t i = 0; i < sum.episodes.size(); ++i) {
            sum.episodes[i] += season.episodes[i];
            sum.warned_days[i] += season.warned_days[i];
        }
        sum.heavy_days += season.heavy_days;
        sum.heavy_days_missed += season.heavy_days_missed;
        sum.warned_days_not_heavy += season.warned_days_not_heavy;
        sum.leads += season.leads;
        sum.lead_hours += season.lead_hours;
    }
    std::ranges::sort(into, {}, &SeasonCount::winter);
}

std::vector<EpisodeLead> leads_of(const std::vector<AgreedWindow>& observed,
                                  const std::vector<ForecastWindows>& archive) {
    assert(std::ranges::is_sorted(archive, {}, &ForecastWindows::issued_at));
    std::vector<EpisodeLead> leads;
    for (const AgreedWindow& episode : observed) {
        EpisodeLead lead{episode.window.span, episode.window.colour, {}, {}};
        auto forecast = std::ranges::lower_bound(archive, lead.span.from - kForecastReachMax, {},
                                                 &ForecastWindows::issued_at);
        for (; forecast != archive.end() && forecast->issued_at < lead.span.to; ++forecast) {
            for (const AgreedWindow& agreed : forecast->windows) {
                if (!agreed.window.span.overlaps(lead.span)) continue;
                if (!lead.first_warned) lead.first_warned = forecast->issued_at;
                const bool strict = agreed.window.colour >= lead.colour;
                if (strict && !lead.first_in_colour) lead.first_in_colour = forecast->issued_at;
            }
            if (lead.first_in_colour) break;
        }
        leads.push_back(lead);
    }
    return leads;
}

int count_false_windows(const std::vector<AgreedWindow>& observed,
                        const std::vector<ForecastWindows>& archive) {
    int count = 0;
    for (const ForecastWindows& forecast : archive) {
        for (const AgreedWindow& agreed : forecast.windows) {
            const Span& span = agreed.window.span;
            // Observed windows are apart and in order of time: the first that ends after it begins.
            const auto next = std::ranges::upper_bound(
                observed, span.from, {}, [](const AgreedWindow& w) { return w.window.span.to; });
            const bool hit = next != observed.end() && next->window.span.overlaps(span);
            if (!hit) ++count;
        }
    }
    return count;
}

}  // namespace qk::rules
