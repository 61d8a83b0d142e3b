#include "daemon/warnings/air_now.hpp"

#include <algorithm>

#include "daemon/air/stored_forecast.hpp"
#include "daemon/service/observation_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/decision/air_reading.hpp"
#include "rules/air/averages.hpp"
#include "rules/warning/region_windows.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;
using std::chrono::hours;

std::optional<std::string> observed_region(Session& db, const plans::RegionPack& pack,
                                           Instant from) {
    const std::vector<std::string> names = observed_regions(db, from);
    const auto found = own_region(names, pack);
    if (!found) return std::nullopt;
    return names[*found];
}

rules::RegionOptions options_of(const plans::RegionPack& pack, Instant now) {
    return {.trigger = {pack.trigger.standard.hours_as, pack.zone, now}};
}

// What was observed, beside which every forecast is read.
struct Air {
    const plans::RegionPack& pack;
    Instant now{};
    rules::HourlySeries observed;
    std::optional<rules::ObservedAir> latest;
    rules::DailyAqiSeries before;  // civil days

    [[nodiscard]] bool is_fresh() const {
        return latest && latest->until + pack.timing.observation_fresh >= now;
    }
};

plans::SeriesInput input_of(const SeenForecast& seen) {
    plans::SeriesInput input;
    input.source = seen.name;
    input.forecast = std::to_string(seen.number);
    input.issued_at = seen.issued_at;
    input.earlier = seen.earlier;
    return input;
}

// What every reading of a forecast has, and what it says.
plans::SeriesInput named(plans::SeriesInput input, const SeenForecast& seen) {
    const plans::SeriesInput head = input_of(seen);
    input.source = head.source;
    input.forecast = head.forecast;
    input.issued_at = head.issued_at;
    input.earlier = head.earlier;
    return input;
}

plans::AirQuestion question_of(const Air& air) {
    return {air.pack.trigger.standard, options_of(air.pack, air.now), air.now};
}

// The civil days before the forecast as they were observed, by what binds.
rules::DailyAqiSeries observed_days(const rules::HourlySeries& observed,
                                    const plans::RegionPack& pack, Instant now) {
    if (observed.hours.empty()) return {};
    rules::RegionOptions options = options_of(pack, now);
    options.trigger.hours_as = rules::HoursAs::kNaturalDay;
    return rules::binding_series(observed, pack.trigger.standard, options).daily;
}

enum class End { kLow, kHigh };

plans::SeriesInput daily_input(const SeenForecast& seen, const Air& air, End end) {
    const rules::DailyForecastSeries& forecast = seen.daily.front();
    plans::SeriesInput input = input_of(seen);
    input.hours_as = rules::HoursAs::kNaturalDay;
    input.daily.first = forecast.first;
    for (std::size_t i = 0; i < air.before.aqi.size(); ++i) {
        const auto day = air.before.first + std::chrono::days(i);
        if (day >= forecast.first) break;
        if (input.daily.aqi.empty()) input.daily.first = day;
        input.daily.aqi.push_back(air.before.aqi[i]);
    }
    const auto gap = forecast.first - input.daily.first;
    input.daily.aqi.resize(static_cast<std::size_t>(gap.count()), rules::kNoAqi);
    const auto today = rules::day_of(air.now, air.pack.zone);
    if (forecast.first == today + std::chrono::days(1) && air.is_fresh()) {
        if (input.daily.aqi.empty()) {
            input.daily.first = today;
            input.daily.aqi.push_back(rules::kNoAqi);
        }
        if (input.daily.aqi.back() == rules::kNoAqi) {
            input.daily.aqi.back() = static_cast<std::int16_t>(air.latest->aqi);
            // Of the hours that are left nothing is forecast: they are taken to stay as the last.
            input.rest_of_today = plans::last_hour_index(air.observed, question_of(air));
        }
    }
    input.excluded.assign(input.daily.aqi.size(), rules::EpisodeCause::kNotStated);
    for (const rules::DailyRange& day : forecast.days) {
        input.daily.aqi.push_back(end == End::kLow ? day.low : day.high);
        input.excluded.push_back(rules::excluded_cause(day, air.pack.trigger.standard)
                                     .value_or(rules::EpisodeCause::kNotStated));
    }
    return input;
}

