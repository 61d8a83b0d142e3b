#include "rules/air/averages.hpp"

#include <algorithm>
#include <cassert>

namespace qk::rules {
namespace {

using std::chrono::hours;

constexpr std::size_t kDayHours = 24;
constexpr std::size_t kOzoneHours = 8;
constexpr std::size_t kOzoneWindows = kDayHours - kOzoneHours + 1;  // wholly inside 24 hours
constexpr std::int64_t kNoSteps = -1;

std::size_t at(Pollutant pollutant) { return static_cast<std::size_t>(pollutant); }

Hj633 edition_of(Instant hour, const AirRules& rules) {
    return rules.edition ? *rules.edition : edition_for(day_of(hour, rules.zone));
}

// Gives the edition of hour after hour without asking the calendar each time.
class EditionClock {
 public:
    explicit EditionClock(const AirRules& rules)
        : forced_(rules.edition), change_(start_of(kHj633of2026From, rules.zone)) {}
    [[nodiscard]] Hj633 of(Instant hour) const {
        if (forced_) return *forced_;
        return hour < change_ ? Hj633::k2012 : Hj633::k2026;
    }

 private:
    std::optional<Hj633> forced_;
    Instant change_;
};

// Exact sum of the valid values of the last hours.
struct RunningSum {
    std::int64_t millionths = 0;
    int count = 0;

    void add(Decimal value) {
        millionths += value.millionths;
        ++count;
    }
    void remove(Decimal value) {
        millionths -= value.millionths;
        --count;
    }
    // Rounded mean, or kNoSteps with fewer than `count_min` values.
    [[nodiscard]] std::int64_t mean(Pollutant pollutant, int count_min) const {
        if (count < count_min || count == 0) return kNoSteps;
        return mean_in_steps(pollutant, Decimal{millionths}, count);
    }
};

RunningSum sum_of(const HourlySeries& series, std::size_t first, std::size_t end,
                  Pollutant pollutant, const ReadingLimits& limits) {
    RunningSum sum;
    for (std::size_t i = first; i < end; ++i) {
        const Concentration value = series.hours[i][at(pollutant)];
        if (limits.allows(pollutant, value)) sum.add(value.value());
    }
    return sum;
}

// Sum over a window that slides along a series one hour at a time.
class SlidingSum {
 public:
    SlidingSum(const HourlySeries& series, Pollutant pollutant, std::size_t width,
               const ReadingLimits& limits)
        : series_(series), pollutant_(pollutant), width_(width), limits_(limits) {}

    void move_to(std::size_t hour) {
        const Concentration coming = series_.hours[hour][at(pollutant_)];
        if (limits_.allows(pollutant_, coming)) sum_.add(coming.value());
        if (hour < width_) return;
        const Concentration leaving = series_.hours[hour - width_][at(pollutant_)];
        if (limits_.allows(pollutant_, leaving)) sum_.remove(leaving.value());
    }
    [[nodiscard]] const RunningSum& sum() const { return sum_; }

 private:
    const HourlySeries& series_;
    Pollutant pollutant_;
    std::size_t width_;
    const ReadingLimits& limits_;
    RunningSum sum_;
};

// The largest of the last `kOzoneWindows` values pushed: a queue that only ever falls.
class SlidingMax {
 public:
    void push(std::size_t hour, std::int64_t value) {
        while (size_ > 0 && item(size_ - 1).value <= value) --size_;
        item(size_++) = {hour, value};
        while (item(0).hour + kOzoneWindows <= hour) {
            front_ = (front_ + 1) % kRoom;
            --size_;
        }
    }
    [[nodiscard]] std::int64_t value() const { return item(0).value; }

 private:
    static constexpr std::size_t kRoom = kOzoneWindows + 1;
    struct Item {
        std::size_t hour = 0;
        std::int64_t value = kNoSteps;
    };
    [[nodiscard]] Item& item(std::size_t i) { return items_[(front_ + i) % kRoom]; }
    [[nodiscard]] const Item& item(std::size_t i) const { return items_[(front_ + i) % kRoom]; }

