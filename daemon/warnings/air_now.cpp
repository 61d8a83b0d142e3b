#include "daemon/warnings/air_now.hpp"

#include <algorithm>

#include "daemon/air/stored_forecast.hpp"
#include "daemon/store/session.hpp"
#include "rules/air/averages.hpp"
#include "rules/warning/region_windows.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;
using std::chrono::hours;

std::optional<std::string> observed_region(Session& db, const plans::RegionPack& pack,
                                           Instant from) {
    // From region to region, since the hours of all of them would be many.
    Statement row(db,
                  "WITH RECURSIVE known(region) AS (SELECT min(region) FROM observations UNION ALL "
                  "SELECT (SELECT min(region) FROM observations WHERE region > known.region) FROM "
                  "known WHERE known.region IS NOT NULL) SELECT region FROM known WHERE EXISTS("
                  "SELECT 1 FROM observations AS o WHERE o.region = known.region AND o.hour >= ?1)",
                  from);
    std::vector<std::string> names;
    while (row.next()) names.push_back(row.text(0));
    const auto found = own_region(names, pack);
    if (!found) return std::nullopt;
    return names[*found];
}

bool is_empty(const rules::HourlyConcentrations& hour) {
    return std::all_of(hour.begin(), hour.end(),
                       [](rules::Concentration value) { return value.is_missing(); });
}

// What was observed counts; the forecast speaks for the rest.
rules::HourlySeries joined(const rules::HourlySeries& observed,
                           const rules::HourlySeries& forecast) {
    rules::HourlySeries series;
    series.region = forecast.region;
    series.first = forecast.first;
    Instant end = forecast.first + hours(forecast.hours.size());
    if (!observed.hours.empty()) {
        series.first = std::min(series.first, observed.first);
        end = std::max(end, observed.first + hours(observed.hours.size()));
    }
    series.hours.resize(static_cast<std::size_t>((end - series.first) / hours(1)));
    const auto put = [&series](const rules::HourlySeries& part) {
        for (std::size_t i = 0; i < part.hours.size(); ++i) {
            if (is_empty(part.hours[i])) continue;
            const Instant hour = part.first + hours(i);
            series.hours[static_cast<std::size_t>((hour - series.first) / hours(1))] =
                part.hours[i];
        }
    };
    put(forecast);
    put(observed);
    return series;
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

plans::SeriesInput hourly_input(const SeenForecast& seen, const Air& air_seen) {
    rules::TriggerSeries air = rules::trigger_series(joined(air_seen.observed, seen.hourly.front()),
                                                     air_seen.pack.trigger.standard,
                                                     options_of(air_seen.pack, air_seen.now));
    plans::SeriesInput input = input_of(seen);
    input.hours_as = air.hours_as;
    input.hourly = std::move(air.hourly);
    input.daily = std::move(air.daily);
    return input;
}

// The civil days before the forecast as they were observed.
rules::DailyAqiSeries observed_days(const rules::HourlySeries& observed,
                                    const plans::RegionPack& pack, Instant now) {
    if (observed.hours.empty()) return {};
    rules::RegionOptions options = options_of(pack, now);
    options.trigger.hours_as = rules::HoursAs::kNaturalDay;
    return rules::trigger_series(observed, pack.trigger.standard, options).daily;
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

std::optional<rules::ObservedAir> observed_air(const rules::HourlySeries& observed,
                                               const plans::RegionPack& pack) {
    if (observed.hours.empty()) return std::nullopt;
    rules::AirRules air{.zone = pack.zone};
    const rules::Ozone ozone =
        pack.trigger.standard.ozone_counts ? rules::Ozone::kCounts : rules::Ozone::kLeftOut;
    const rules::HourlyAqiSeries rolling = rules::rolling_aqi(observed, air, ozone);
    for (std::size_t i = rolling.aqi.size(); i-- > 0;) {
        if (rolling.aqi[i] == rules::kNoAqi) continue;
        return rules::ObservedAir{rolling.aqi[i], rolling.first + hours(i + 1)};
    }
    return std::nullopt;
}

}  // namespace

rules::HourlySeries observed_hours(Session& db, const plans::RegionPack& pack, Instant from,
                                   Instant to) {
    rules::HourlySeries series;
    const auto region = observed_region(db, pack, from);
    if (!region) return series;
    series.region = *region;
    Statement row(db,
                  "SELECT hour, pm25, pm10, so2, no2, co, o3 FROM observations WHERE "
                  "region=?1 AND hour>=?2 AND hour<?3 ORDER BY hour",
                  *region, from, to);
    while (row.next()) {
        const Instant hour = row.instant(0);
        if (series.hours.empty()) series.first = hour;
        const auto place = static_cast<std::size_t>((hour - series.first) / hours(1));
        series.hours.resize(place + 1);
        for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
            const auto millionths = row.maybe<std::int64_t>(static_cast<int>(p) + 1);
            if (!millionths) continue;
            series.hours[place][p] = rules::Concentration(rules::Decimal{*millionths});
        }
    }
    return series;
}

AirNow read_air(Session& db, const plans::RegionPack& pack, Instant now, int revisions) {
    const Instant from = rules::floor_hour(now) - kLookBack;
    // Hours that were over by `now`.
    Air seen{pack,
             now,
             observed_hours(db, pack, from, now - hours(1) + std::chrono::seconds(1)),
             {},
             {}};
    seen.latest = observed_air(seen.observed, pack);
    seen.before = observed_days(seen.observed, pack, now);
    AirNow air;
    air.observed = seen.latest;
    SeenForecasts forecasts = forecasts_seen(db, pack, {now, now - kLookBack, revisions});
    air.unreadable = std::move(forecasts.unreadable);
    for (const SeenForecast& forecast : forecasts.forecasts) {
        if (!forecast.hourly.empty()) air.series.push_back(hourly_input(forecast, seen));
        if (!forecast.daily.empty()) take_daily(air.series, forecast, seen);
    }
    return air;
}

}  // namespace qk::daemon
