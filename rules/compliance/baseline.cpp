#include "rules/compliance/baseline.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace qk::rules {
namespace {

using std::chrono::minutes;

constexpr minutes kDay{24 * 60};

struct MethodWords {
    std::string_view english;
    std::string_view chinese;
};
constexpr std::array<MethodWords, 4> kMethods{{
    {"mean-of-comparable-days", "可比日同时段均值"},
    {"mean-of-comparable-days-any-type", "可比日同时段均值（不分工作日与周末）"},
    {"rated-power", "额定功率"},
    {"none", "无基准"},
}};

std::size_t day_type_of(CivilDay day) {
    const std::chrono::weekday weekday{day};
    return weekday == std::chrono::Saturday || weekday == std::chrono::Sunday ? 1 : 0;
}

// A slot length that divides the day; an odd interval falls back to hours.
minutes slot_of(minutes interval) {
    if (interval.count() > 0 && kDay.count() % interval.count() == 0) return interval;
    return minutes{60};
}

std::size_t slot_index(Instant end, minutes slot, Zone zone) {
    // A reading that ends at 00:15 belongs to the first slot; one that ends at 00:00 to the last.
    const int minute = minute_of_day(end - std::chrono::seconds{1}, zone);
    return static_cast<std::size_t>(minute / slot.count());
}

struct DaySums {
    CivilDay day{};
    std::vector<double> kw;     // sum a slot
    std::vector<int> readings;  // count a slot
    int filled = 0;
    double mean_kw = 0;
};

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double quantile_of(std::vector<double>& values, double share) {
    const auto index = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return values[static_cast<std::size_t>(index)];
}

std::vector<DaySums> sum_days(const PowerSeries& series, const Span& span,
                              std::span<const Span> excluded, minutes slot, Zone zone) {
    const auto slots = static_cast<std::size_t>(kDay / slot);
    std::map<CivilDay, DaySums> by_day;
    for (const PowerReading& reading : series.readings) {
        if (!reading.valid || reading.end <= span.from || reading.end > span.to) continue;
        const CivilDay day = day_of(reading.end - std::chrono::seconds{1}, zone);
        DaySums& sums = by_day[day];
        if (sums.kw.empty()) {
            sums.day = day;
            sums.kw.assign(slots, 0);
            sums.readings.assign(slots, 0);
        }
        const std::size_t index = slot_index(reading.end, slot, zone);
        sums.kw[index] += reading.kw;
        ++sums.readings[index];
    }
    std::vector<DaySums> days;
    for (auto& [day, sums] : by_day) {
        const Span whole{start_of(day, zone), start_of(day + std::chrono::days{1}, zone)};
        bool is_excluded = whole.to > span.to;
        for (const Span& other : excluded) is_excluded = is_excluded || whole.overlaps(other);
        double total = 0;
        for (std::size_t i = 0; i < slots; ++i) {
            if (sums.readings[i] == 0) continue;
            sums.kw[i] /= sums.readings[i];
            total += sums.kw[i];
            ++sums.filled;
        }
        // A day with a fifth of its readings missing says too little of what is normal.
        if (is_excluded || sums.filled * 5 < static_cast<int>(slots) * 4) continue;
        sums.mean_kw = total / sums.filled;
        days.push_back(std::move(sums));
    }
    return days;
}

// The last `count` days that are alike: a day far below the median stood still, one far above is a
// fault of the meter or a test run.
std::vector<const DaySums*> alike(const std::vector<const DaySums*>& days, std::size_t count) {
    if (days.empty()) return {};
    std::vector<double> means;
    for (const DaySums* day : days) means.push_back(day->mean_kw);
    const double median = median_of(means);
    std::vector<const DaySums*> kept;
    for (const DaySums* day : days) {
        if (day->mean_kw >= 0.5 * median && day->mean_kw <= 1.7 * median) kept.push_back(day);
    }
    if (kept.size() > count) {
        kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(count));
    }
    return kept;
}

DayProfile profile_of(const std::vector<const DaySums*>& days, std::size_t slots,
                      const JudgingParameters& parameters) {
    DayProfile profile;
    profile.kw.assign(slots, 0);
    double mean = 0;
    for (const DaySums* day : days) {
        profile.days.push_back(day->day);
        mean += day->mean_kw / static_cast<double>(days.size());
    }
    for (std::size_t i = 0; i < slots; ++i) {
        double sum = 0;
        int count = 0;
        for (const DaySums* day : days) {
            if (day->readings[i] == 0) continue;
            sum += day->kw[i];
            ++count;
        }
        profile.kw[i] = count > 0 ? sum / count : mean;
    }
    if (mean <= 0) {
        profile.day_spread = parameters.baseline_spread_min;
        return profile;
    }
    double day_squares = 0;
    double slot_squares = 0;
    std::size_t slot_count = 0;
    for (const DaySums* day : days) {
        const double off = day->mean_kw / mean - 1;
        day_squares += off * off;
        for (std::size_t i = 0; i < slots; ++i) {
            if (day->readings[i] == 0) continue;
            const double about = (day->kw[i] - profile.kw[i] * day->mean_kw / mean) / mean;
            slot_squares += about * about;
            ++slot_count;
        }
    }
    const auto n = static_cast<double>(days.size());
    // One day more than the sample: the mean itself is uncertain by 1/n.
    const double spread = std::sqrt(day_squares / std::max(1.0, n - 1)) * std::sqrt(1 + 1 / n);
    profile.day_spread = std::max(spread, parameters.baseline_spread_min);
    if (slot_count > 0)
        profile.slot_spread = std::sqrt(slot_squares / static_cast<double>(slot_count));
    return profile;
}

