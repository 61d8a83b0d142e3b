#include "rules/air/averages.hpp"

#include <algorithm>
#include <cassert>

#include "rules/air/running_sum.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;

constexpr std::size_t kDayHours = 24;
constexpr std::size_t kOzoneHours = 8;

std::size_t at(Pollutant pollutant) { return static_cast<std::size_t>(pollutant); }

Hj633 edition_of(Instant hour, const AirRules& rules) {
    return rules.edition ? *rules.edition : edition_for(day_of(hour, rules.zone));
}

RunningSum sum_of(const HourlySeries& series, std::size_t first, std::size_t end,
                  Pollutant pollutant, const ReadingLimits& limits) {
    RunningSum sum;
    for (std::size_t i = first; i < end; ++i) {
        const Concentration value = series.hours[i][at(pollutant)];
        if (limits.allows(pollutant, value)) sum.add(value.value());
    }
    return sum;
}

void raise(std::vector<std::int16_t>& aqi, std::size_t hour, std::int16_t index) {
    aqi[hour] = std::max(aqi[hour], index);
}

using TablePair = std::array<const IaqiTable*, 2>;  // by edition

TablePair tables_of(Pollutant pollutant, Averaging averaging) {
    return {&IaqiTable::of(pollutant, averaging, Hj633::k2012),
            &IaqiTable::of(pollutant, averaging, Hj633::k2026)};
}

// Largest 8 h mean wholly inside the hours [first, end) of the calendar; the series may cover less.
std::int64_t largest_eight_hours(const HourlySeries& series, std::int64_t first, std::int64_t end,
                                 const AirRules& rules) {
    const auto size = static_cast<std::int64_t>(series.hours.size());
    std::int64_t largest = kNoSteps;
    for (std::int64_t from = first; from + static_cast<std::int64_t>(kOzoneHours) <= end; ++from) {
        const std::int64_t to = from + static_cast<std::int64_t>(kOzoneHours);
        const auto inside = [&](std::int64_t hour) {
            return static_cast<std::size_t>(std::clamp<std::int64_t>(hour, 0, size));
        };
        const RunningSum sum =
            sum_of(series, inside(from), inside(to), Pollutant::kO3, rules.limits);
        largest = std::max(largest, sum.mean(Pollutant::kO3, rules.ozone_hours_min));
    }
    return largest;
}

std::int16_t sulphur_by_day(const HourlySeries& series, std::size_t hour, const AirRules& rules) {
    const std::size_t first = hour + 1 < kDayHours ? 0 : hour + 1 - kDayHours;
    const std::int64_t mean = sum_of(series, first, hour + 1, Pollutant::kSo2, rules.limits)
                                  .mean(Pollutant::kSo2, rules.day_hours_min);
    if (mean == kNoSteps) return kNoAqi;
    return IaqiTable::of(Pollutant::kSo2, Averaging::k24h,
                         edition_of(series.first + hours(hour), rules))
        .at(mean);
}

// Missing pollutants and whether the day may be published (HJ 633-2026 5.3; 2012: all or none).
void judge_day(AirDay& day, const AirRules& rules) {
    conclude(day.index);
    PollutantSet blocking;
    for (const Pollutant pollutant : kPollutants) {
        if (!day.pollutants[at(pollutant)].concentration.is_missing()) continue;
        day.missing.insert(pollutant);
        const bool is_excused =
            day.edition == Hj633::k2026 && rules.unmonitored.contains(pollutant);
        if (!is_excused) blocking.insert(pollutant);
    }
    if (day.index.aqi == kNoAqi) {
        day.why_not = "六项污染物均无有效数据";
        return;
    }
    day.valid = blocking.empty() || (day.edition == Hj633::k2026 && day.index.aqi > 100);
    if (day.valid) return;
    day.why_not = to_chinese(blocking) + "无有效数据";
    day.why_not += day.edition == Hj633::k2012 ? "(HJ 633-2012:缺一项即不评价)"
                                               : "且其余项目AQI不大于100(HJ 633-2026 5.3)";
}

