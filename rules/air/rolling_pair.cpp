// One walk along the hours for all pollutants: years of hours are larger than what is near the
// processor, and each walk fetches them anew. A mean is divided only where it could be the worst.
#include <algorithm>
#include <array>
#include <span>

#include "rules/air/rolling_pair.hpp"
#include "rules/air/running_sum.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;

constexpr std::size_t kDayHours = 24;
constexpr std::size_t kOzoneHours = 8;
constexpr std::size_t kOzoneWindows = kDayHours - kOzoneHours + 1;  // wholly inside 24 hours

std::size_t at(Pollutant pollutant) { return static_cast<std::size_t>(pollutant); }

// A window that slides along a series one hour at a time: what comes into it, and what leaves it.
struct Move {
    const HourlyConcentrations& coming;
    const HourlyConcentrations* leaving;  // null: the window is not full yet

    Move(const HourlySeries& series, std::size_t hour, std::size_t width)
        : coming(series.hours[hour]),
          leaving(hour < width ? nullptr : &series.hours[hour - width]) {}
};

// The sum of one pollutant over such a window.
class SlidingSum {
 public:
    SlidingSum(Pollutant pollutant, const ReadingLimits& limits)
        : pollutant_(pollutant), limits_(limits) {}

    void take(const Move& move) {
        const Concentration coming = move.coming[at(pollutant_)];
        if (limits_.allows(pollutant_, coming)) sum_.add(coming.value());
        if (move.leaving == nullptr) return;
        const Concentration leaving = (*move.leaving)[at(pollutant_)];
        if (limits_.allows(pollutant_, leaving)) sum_.remove(leaving.value());
    }
    [[nodiscard]] const RunningSum& sum() const { return sum_; }

 private:
    Pollutant pollutant_;
    ReadingLimits limits_;
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

// For every index the least steps of a mean that give a higher one.
class Thresholds {
 public:
    explicit Thresholds(const IaqiTable& table) {
        least_.fill(kNever);
        std::size_t known = 0;  // least_[0] is that of no index at all
        for (std::int64_t steps = 0; steps < kStepsMax && known < least_.size(); ++steps) {
            const auto index = static_cast<std::size_t>(std::max<int>(table.at(steps), -1) + 1);
            for (; known < std::min(index, least_.size()); ++known) least_[known] = steps;
        }
    }
    [[nodiscard]] std::int64_t beyond(std::int16_t index) const {
        const auto place = static_cast<std::size_t>(index + 1);
        return place < least_.size() ? least_[place] : kNever;
    }

 private:
    static constexpr std::int64_t kStepsMax = 20'000;  // beyond the end of every scale
    static constexpr std::int64_t kNever = 1'000'000'000;
    std::array<std::int64_t, 501> least_{};  // of no index, and of 0 to 499: 500 is the end
};
static_assert(kNoAqi == -1);

const Thresholds& thresholds_of(Pollutant pollutant, std::size_t edition) {
    using OfEditions = std::array<Thresholds, 2>;
    static const auto kAll = [] {
        const auto of = [](Pollutant p) {
            const TablePair tables = tables_of(p, Averaging::k24h);
            return OfEditions{Thresholds(*tables[0]), Thresholds(*tables[1])};
        };
        return std::array<OfEditions, kPollutantCount>{of(kPollutants[0]), of(kPollutants[1]),
                                                       of(kPollutants[2]), of(kPollutants[3]),
                                                       of(kPollutants[4]), of(kPollutants[5])};
    }();
    return kAll[at(pollutant)][edition];
}

// The 24 hours of one pollutant, hour by hour.
class MeanOfDay {
 public:
    MeanOfDay(Pollutant pollutant, const AirRules& rules)
        : pollutant_(pollutant),
          hours_min_(rules.day_hours_min),
          step_(decimal_of_steps(pollutant, 1).millionths),
          tables_(tables_of(pollutant, Averaging::k24h)),
          thresholds_{&thresholds_of(pollutant, 0), &thresholds_of(pollutant, 1)},
          sum_(pollutant, rules.limits) {}