void set_levels(MeterBaseline& baseline, const PowerSeries& series,
                const std::vector<const DaySums*>& days, Zone zone) {
    std::set<CivilDay> used;
    for (const DaySums* day : days) used.insert(day->day);
    std::vector<double> values;
    for (const PowerReading& reading : series.readings) {
        if (reading.valid && used.contains(day_of(reading.end - std::chrono::seconds{1}, zone))) {
            values.push_back(reading.kw);
        }
    }
    if (values.empty()) return;
    baseline.normal_kw = quantile_of(values, 0.9);
    baseline.low_kw = quantile_of(values, 0.05);
}

}  // namespace

std::string_view to_text(BaselineMethod method) {
    return kMethods[static_cast<std::size_t>(method)].english;
}
std::string_view to_chinese(BaselineMethod method) {
    return kMethods[static_cast<std::size_t>(method)].chinese;
}
std::optional<BaselineMethod> parse_baseline_method(std::string_view text) {
    for (std::size_t i = 0; i < kMethods.size(); ++i) {
        if (kMethods[i].english == text) return static_cast<BaselineMethod>(i);
    }
    return std::nullopt;
}

const DayProfile& MeterBaseline::profile_at(Instant end, Zone zone) const {
    return profiles[day_type_of(day_of(end - std::chrono::seconds{1}, zone))];
}

std::optional<double> MeterBaseline::kw_at(Instant end, Zone zone) const {
    switch (method) {
        case BaselineMethod::kNoBaseline:
            return std::nullopt;
        case BaselineMethod::kRatedPower:
            return rated_kw;
        case BaselineMethod::kComparableDays:
        case BaselineMethod::kComparableDaysAnyType:
            break;
    }
    return profile_at(end, zone).kw[slot_index(end, slot, zone)];
}

MeterBaseline baseline_of(const PowerSeries& series, Instant before, std::span<const Span> excluded,
                          const JudgingParameters& parameters, Zone zone) {
    MeterBaseline baseline;
    baseline.slot = slot_of(series.interval);
    baseline.origin = parameters.origin;
    const auto slots = static_cast<std::size_t>(kDay / baseline.slot);
    const Instant since =
        before - minutes_of(parameters.baseline_lookback_days * static_cast<double>(kDay.count()));
    const std::vector<DaySums> days =
        sum_days(series, {since, before}, excluded, baseline.slot, zone);
    const auto wanted = static_cast<std::size_t>(parameters.baseline_days);
    const auto enough = static_cast<std::size_t>(parameters.baseline_days_min);

    std::array<std::vector<const DaySums*>, 2> by_type;
    std::vector<const DaySums*> all;
    for (const DaySums& day : days) {
        by_type[day_type_of(day.day)].push_back(&day);
        all.push_back(&day);
    }
    const auto working = alike(by_type[0], wanted);
    const auto weekend = alike(by_type[1], wanted);
    if (working.size() >= enough && weekend.size() >= std::min<std::size_t>(enough, 2)) {
        baseline.method = BaselineMethod::kComparableDays;
        baseline.profiles = {profile_of(working, slots, parameters),
                             profile_of(weekend, slots, parameters)};
        set_levels(baseline, series, working, zone);
        return baseline;
    }
    const auto any = alike(all, wanted);
    if (any.size() >= enough) {
        baseline.method = BaselineMethod::kComparableDaysAnyType;
        baseline.profiles[0] = profile_of(any, slots, parameters);
        baseline.profiles[1] = baseline.profiles[0];
        set_levels(baseline, series, any, zone);
        return baseline;
    }
    if (series.meter.rated_kw && *series.meter.rated_kw > 0) {
        baseline.method = BaselineMethod::kRatedPower;
        baseline.rated_kw = *series.meter.rated_kw;
        baseline.normal_kw = baseline.rated_kw;
    }
    return baseline;
}

std::optional<ExpectedEnergy> expected_energy(const MeterBaseline& baseline, const Span& span,
                                              minutes interval, const JudgingParameters& parameters,
                                              Zone zone) {
    if (baseline.method == BaselineMethod::kNoBaseline) return std::nullopt;
    const double hours = static_cast<double>(interval.count()) / 60;
    ExpectedEnergy expected;
    double square = 0;
    std::map<CivilDay, double> by_day;
    for (Instant end = span.from + interval; end <= span.to; end += interval) {
        const double kwh = *baseline.kw_at(end, zone) * hours;
        expected.kwh += kwh;
        by_day[day_of(end - std::chrono::seconds{1}, zone)] += kwh;
    }
    if (baseline.method == BaselineMethod::kRatedPower) {
        expected.spread = parameters.rated_power_uncertainty;
        return expected;
    }
    if (expected.kwh <= 0) return expected;
    for (const auto& [day, kwh] : by_day) {
        const DayProfile& profile = baseline.profile_at(start_of(day, zone) + interval, zone);
        double slots = kwh / expected.kwh;
        square += slots * slots * profile.day_spread * profile.day_spread;
        const auto count = static_cast<double>(span.length() / interval);
        square += slots * profile.slot_spread * profile.slot_spread / std::max(1.0, count);
    }
    expected.spread = std::max(std::sqrt(square), parameters.baseline_spread_min);
    return expected;
}

}  // namespace qk::rules