AirDay day_at(const HourlySeries& series, CivilDay day, const AirRules& rules) {
    AirDay out;
    out.day = day;
    out.edition = rules.edition.value_or(edition_for(day));
    const auto size = static_cast<std::int64_t>(series.hours.size());
    const std::int64_t begin =
        std::chrono::floor<hours>(start_of(day, rules.zone) - series.first).count();
    const std::int64_t end = begin + static_cast<std::int64_t>(kDayHours);
    const auto first = static_cast<std::size_t>(std::clamp<std::int64_t>(begin, 0, size));
    const auto last = static_cast<std::size_t>(std::clamp<std::int64_t>(end, 0, size));
    for (const Pollutant pollutant : kPollutants) {
        DayPollutant& result = out.pollutants[at(pollutant)];
        const RunningSum sum = sum_of(series, first, last, pollutant, rules.limits);
        result.valid_hours = sum.count;
        const bool is_ozone = pollutant == Pollutant::kO3;
        const std::int64_t steps = is_ozone ? largest_eight_hours(series, begin, end, rules)
                                            : sum.mean(pollutant, rules.day_hours_min);
        if (steps == kNoSteps) continue;
        result.concentration = Concentration(decimal_of_steps(pollutant, steps));
        std::int16_t& index = out.index.iaqi[at(pollutant)];
        index = IaqiTable::of(pollutant, is_ozone ? Averaging::k8h : Averaging::k24h, out.edition)
                    .at(steps);
        if (!is_ozone || out.edition != Hj633::k2012) continue;
        const IaqiTable& hourly = IaqiTable::of(pollutant, Averaging::k1h, out.edition);
        for (std::size_t i = first; i < last; ++i) {
            const Concentration value = series.hours[i][at(pollutant)];
            if (!rules.limits.allows(pollutant, value)) continue;
            index = std::max(index, hourly.at(mean_in_steps(pollutant, value.value(), 1)));
        }
    }
    judge_day(out, rules);
    return out;
}

std::int16_t own_index_by(const HourlySeries& series, std::size_t hour, const AirRules& rules,
                          Pollutant pollutant, Hj633 edition) {
    const Concentration value = series.hours[hour][at(pollutant)];
    if (pollutant == Pollutant::kO3 || !rules.limits.allows(pollutant, value)) return kNoAqi;
    return IaqiTable::of(pollutant, Averaging::k24h, edition)
        .at(mean_in_steps(pollutant, value.value(), 1));
}

}  // namespace

AirIndex hourly_index(const HourlySeries& series, std::size_t hour, const AirRules& rules,
                      Ozone ozone) {
    assert(hour < series.hours.size());
    AirIndex index;
    const Hj633 edition = edition_of(series.first + hours(hour), rules);
    for (const Pollutant pollutant : kPollutants) {
        if (pollutant == Pollutant::kO3 && ozone == Ozone::kLeftOut) continue;
        const Concentration value = series.hours[hour][at(pollutant)];
        if (!rules.limits.allows(pollutant, value)) continue;
        std::int16_t& of_pollutant = index.iaqi[at(pollutant)];
        of_pollutant = IaqiTable::of(pollutant, Averaging::k1h, edition)
                           .at(mean_in_steps(pollutant, value.value(), 1));
        if (of_pollutant == kNoAqi) of_pollutant = sulphur_by_day(series, hour, rules);
    }
    conclude(index);
    return index;
}

HourlyAqiSeries hourly_aqi(const HourlySeries& series, const AirRules& rules, Ozone ozone) {
    HourlyAqiSeries out{series.first, std::vector<std::int16_t>(series.hours.size(), kNoAqi)};
    const EditionClock editions(rules);
    for (const Pollutant pollutant : kPollutants) {
        if (pollutant == Pollutant::kO3 && ozone == Ozone::kLeftOut) continue;
        const TablePair tables = tables_of(pollutant, Averaging::k1h);
        for (std::size_t i = 0; i < series.hours.size(); ++i) {
            const Concentration value = series.hours[i][at(pollutant)];
            if (!rules.limits.allows(pollutant, value)) continue;
            const auto edition = static_cast<std::size_t>(editions.of(series.first + hours(i)));
            std::int16_t index = tables[edition]->at(mean_in_steps(pollutant, value.value(), 1));
            if (index == kNoAqi) index = sulphur_by_day(series, i, rules);
            raise(out.aqi, i, index);
        }
    }
    return out;
}