    // Its index at the next hour where that is above `than`; else some index that is not.
    std::int16_t index_above(std::int16_t than, const Move& move, std::size_t edition) {
        sum_.take(move);
        const RunningSum& sum = sum_.sum();
        if (sum.count < hours_min_ || sum.count == 0) return kNoAqi;
        // A mean is rounded half to even: what lies below the half cannot reach the step.
        const std::int64_t least = thresholds_[edition]->beyond(than);
        if (2 * sum.millionths < (2 * least - 1) * sum.count * step_) return kNoAqi;
        return tables_[edition]->at(sum.mean(pollutant_, hours_min_));
    }

 private:
    Pollutant pollutant_;
    int hours_min_;
    std::int64_t step_;
    TablePair tables_;
    std::array<const Thresholds*, 2> thresholds_;
    SlidingSum sum_;
};

HourlyAqiSeries nothing_of(const HourlySeries& series) {
    return {series.first, std::vector<std::int16_t>(series.hours.size(), kNoAqi)};
}

// The worst index of the pollutants' means; that of the first of them alone into `first`, which may
// be nowhere.
void walk(const HourlySeries& series, const AirRules& rules, std::span<const Pollutant> pollutants,
          HourlyAqiSeries& worst, HourlyAqiSeries* first) {
    const EditionClock editions(rules);
    std::vector<MeanOfDay> means;
    means.reserve(pollutants.size());
    for (const Pollutant pollutant : pollutants) means.emplace_back(pollutant, rules);
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        const auto edition = static_cast<std::size_t>(editions.of(series.first + hours(i)));
        const Move move(series, i, kDayHours);
        std::int16_t index = means.front().index_above(kNoAqi, move, edition);
        if (first != nullptr) first->aqi[i] = index;
        for (MeanOfDay& mean : std::span(means).subspan(1)) {
            index = std::max(index, mean.index_above(index, move, edition));
        }
        worst.aqi[i] = index;
    }
}

// PM2.5 before the others.
constexpr std::array kByMeans{Pollutant::kPm25, Pollutant::kPm10, Pollutant::kSo2, Pollutant::kNo2,
                              Pollutant::kCo};
static_assert(kByMeans.size() + 1 == kPollutantCount);  // ozone's day is no mean

void raise_by_ozone(HourlyAqiSeries& out, const HourlySeries& series, const AirRules& rules) {
    const TablePair tables = tables_of(Pollutant::kO3, Averaging::k8h);
    const EditionClock editions(rules);
    SlidingSum eight(Pollutant::kO3, rules.limits);
    SlidingSum day(Pollutant::kO3, rules.limits);
    SlidingMax largest;
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        eight.take({series, i, kOzoneHours});
        day.take({series, i, kDayHours});
        // A window that would begin before the series does has fewer than eight hours, but may have
        // enough values.
        largest.push(i, eight.sum().mean(Pollutant::kO3, rules.ozone_hours_min));
        if (day.sum().count < rules.day_hours_min || largest.value() == kNoSteps) continue;
        const auto edition = static_cast<std::size_t>(editions.of(series.first + hours(i)));
        raise(out.aqi, i, tables[edition]->at(largest.value()));
    }
}

}  // namespace

HourlyAqiSeries rolling_aqi(const HourlySeries& series, const AirRules& rules, Ozone ozone) {
    HourlyAqiSeries out = nothing_of(series);
    walk(series, rules, kByMeans, out, nullptr);
    if (ozone == Ozone::kCounts) raise_by_ozone(out, series, rules);
    return out;
}

HourlyAqiSeries rolling_aqi(const HourlySeries& series, const AirRules& rules,
                            Pollutant pollutant) {
    HourlyAqiSeries out = nothing_of(series);
    if (pollutant == Pollutant::kO3) {
        raise_by_ozone(out, series, rules);
    } else {
        walk(series, rules, std::span(&pollutant, 1), out, nullptr);
    }
    return out;
}

RollingOzone rolling_with_ozone(const HourlySeries& series, const AirRules& rules) {
    RollingOzone out{nothing_of(series), {}};
    walk(series, rules, kByMeans, out.left_out, nullptr);
    out.counts = out.left_out;
    raise_by_ozone(out.counts, series, rules);
    return out;
}

RollingPair rolling_pair(const HourlySeries& series, const AirRules& rules, Ozone ozone) {
    RollingPair out{nothing_of(series), nothing_of(series)};
    walk(series, rules, kByMeans, out.all, &out.pm25);
    if (ozone == Ozone::kCounts) raise_by_ozone(out.all, series, rules);
    return out;
}

}  // namespace qk::rules
