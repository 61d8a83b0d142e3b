#include "plans/decision/air_reading.hpp"

#include <algorithm>

namespace qk::plans {
namespace {

using rules::Instant;
using std::chrono::hours;

bool is_empty(const rules::HourlyConcentrations& hour) {
    return std::ranges::all_of(hour, [](rules::Concentration value) { return value.is_missing(); });
}

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

// Of the hours of a reading from the one that runs to the end of its day.
std::optional<std::int16_t> highest_left_of_day(const rules::HourlySeries& series,
                                                const rules::OwnIndex& own, Instant now,
                                                rules::Zone zone) {
    const Instant end = rules::start_of(rules::day_of(now, zone) + std::chrono::days(1), zone);
    std::int16_t highest = 0;
    for (Instant hour = rules::floor_hour(now); hour < end; hour += hours(1)) {
        const auto place = (hour - series.first) / hours(1);
        if (place < 0 || place >= static_cast<std::ptrdiff_t>(series.hours.size())) return {};
        const std::int16_t index = own(static_cast<std::size_t>(place));
        if (index == rules::kNoAqi) return {};
        highest = std::max(highest, index);
    }
    return highest;
}

}  // namespace

rules::HourlySeries over_by(const rules::HourlySeries& observed, Instant then) {
    rules::HourlySeries part = observed;
    const auto known = std::max<std::int64_t>(0, (then - observed.first) / hours(1));
    if (static_cast<std::size_t>(known) < part.hours.size()) {
        part.hours.resize(static_cast<std::size_t>(known));
    }
    return part;
}

std::optional<rules::ObservedAir> observed_air(const rules::HourlySeries& observed,
                                               rules::Zone zone) {
    if (observed.hours.empty()) return std::nullopt;
    const rules::AirRules air{.zone = zone};
    const rules::HourlyAqiSeries rolling =
        rules::rolling_aqi(observed, air, rules::Pollutant::kPm25);
    for (std::size_t i = rolling.aqi.size(); i-- > 0;) {
        if (rolling.aqi[i] == rules::kNoAqi) continue;
        return rules::ObservedAir{rolling.aqi[i], rolling.first + hours(i + 1)};
    }
    return std::nullopt;
}

std::optional<std::int16_t> last_hour_index(const rules::HourlySeries& observed,
                                            const AirQuestion& question) {
    const rules::TriggerSeries binding =
        rules::binding_series(observed, question.standard, question.options);
    if (!binding.own) return std::nullopt;
    for (std::size_t i = observed.hours.size(); i-- > 0;) {
        const std::int16_t index = binding.own(i);
        if (index != rules::kNoAqi) return index;
    }
    return std::nullopt;
}

SeriesInput hourly_reading(const rules::HourlySeries& observed, const rules::HourlySeries& forecast,
                           const AirQuestion& question) {
    const rules::HourlySeries series = joined(observed, forecast);
    rules::TriggerSeries air = rules::trigger_series(series, question.standard, question.options);
    rules::TriggerSeries binding =
        rules::binding_series(series, question.standard, question.options);
    SeriesInput input;
    input.hours_as = air.hours_as;
    for (std::size_t i = 0; air.own && i < series.hours.size(); ++i) {
        input.own.push_back(air.own(i));
        input.own_binding.push_back(binding.own(i));
    }
    const bool by_day = air.hours_as == rules::HoursAs::kNaturalDay;
    if (by_day) {
        input.rest_of_today =
            highest_left_of_day(series, binding.own, question.now, question.options.trigger.zone);
    }
    input.binding = by_day ? std::move(binding.daily.aqi) : std::move(binding.hourly.aqi);
    input.hourly = std::move(air.hourly);
    input.daily = std::move(air.daily);
    const Instant end = series.first + hours(series.hours.size());
    input.leading = rules::leading_beside_pm25(series, {question.now, end}, question.standard,
                                               question.options);
    return input;
}

SeriesInput hourly_as_issued(const rules::HourlySeries& observed,
                             const rules::HourlySeries& forecast, const AirQuestion& question) {
    SeriesInput input = hourly_reading(over_by(observed, question.now), forecast, question);
    const bool by_day = input.hours_as == rules::HoursAs::kNaturalDay;
    (by_day ? input.daily.aqi : input.hourly.aqi) = std::move(input.binding);
    input.binding.clear();
    input.own.clear();
    input.rest_of_today.reset();  // of the day of the issue
    input.leading.clear();
    input.as_issued = true;
    return input;
}

}  // namespace qk::plans
