#include "daemon/warning/air_now.hpp"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <map>

#include "daemon/store/statement.hpp"
#include "plans/feeds/forecast.hpp"
#include "rules/air/averages.hpp"
#include "rules/warning/region_windows.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;
using std::chrono::hours;

struct ForecastRow {
    std::int64_t number = 0;
    Instant issued_at{};
    std::string source;
    std::string file;
    std::string bytes;
};

// The latest forecast of each source. One that is stale is read too, so that it can be named.
std::vector<ForecastRow> latest_forecasts(SQLite::Database& db, Instant now) {
    SQLite::Statement row(
        db,
        "SELECT number, issued_at, source, file, bytes FROM forecasts AS f WHERE issued_at<=?1 AND "
        "issued_at>?2 AND NOT EXISTS (SELECT 1 FROM forecasts AS g WHERE g.source=f.source AND "
        "g.issued_at<=?1 AND (g.issued_at>f.issued_at OR (g.issued_at=f.issued_at AND "
        "g.number>f.number))) ORDER BY source");
    bind_all(row, now, now - kLookBack);
    std::vector<ForecastRow> rows;
    while (row.executeStep()) {
        rows.push_back({row.getColumn(0).getInt64(), instant_at(row, 1), text_at(row, 2),
                        text_at(row, 3), text_at(row, 4)});
    }
    return rows;
}

// Which of several regions is ours: by code, name or id of the pack; a feed of one region is ours.
template <class Series>
const Series* ours(const std::vector<Series>& regions, const plans::RegionPack& pack) {
    for (const Series& series : regions) {
        if (series.region == pack.region_code || series.region == pack.name ||
            series.region == pack.id) {
            return &series;
        }
    }
    return regions.size() == 1 ? &regions.front() : nullptr;
}

std::optional<std::string> observed_region(SQLite::Database& db, const plans::RegionPack& pack,
                                           Instant from) {
    SQLite::Statement row(db, "SELECT DISTINCT region FROM observations WHERE hour>=?1");
    bind_all(row, from);
    std::vector<rules::HourlySeries> names;
    while (row.executeStep()) {
        rules::HourlySeries series;
        series.region = text_at(row, 0);
        names.push_back(std::move(series));
    }
    const rules::HourlySeries* found = ours(names, pack);
    if (found == nullptr) return std::nullopt;
    return found->region;
}

// Observed hours that were over by `now`, dense from the first one found.
rules::HourlySeries observed_hours(SQLite::Database& db, const plans::RegionPack& pack,
                                   Instant now) {
    rules::HourlySeries series;
    const Instant from = rules::floor_hour(now) - kLookBack;
    const auto region = observed_region(db, pack, from);
    if (!region) return series;
    series.region = *region;
    SQLite::Statement row(db,
                          "SELECT hour, pm25, pm10, so2, no2, co, o3 FROM observations WHERE "
                          "region=?1 AND hour>=?2 AND hour<=?3 ORDER BY hour");
    bind_all(row, *region, from, now - hours(1));
    while (row.executeStep()) {
        const Instant hour = instant_at(row, 0);
        if (series.hours.empty()) series.first = hour;
        const auto place = static_cast<std::size_t>((hour - series.first) / hours(1));
        series.hours.resize(place + 1);
        for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
            const SQLite::Column value = row.getColumn(static_cast<int>(p) + 1);
            if (value.isNull()) continue;
            series.hours[place][p] = rules::Concentration(rules::Decimal{value.getInt64()});
        }
    }
    return series;
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

// The document's forecasts of this source and issue; intake has checked that it can be read.
std::vector<rules::Forecast> forecasts_of(const ForecastRow& row, const plans::RegionPack& pack) {
    plans::ForecastGiven given;
    given.source = row.source;
    given.issued_at = row.issued_at;
    given.air.zone = pack.zone;
    auto feed = plans::read_forecast(row.bytes, row.file, given);
    if (!feed) return {};
    std::erase_if(feed->forecasts, [&row](const rules::Forecast& forecast) {
        return forecast.source != row.source || forecast.issued_at != row.issued_at;
    });
    return std::move(feed->forecasts);
}