std::int16_t own_index(const HourlySeries& series, std::size_t hour, const AirRules& rules,
                       Pollutant pollutant) {
    assert(hour < series.hours.size());
    return own_index_by(series, hour, rules, pollutant,
                        edition_of(series.first + hours(hour), rules));
}

std::int16_t own_index(const HourlySeries& series, std::size_t hour, const AirRules& rules) {
    assert(hour < series.hours.size());
    const Hj633 edition = edition_of(series.first + hours(hour), rules);
    std::int16_t index = kNoAqi;
    for (const Pollutant pollutant : kPollutants) {
        index = std::max(index, own_index_by(series, hour, rules, pollutant, edition));
    }
    return index;
}

AirIndex rolling_index(const HourlySeries& series, std::size_t hour, const AirRules& rules,
                       Ozone ozone) {
    assert(hour < series.hours.size());
    AirIndex index;
    const Hj633 edition = edition_of(series.first + hours(hour), rules);
    const std::size_t end = hour + 1;
    const std::size_t first = end < kDayHours ? 0 : end - kDayHours;
    for (const Pollutant pollutant : kPollutants) {
        const bool is_ozone = pollutant == Pollutant::kO3;
        if (is_ozone && ozone == Ozone::kLeftOut) continue;
        const RunningSum sum = sum_of(series, first, end, pollutant, rules.limits);
        if (sum.count < rules.day_hours_min) continue;
        const auto last = static_cast<std::int64_t>(end);
        const std::int64_t steps =
            is_ozone ? largest_eight_hours(series, last - static_cast<std::int64_t>(kDayHours),
                                           last, rules)
                     : sum.mean(pollutant, rules.day_hours_min);
        if (steps == kNoSteps) continue;
        index.iaqi[at(pollutant)] =
            IaqiTable::of(pollutant, is_ozone ? Averaging::k8h : Averaging::k24h, edition)
                .at(steps);
    }
    conclude(index);
    return index;
}

std::vector<AirDay> days_of(const HourlySeries& series, const AirRules& rules) {
    std::vector<AirDay> days;
    if (series.hours.empty()) return days;
    const CivilDay last = day_of(series.first + hours(series.hours.size() - 1), rules.zone);
    for (CivilDay day = day_of(series.first, rules.zone); day <= last;
         day += std::chrono::days{1}) {
        days.push_back(day_at(series, day, rules));
    }
    return days;
}

AirDay day_from_means(CivilDay day, const HourlyConcentrations& means, const AirRules& rules) {
    AirDay out;
    out.day = day;
    out.edition = rules.edition.value_or(edition_for(day));
    for (const Pollutant pollutant : kPollutants) {
        const Concentration value = means[at(pollutant)];
        if (!rules.limits.allows(pollutant, value)) continue;
        const std::int64_t steps = mean_in_steps(pollutant, value.value(), 1);
        const Averaging averaging = pollutant == Pollutant::kO3 ? Averaging::k8h : Averaging::k24h;
        out.pollutants[at(pollutant)].concentration =
            Concentration(decimal_of_steps(pollutant, steps));
        out.index.iaqi[at(pollutant)] = IaqiTable::of(pollutant, averaging, out.edition).at(steps);
    }
    judge_day(out, rules);
    return out;
}

DailyAqiSeries aqi_of(const std::vector<AirDay>& days) {
    DailyAqiSeries out;
    if (!days.empty()) out.first = days.front().day;
    for (const AirDay& day : days) out.aqi.push_back(day.valid ? day.index.aqi : kNoAqi);
    return out;
}

std::vector<UnusableReading> unusable_readings(const HourlySeries& series,
                                               const ReadingLimits& limits) {
    std::vector<UnusableReading> found;
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        for (const Pollutant pollutant : kPollutants) {
            const Concentration value = series.hours[i][at(pollutant)];
            if (value.is_missing() || limits.allows(pollutant, value)) continue;
            found.push_back({series.first + hours(i), pollutant, value.value()});
        }
    }
    return found;
}

}  // namespace qk::rules
