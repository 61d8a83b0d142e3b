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
constexpr std::array<MethodWords, 5> kMethods{{
    {"mean-of-comparable-days", "可比日同时段均值"},
    {"mean-of-comparable-days-any-type", "可比日同时段均值（不分工作日与周末）"},
    {"rated-power", "额定功率"},
    {"none", "无基准"},
    {"level-and-shape-of-comparable-days", "可比日水平与同时段形状（经校准）"},
}};

std::size_t day_type_of(CivilDay day) { return weekday_kind(day) == DayKind::kWorking ? 0 : 1; }

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

std::vector<DayLoad> sum_days(const PowerSeries& series, const Span& span,
                              std::span<const Span> excluded, minutes slot, Zone zone) {
    const auto slots = static_cast<std::size_t>(kDay / slot);
    std::map<CivilDay, DayLoad> by_day;
    for (const PowerReading& reading : series.readings) {
        if (!reading.valid || reading.end <= span.from || reading.end > span.to) continue;
        const CivilDay day = day_of(reading.end - std::chrono::seconds{1}, zone);
        DayLoad& sums = by_day[day];
        if (sums.kw.empty()) {
            sums.day = day;
            sums.kw.assign(slots, 0);
            sums.readings.assign(slots, 0);
        }
        const std::size_t index = slot_index(reading.end, slot, zone);
        sums.kw[index] += reading.kw;
        ++sums.readings[index];
    }
    std::vector<DayLoad> days;
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
std::vector<const DayLoad*> alike(const std::vector<const DayLoad*>& days, std::size_t count) {
    if (days.empty()) return {};
    std::vector<double> means;
    for (const DayLoad* day : days) means.push_back(day->mean_kw);
    const double median = median_of(means);
    std::vector<const DayLoad*> kept;
    for (const DayLoad* day : days) {
        if (day->mean_kw >= 0.5 * median && day->mean_kw <= 1.7 * median) kept.push_back(day);
    }
    if (kept.size() > count) {
        kept.erase(kept.begin(), kept.end() - static_cast<std::ptrdiff_t>(count));
    }
    return kept;
}

DayProfile profile_of(const std::vector<const DayLoad*>& days, std::size_t slots,
                      const JudgingParameters& parameters) {
    DayProfile profile;
    profile.kw.assign(slots, 0);
    double mean = 0;
    for (const DayLoad* day : days) {
        profile.days.push_back(day->day);
        mean += day->mean_kw / static_cast<double>(days.size());
    }
    for (std::size_t i = 0; i < slots; ++i) {
        double sum = 0;
        int count = 0;
        for (const DayLoad* day : days) {
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
    for (const DayLoad* day : days) {
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
                const std::vector<const DayLoad*>& days, Zone zone) {
    std::set<CivilDay> used;
    for (const DayLoad* day : days) used.insert(day->day);
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

const SpecialDay* MeterBaseline::special_day(CivilDay day) const {
    const auto found = std::ranges::lower_bound(special_days, day, {}, &SpecialDay::day);
    return found != special_days.end() && found->day == day ? &*found : nullptr;
}

DayKind MeterBaseline::kind_of(CivilDay day) const {
    const SpecialDay* special = special_day(day);
    return special != nullptr ? special->kind : weekday_kind(day);
}

const DayProfile& MeterBaseline::profile_at(Instant end, Zone zone) const {
    const DayKind kind = kind_of(day_of(end - std::chrono::seconds{1}, zone));
    return profiles[static_cast<std::size_t>(kind)];
}

std::optional<double> MeterBaseline::kw_at(Instant end, Zone zone) const {
    switch (method) {
        case BaselineMethod::kNoBaseline:
            return std::nullopt;
        case BaselineMethod::kRatedPower:
            return rated_kw;
        case BaselineMethod::kComparableDays:
        case BaselineMethod::kComparableDaysAnyType:
        case BaselineMethod::kLevelAndShape:
            break;
    }
    return profile_at(end, zone).kw[slot_index(end, slot, zone)];
}

namespace {

// By the mean of comparable days, where there are enough of them.
void set_by_mean(MeterBaseline& baseline, const PowerSeries& series,
                 const std::vector<DayLoad>& days, const JudgingParameters& parameters, Zone zone) {
    const auto slots = static_cast<std::size_t>(kDay / baseline.slot);
    const auto wanted = static_cast<std::size_t>(parameters.baseline_days);
    const auto enough = static_cast<std::size_t>(parameters.baseline_days_min);
    std::array<std::vector<const DayLoad*>, 2> by_type;
    std::vector<const DayLoad*> all;
    for (const DayLoad& day : days) {
        by_type[day_type_of(day.day)].push_back(&day);
        all.push_back(&day);
    }
    const auto working = alike(by_type[0], wanted);
    const auto weekend = alike(by_type[1], wanted);
    if (working.size() >= enough && weekend.size() >= std::min<std::size_t>(enough, 2)) {
        baseline.method = BaselineMethod::kComparableDays;
        baseline.profiles.fill(profile_of(weekend, slots, parameters));
        baseline.profiles[0] = profile_of(working, slots, parameters);
        set_levels(baseline, series, working, zone);
        return;
    }
    const auto any = alike(all, wanted);
    if (any.size() < enough) return;
    baseline.method = BaselineMethod::kComparableDaysAnyType;
    baseline.profiles.fill(profile_of(any, slots, parameters));
    set_levels(baseline, series, any, zone);
}

void set_special_days(MeterBaseline& baseline, Instant before, const WorkCalendar& calendar,
                      Zone zone) {
    const CivilDay first = day_of(before, zone);
    for (int ahead = 0; ahead < kSpecialDaysAhead; ++ahead) {
        const CivilDay day = first + std::chrono::days{ahead};
        const DayKind kind = calendar.kind_of(day);
        const Holiday* holiday = calendar.holiday_about(day);
        if (kind == weekday_kind(day) && holiday == nullptr) continue;
        const bool is_ramp =
            holiday != nullptr && holiday->closing_days + holiday->opening_days > 0;
        baseline.special_days.push_back(
            {day, kind, is_ramp, holiday != nullptr ? holiday->name : std::string{}});
    }
}

// The day of the order up to the order tells of that day more than those before it: the level moves
// by its weight, for the part of the day that was seen.
double day_of_adjustment(const MeterBaseline& baseline, const PowerSeries& series, Instant before,
                         std::span<const Span> excluded, Zone zone) {
    const Span seen{start_of(day_of(before, zone), zone), before};
    for (const Span& other : excluded) {
        if (seen.overlaps(other)) return 1;
    }
    double measured = 0;
    double guessed = 0;
    for (const PowerReading& reading : series.readings) {
        if (!reading.valid || reading.end <= seen.from || reading.end > seen.to) continue;
        measured += reading.kw;
        guessed += baseline.kw_at(reading.end, zone).value_or(0);
    }
    double whole = 0;
    for (const double kw : baseline.profile_at(before, zone).kw) whole += kw;
    if (guessed <= 0 || whole <= 0) return 1;
    const double ratio = measured / guessed;
    // A line that stood, or one that ran as never before, is no measure of its work.
    if (ratio < 0.7 || ratio > 1.3) return 1;
    const double part = std::min(1.0, guessed / whole);
    return 1 + baseline.calibration->level_weight * part * (ratio - 1);
}

// By level and shape, where the look-back is long enough to have tried it.
void set_by_level(MeterBaseline& baseline, const PowerSeries& series, Instant before,
                  std::span<const Span> excluded, std::vector<DayLoad> days,
                  const JudgingParameters& parameters, Zone zone) {
    static const WorkCalendar kWeekdaysAlone;
    const WorkCalendar& calendar = parameters.calendar ? *parameters.calendar : kWeekdaysAlone;
    for (DayLoad& day : days) {
        day.kind = calendar.kind_of(day.day);
        const Holiday* holiday = calendar.holiday_about(day.day);
        day.is_ramp = holiday != nullptr && holiday->closing_days + holiday->opening_days > 0;
    }
    auto load = calibrate(days, parameters.baseline_spread_min);
    if (!load) return;
    baseline.method = BaselineMethod::kLevelAndShape;
    baseline.last_day = days.back().day;
    baseline.calibration = std::move(load->calibration);
    set_special_days(baseline, before, calendar, zone);
    for (std::size_t kind = 0; kind < kDayKinds; ++kind) {
        DayProfile& profile = baseline.profiles[kind];
        profile.kw = std::move(load->kw[kind]);
        profile.days.clear();
        profile.day_spread = 0;
        profile.slot_spread = 0;
    }
    baseline.profiles[0].days = std::move(load->days);
    const double adjustment = day_of_adjustment(baseline, series, before, excluded, zone);
    baseline.calibration->level_kw *= adjustment;
    for (DayProfile& profile : baseline.profiles) {
        for (double& kw : profile.kw) kw *= adjustment;
    }
}

}  // namespace

MeterBaseline baseline_of(const PowerSeries& series, Instant before, std::span<const Span> excluded,
                          const JudgingParameters& parameters, Zone zone) {
    MeterBaseline baseline;
    baseline.slot = slot_of(series.interval);
    baseline.origin = parameters.origin;
    const Instant since =
        before - minutes_of(parameters.baseline_lookback_days * static_cast<double>(kDay.count()));
    std::vector<DayLoad> days = sum_days(series, {since, before}, excluded, baseline.slot, zone);
    set_by_mean(baseline, series, days, parameters, zone);
    if (baseline.method != BaselineMethod::kNoBaseline) {
        set_by_level(baseline, series, before, excluded, std::move(days), parameters, zone);
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
    if (const auto band = energy_band(baseline, span, interval, zone)) {
        // What a spread stands for: passed on one day in twenty at 1.645 of them.
        expected.spread =
            std::max(band->above.once_in_20 / 1.645 / band->kwh, parameters.baseline_spread_min);
        return expected;
    }
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

double EnergyBand::low(double chance) const { return std::max(0.0, kwh - below.at(chance)); }

namespace {

void add_tail(Tail& into, const Tail& tail, double kwh) {
    into.fall = into.once_in_20 > 0 ? std::min(into.fall, tail.fall) : tail.fall;
    into.once_in_20 += tail.once_in_20 * kwh;
    into.once_in_200 += tail.once_in_200 * kwh;
}

// Pieces of a day are surer than a quarter of an hour and less sure than the day.
Tails tails_of_length(const TailsByLength& tails, double hours) {
    const double block = static_cast<double>(kBlockHours.count());
    const double share = std::clamp((hours - block) / (20 - block), 0.0, 1.0);
    const auto mix = [share](const Tail& a, const Tail& b) {
        return Tail{a.once_in_20 + share * (b.once_in_20 - a.once_in_20),
                    a.once_in_200 + share * (b.once_in_200 - a.once_in_200),
                    std::min(a.fall, b.fall)};
    };
    return {mix(tails.block.above, tails.day.above), mix(tails.block.below, tails.day.below)};
}

}  // namespace

std::optional<EnergyBand> energy_band(const MeterBaseline& baseline, const Span& span,
                                      minutes interval, Zone zone) {
    if (!baseline.calibration || interval.count() <= 0) return std::nullopt;
    const Calibration& calibration = *baseline.calibration;
    const double hours = static_cast<double>(interval.count()) / 60;
    EnergyBand band;
    std::map<CivilDay, double> hours_by_day;
    for (Instant end = span.from + interval; end <= span.to; end += interval) {
        band.kwh += *baseline.kw_at(end, zone) * hours;
        hours_by_day[day_of(end - std::chrono::seconds{1}, zone)] += hours;
    }
    // Days of one plant move together: their errors add up rather than average out.
    for (const auto& [day, length] : hours_by_day) {
        const auto ahead = static_cast<int>((day - baseline.last_day).count());
        const SpecialDay* special = baseline.special_day(day);
        const TailsByLength tails =
            calibration.tails_at(ahead, special != nullptr && special->is_ramp);
        const Tails of_day = tails_of_length(tails, length);
        const double unit_kwh = calibration.level_kw * length;
        add_tail(band.above, of_day.above, unit_kwh);
        add_tail(band.below, of_day.below, unit_kwh);
        const DayKind kind = baseline.kind_of(day);
        band.is_holiday_unknown |= kind == DayKind::kHoliday && !calibration.knows_holidays;
        band.is_rest |= kind != DayKind::kWorking &&
                        calibration.factors[static_cast<std::size_t>(kind)] < kRestsBelow;
    }
    return band;
}

}  // namespace qk::rules