rules::RegionOptions options_of(const plans::RegionPack& pack, Instant now) {
    rules::RegionOptions options;
    options.trigger.hours_as = pack.trigger.standard.hours_as;
    options.trigger.zone = pack.zone;
    options.trigger.issued_at = now;
    return options;
}

SeriesInput hourly_input(const ForecastRow& row, const rules::HourlySeries& forecast,
                         const rules::HourlySeries& observed, const plans::RegionPack& pack,
                         Instant now) {
    rules::TriggerSeries air = rules::trigger_series(joined(observed, forecast),
                                                     pack.trigger.standard, options_of(pack, now));
    SeriesInput input;
    input.source = row.source;
    input.forecast = std::to_string(row.number);
    input.issued_at = row.issued_at;
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

SeriesInput daily_input(const ForecastRow& row, const rules::DailyForecastSeries& forecast,
                        const rules::DailyAqiSeries& before, End end,
                        const plans::RegionPack& pack) {
    SeriesInput input;
    input.source = row.source;
    input.forecast = std::to_string(row.number);
    input.issued_at = row.issued_at;
    input.hours_as = rules::HoursAs::kNaturalDay;
    input.daily.first = forecast.first;
    for (std::size_t i = 0; i < before.aqi.size(); ++i) {
        const auto day = before.first + std::chrono::days(i);
        if (day >= forecast.first) break;
        if (input.daily.aqi.empty()) input.daily.first = day;
        input.daily.aqi.push_back(before.aqi[i]);
    }
    const auto gap = forecast.first - input.daily.first;
    input.daily.aqi.resize(static_cast<std::size_t>(gap.count()), rules::kNoAqi);
    input.excluded.assign(input.daily.aqi.size(), rules::EpisodeCause::kNotStated);
    for (const rules::DailyRange& day : forecast.days) {
        input.daily.aqi.push_back(end == End::kLow ? day.low : day.high);
        input.excluded.push_back(rules::excluded_cause(day, pack.trigger.standard)
                                     .value_or(rules::EpisodeCause::kNotStated));
    }
    return input;
}

void take_daily(std::vector<SeriesInput>& series, const ForecastRow& row,
                const rules::DailyForecastSeries& forecast, const rules::DailyAqiSeries& before,
                const plans::RegionPack& pack) {
    const bool is_range =
        std::any_of(forecast.days.begin(), forecast.days.end(),
                    [](const rules::DailyRange& day) { return day.low != day.high; });
    series.push_back(daily_input(row, forecast, before, End::kHigh, pack));
    if (!is_range) return;
    series.back().source = row.source + "（上限）";
    series.push_back(daily_input(row, forecast, before, End::kLow, pack));
    series.back().source = row.source + "（下限）";
}

std::optional<rules::ObservedAir> observed_air(const rules::HourlySeries& observed,
                                               const plans::RegionPack& pack) {
    if (observed.hours.empty()) return std::nullopt;
    rules::AirRules air;
    air.zone = pack.zone;
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

AirNow read_air(SQLite::Database& db, const plans::RegionPack& pack, Instant now) {
    AirNow air;
    const rules::HourlySeries observed = observed_hours(db, pack, now);
    air.observed = observed_air(observed, pack);
    const rules::DailyAqiSeries before = observed_days(observed, pack, now);
    for (const ForecastRow& row : latest_forecasts(db, now)) {
        for (const rules::Forecast& forecast : forecasts_of(row, pack)) {
            ForecastRow named = row;
            if (!forecast.member.empty()) named.source += "/" + forecast.member;
            if (const auto* series = ours(forecast.hourly, pack)) {
                air.series.push_back(hourly_input(named, *series, observed, pack, now));
            } else if (const auto* days = ours(forecast.daily, pack)) {
                take_daily(air.series, named, *days, before, pack);
            }
        }
    }
    return air;
}

}  // namespace qk::daemon
