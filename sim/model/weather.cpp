#include "sim/model/weather.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "plans/feeds/hourly_csv.hpp"
#include "sim/model/random.hpp"

namespace qk::sim {
namespace {

using rules::Concentration;
using rules::Decimal;
using rules::HourlyConcentrations;
using rules::Instant;
using rules::kPollutantCount;
using std::chrono::hours;

// Plain mean of the stations that report the hour; one decimal is what their figures bear.
HourlyConcentrations mean_of(const std::vector<rules::HourlySeries>& stations, Instant hour) {
    HourlyConcentrations means;
    for (std::size_t p = 0; p < kPollutantCount; ++p) {
        std::int64_t sum = 0;
        std::int64_t count = 0;
        for (const rules::HourlySeries& station : stations) {
            const auto index = (hour - station.first) / hours{1};
            if (index < 0 || static_cast<std::size_t>(index) >= station.hours.size()) continue;
            const Concentration& value = station.hours[static_cast<std::size_t>(index)][p];
            if (value.is_missing()) continue;
            sum += value.value().millionths;
            ++count;
        }
        if (count == 0) continue;
        const auto tenths = rules::divide_half_even(sum, std::int64_t{100'000} * count);
        means[p] = Concentration{Decimal{tenths * 100'000}};
    }
    return means;
}

// Index of the hour that starts at t, or empty outside the series.
std::optional<std::size_t> index_of(const rules::HourlySeries& series, Instant t) {
    if (t < series.first) return std::nullopt;
    const auto index = static_cast<std::size_t>((t - series.first) / hours{1});
    if (index >= series.hours.size()) return std::nullopt;
    return index;
}

// The value at an hour, or at the nearest hour that has one.
double known_value(const rules::HourlySeries& series, std::size_t index, std::size_t pollutant) {
    for (std::size_t distance = 0; distance < series.hours.size(); ++distance) {
        if (index >= distance) {
            const Concentration& before = series.hours[index - distance][pollutant];
            if (!before.is_missing()) return before.value().as_double();
        }
        if (index + distance < series.hours.size()) {
            const Concentration& after = series.hours[index + distance][pollutant];
            if (!after.is_missing()) return after.value().as_double();
        }
    }
    return 0;
}

// Errors at the start of each lead day; a later day inherits most of the day before, so that a
// forecast is wrong in stretches and not hour by hour.
std::vector<double> draw_errors(Random& random, int days, double deviation_per_day) {
    constexpr double kInherited = 0.75;
    std::vector<double> errors{0.0};
    for (int day = 1; day <= days + 1; ++day) {
        const double growth = deviation_per_day * std::sqrt(static_cast<double>(day));
        errors.push_back(errors.back() * kInherited + growth * random.normal());
    }
    return errors;
}

double at_lead(const std::vector<double>& errors, std::size_t lead_hours) {
    const std::size_t day = lead_hours / 24;
    const double share = static_cast<double>(lead_hours % 24) / 24.0;
    return errors[day] * (1 - share) + errors[day + 1] * share;
}

}  // namespace

rules::Result<Weather> read_weather(std::string_view csv, const std::string& file,
                                    const std::string& region, rules::Zone zone) {
    plans::HourlyCsvOptions options{.zone = zone};
    const auto feed = plans::read_hourly_csv(csv, file, options);
    if (!feed) return feed.error();
    if (feed->regions.empty()) {
        return rules::Faults{{{file, 1, 1}, "holds no hours", "one row an hour", {}}};
    }
    Weather weather;
    weather.stations = static_cast<int>(feed->regions.size());
    weather.air.region = region;
    Instant first = Instant::max();
    Instant last = Instant::min();
    for (const rules::HourlySeries& station : feed->regions) {
        first = std::min(first, station.first);
        last = std::max(last, station.first + hours{station.hours.size()});
    }
    weather.air.first = first;
    for (Instant hour = first; hour < last; hour += hours{1}) {
        weather.air.hours.push_back(mean_of(feed->regions, hour));
    }
    return weather;
}

rules::HourlySeries make_forecast(const Weather& weather, Instant issued_at, std::uint64_t seed,
                                  const ForecastOptions& options, int member) {
    const rules::HourlySeries& air = weather.air;
    rules::HourlySeries forecast;
    forecast.region = air.region;
    forecast.first = rules::floor_hour(issued_at);
    Random random(seed_of(seed_of(seed_of(seed, "forecast"), issued_at.time_since_epoch().count()),
                          std::int64_t{member}));
    const auto errors = draw_errors(random, options.days, options.error_per_day);
    const auto shifts = draw_errors(random, options.days, options.shift_hours_per_day);
    for (std::size_t lead = 0; lead < static_cast<std::size_t>(options.days) * 24; ++lead) {
        if (!index_of(air, forecast.first + hours{lead})) break;
        const auto shift = std::llround(at_lead(shifts, lead));
        const auto last = static_cast<std::int64_t>(air.hours.size()) - 1;
        const auto plain =
            (forecast.first - air.first) / hours{1} + static_cast<std::int64_t>(lead) + shift;
        const auto source = static_cast<std::size_t>(std::clamp<std::int64_t>(plain, 0, last));
        HourlyConcentrations hour;
        for (std::size_t i = 0; i < kPollutantCount; ++i) {
            const double factor = std::max(0.1, 1.0 + at_lead(errors, lead));
            const double value = known_value(air, source, i) * factor;
            hour[i] = Concentration{Decimal{std::llround(value * 10.0) * 100'000}};
        }
        forecast.hours.push_back(hour);
    }
    return forecast;
}

rules::HourlySeries observed(const Weather& weather, rules::Span span) {
    rules::HourlySeries series;
    series.region = weather.air.region;
    series.first = std::max(span.from, weather.air.first);
    for (Instant t = series.first; t < span.to; t += hours{1}) {
        const auto index = index_of(weather.air, t);
        if (!index) break;
        series.hours.push_back(weather.air.hours[*index]);
    }
    return series;
}

std::string to_csv(const rules::HourlySeries& series, rules::Zone zone) {
    std::string text = "region,time,pm25,pm10,so2,no2,co,o3\n";
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        text += series.region + ',' + rules::to_iso(series.first + hours{i}, zone);
        for (const Concentration& value : series.hours[i]) {
            text += ',';
            if (!value.is_missing()) text += rules::to_text(value.value());
        }
        text += '\n';
    }
    return text;
}

}  // namespace qk::sim