    std::array<Item, kRoom> items_{};
    std::size_t front_ = 0;
    std::size_t size_ = 0;
};

void raise(std::vector<std::int16_t>& aqi, std::size_t hour, std::int16_t index) {
    aqi[hour] = std::max(aqi[hour], index);
}

using TablePair = std::array<const IaqiTable*, 2>;  // by edition

TablePair tables_of(Pollutant pollutant, Averaging averaging) {
    return {&IaqiTable::of(pollutant, averaging, Hj633::k2012),
            &IaqiTable::of(pollutant, averaging, Hj633::k2026)};
}

void raise_by_means(HourlyAqiSeries& out, const HourlySeries& series, Pollutant pollutant,
                    const AirRules& rules) {
    const TablePair tables = tables_of(pollutant, Averaging::k24h);
    const EditionClock editions(rules);
    SlidingSum sum(series, pollutant, kDayHours, rules.limits);
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        sum.move_to(i);
        const std::int64_t mean = sum.sum().mean(pollutant, rules.day_hours_min);
        if (mean == kNoSteps) continue;
        const auto edition = static_cast<std::size_t>(editions.of(series.first + hours(i)));
        raise(out.aqi, i, tables[edition]->at(mean));
    }
}

void raise_by_ozone(HourlyAqiSeries& out, const HourlySeries& series, const AirRules& rules) {
    const TablePair tables = tables_of(Pollutant::kO3, Averaging::k8h);
    const EditionClock editions(rules);
    SlidingSum eight(series, Pollutant::kO3, kOzoneHours, rules.limits);
    SlidingSum day(series, Pollutant::kO3, kDayHours, rules.limits);
    SlidingMax largest;
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        eight.move_to(i);
        day.move_to(i);
        // A window that would begin before the series does has fewer than eight hours, but may have
        // enough values.
        largest.push(i, eight.sum().mean(Pollutant::kO3, rules.ozone_hours_min));
        if (day.sum().count < rules.day_hours_min || largest.value() == kNoSteps) continue;
        const auto edition = static_cast<std::size_t>(editions.of(series.first + hours(i)));
        raise(out.aqi, i, tables[edition]->at(largest.value()));
    }
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

HourlyAqiSeries rolling_aqi(const HourlySeries& series, const AirRules& rules, Ozone ozone) {
    HourlyAqiSeries out{series.first, std::vector<std::int16_t>(series.hours.size(), kNoAqi)};
    for (const Pollutant pollutant : kPollutants) {
        if (pollutant != Pollutant::kO3) raise_by_means(out, series, pollutant, rules);
    }
    if (ozone == Ozone::kCounts) raise_by_ozone(out, series, rules);
    return out;
}

HourlyAqiSeries rolling_aqi(const HourlySeries& series, const AirRules& rules,
                            Pollutant pollutant) {
    HourlyAqiSeries out{series.first, std::vector<std::int16_t>(series.hours.size(), kNoAqi)};
    if (pollutant == Pollutant::kO3) {
        raise_by_ozone(out, series, rules);
    } else {
        raise_by_means(out, series, pollutant, rules);
    }
    return out;
}

std::int16_t own_index(const HourlySeries& series, std::size_t hour, const AirRules& rules,
                       Pollutant pollutant) {
    assert(hour < series.hours.size());
    const Concentration value = series.hours[hour][at(pollutant)];
    if (pollutant == Pollutant::kO3 || !rules.limits.allows(pollutant, value)) return kNoAqi;
    const Hj633 edition = edition_of(series.first + hours(hour), rules);
    return IaqiTable::of(pollutant, Averaging::k24h, edition)
        .at(mean_in_steps(pollutant, value.value(), 1));
}

std::int16_t own_index(const HourlySeries& series, std::size_t hour, const AirRules& rules) {
    std::int16_t index = kNoAqi;
    for (const Pollutant pollutant : kPollutants) {
        index = std::max(index, own_index(series, hour, rules, pollutant));
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