void take_daily(std::vector<plans::SeriesInput>& series, const SeenForecast& seen, const Air& air) {
    const auto& days = seen.daily.front().days;
    const bool is_range = std::any_of(
        days.begin(), days.end(), [](const rules::DailyRange& day) { return day.low != day.high; });
    // Beside hours of the same forecast, its days are a reading of their own.
    const std::string name = seen.name + (seen.hourly.empty() ? "" : "（逐日）");
    series.push_back(daily_input(seen, air, End::kHigh));
    series.back().source = name;
    if (!is_range) return;
    series.back().source = name + "（上限）";
    series.push_back(daily_input(seen, air, End::kLow));
    series.back().source = name + "（下限）";
}

Air air_at(const plans::RegionPack& pack, Instant now, rules::HourlySeries observed) {
    Air air{pack, now, std::move(observed), {}, {}};
    air.latest = plans::observed_air(air.observed, pack.zone);
    air.before = observed_days(air.observed, pack, now);
    return air;
}

void take_as_issued(std::vector<plans::SeriesInput>& series, const SeenForecast& forecast,
                    const Air& seen) {
    const Air at_issue =
        air_at(seen.pack, forecast.issued_at, plans::over_by(seen.observed, forecast.issued_at));
    if (!forecast.hourly.empty()) {
        series.push_back(named(plans::hourly_as_issued(at_issue.observed, forecast.hourly.front(),
                                                       question_of(at_issue)),
                               forecast));
    }
    if (forecast.daily.empty()) return;
    const std::size_t first = series.size();
    take_daily(series, forecast, at_issue);
    for (std::size_t i = first; i < series.size(); ++i) series[i].as_issued = true;
}

}  // namespace

rules::HourlySeries observed_hours(Session& db, const plans::RegionPack& pack, Instant from,
                                   Instant to) {
    const auto region = observed_region(db, pack, from);
    if (!region) return {};
    return observed_series(db, *region, from, to);
}

std::optional<rules::ObservedAir> observed_then(Session& db, const plans::RegionPack& pack,
                                                Instant then) {
    constexpr hours kOfADay{48};  // of 24 hours, and a day in which some came late
    const Instant to = then - hours(1) + std::chrono::seconds(1);
    return plans::observed_air(observed_hours(db, pack, rules::floor_hour(then) - kOfADay, to),
                               pack.zone);
}

AirNow read_air(Session& db, const plans::RegionPack& pack, Instant now, int confirming) {
    const Instant from = rules::floor_hour(now) - kLookBack;
    // Hours that were over by `now`.
    const Air seen =
        air_at(pack, now, observed_hours(db, pack, from, now - hours(1) + std::chrono::seconds(1)));
    AirNow air;
    air.observed = seen.latest;
    SeenForecasts forecasts =
        forecasts_seen(db, pack, {now, now - kLookBack, std::max(1, confirming)});
    air.unreadable = std::move(forecasts.unreadable);
    for (const SeenForecast& forecast : forecasts.forecasts) {
        if (forecast.earlier < confirming) take_as_issued(air.series, forecast, seen);
        if (forecast.earlier > 0) continue;
        if (!forecast.hourly.empty()) {
            air.series.push_back(named(
                plans::hourly_reading(seen.observed, forecast.hourly.front(), question_of(seen)),
                forecast));
        }
        if (!forecast.daily.empty()) take_daily(air.series, forecast, seen);
    }
    std::ranges::stable_partition(air.series,
                                  [](const plans::SeriesInput& one) { return !one.as_issued; });
    return air;
}

}  // namespace qk::daemon
