#include "rules/compliance/usual.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace qk::rules {
namespace {

using std::chrono::hours;

constexpr double kRunsAbove = 0.4;  // of normal: production clearly runs
constexpr double kStandsBelow = 0.2;
constexpr double kOnAbove = 0.2;  // treatment
constexpr hours kRunOut{2};       // treatment may go on for so long after production
constexpr std::size_t kPairsLeast = 96;
constexpr double kFallMost = 5;  // no chance falls faster than this power
constexpr double kFallLeast = 2;
constexpr double kFanPower = 3;  // power of a fan by its speed

double hours_of(std::chrono::seconds length) { return static_cast<double>(length.count()) / 3600; }

double quantile(std::vector<double> values, double share) {
    if (values.empty()) return 0;
    const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + place, values.end());
    return values[static_cast<std::size_t>(place)];
}

// The valid readings before the order, outside other orders.
std::vector<PowerReading> ordinary(const PowerSeries& series, Instant before,
                                   std::span<const Span> excluded) {
    std::vector<PowerReading> kept;
    for (const PowerReading& reading : series.readings) {
        if (reading.end > before) break;
        if (!reading.valid || !std::isfinite(reading.kw)) continue;
        const bool is_out = std::ranges::any_of(
            excluded, [&](const Span& span) { return span.holds(reading.end - series.interval); });
        if (!is_out) kept.push_back(reading);
    }
    return kept;
}

const PowerReading* at(const std::vector<PowerReading>& readings, Instant end) {
    const auto found = std::ranges::lower_bound(readings, end, {}, &PowerReading::end);
    return found != readings.end() && found->end == end ? &*found : nullptr;
}

// A day that was left out is no silence.
bool is_excused(const Span& gap, std::span<const Span> excluded) {
    return std::ranges::any_of(excluded, [&](const Span& span) { return span.overlaps(gap); });
}

// Longest stretches of silence, of zeros and of one value.
void look_along(const std::vector<PowerReading>& readings, std::chrono::minutes interval,
                std::span<const Span> excluded, UsualMeter& usual) {
    std::chrono::seconds zero{0};
    std::chrono::seconds flat{0};
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const bool goes_on = i > 0 && readings[i].end == readings[i - 1].end + interval;
        if (i > 0 && !goes_on) {
            const Span gap{readings[i - 1].end, readings[i].end - interval};
            if (!is_excused(gap, excluded)) {
                usual.silent_h = std::max(usual.silent_h, hours_of(gap.length()));
            }
        }
        const bool is_same = goes_on && readings[i].kw == readings[i - 1].kw;
        const std::chrono::seconds before_it = is_same ? flat : std::chrono::seconds{0};
        zero =
            readings[i].kw > 0 ? std::chrono::seconds{0} : (goes_on ? zero : hours{0}) + interval;
        flat = readings[i].kw > 0 ? before_it + interval : std::chrono::seconds{0};
        usual.zero_h = std::max(usual.zero_h, hours_of(zero));
        usual.flat_h = std::max(usual.flat_h, hours_of(flat));
    }
}

double step_of(const std::vector<PowerReading>& readings) {
    std::vector<double> values;
    values.reserve(readings.size());
    for (const PowerReading& reading : readings) values.push_back(reading.kw);
    std::ranges::sort(values);
    constexpr double kNone = 1e-6;
    double step = 0;
    for (std::size_t i = 1; i < values.size(); ++i) {
        const double apart = values[i] - values[i - 1];
        if (apart > kNone && (step <= 0 || apart < step)) step = apart;
    }
    return step;
}

double repeated_share_of(const std::vector<PowerReading>& readings) {
    double worst = 0;
    std::size_t most = 0;
    for (int lag = 1; lag <= kUsualLagDays; ++lag) {
        std::size_t pairs = 0;
        std::size_t equal = 0;
        auto other = readings.begin();
        for (const PowerReading& reading : readings) {
            const Instant then = reading.end - hours{24 * lag};
            while (other->end < then) ++other;
            if (other->end != then || reading.kw <= 0) continue;
            ++pairs;
            equal += other->kw == reading.kw ? 1 : 0;
        }
        most = std::max(most, pairs);
        if (pairs < kPairsLeast) continue;
        worst = std::max(worst, static_cast<double>(equal) / static_cast<double>(pairs));
    }
    return most < kPairsLeast ? 1 : worst;
}

UsualMeter meter_of(const PowerSeries& series, const std::vector<PowerReading>& readings,
                    std::span<const Span> excluded) {
    UsualMeter usual;
    usual.meter = series.meter.id;
    if (readings.empty()) return usual;
    usual.days = hours_of(series.interval) * static_cast<double>(readings.size()) / 24;
    usual.last_end = readings.back().end;
    look_along(readings, series.interval, excluded, usual);
    usual.step_kw = step_of(readings);
    usual.repeated_share = repeated_share_of(readings);
    return usual;
}

struct Pair {
    Instant end{};
    double production = 0;  // share of normal
    double treatment = 0;
};

double normal_of(const std::vector<double>& values) { return quantile(values, 0.9); }

// Both at the same instants, by what is normal of each.
std::vector<Pair> pairs_of(const std::vector<PowerReading>& treatment,
                           const std::vector<const std::vector<PowerReading>*>& production) {
    std::vector<Pair> pairs;
    std::vector<double> sums;
    std::vector<double> own;
    for (const PowerReading& reading : treatment) {
        double sum = 0;
        bool is_whole = !production.empty();
        for (const auto* readings : production) {
            const PowerReading* other = at(*readings, reading.end);
            is_whole = is_whole && other != nullptr;
            if (other != nullptr) sum += other->kw;
        }
        if (!is_whole) continue;
        pairs.push_back({reading.end, sum, reading.kw});
        sums.push_back(sum);
        own.push_back(reading.kw);
    }
    const double normal_sum = normal_of(sums);
    const double normal_own = normal_of(own);
    if (normal_sum <= 0 || normal_own <= 0) return {};
    for (Pair& pair : pairs) {
        pair.production /= normal_sum;
        pair.treatment /= normal_own;
    }
    return pairs;
}

// By least squares of the logarithms, and three of its errors more: readings that follow each other
// are no independent witnesses, so the error is taken four times.
double exponent_of(const std::vector<Pair>& running) {
    const auto count = static_cast<double>(running.size());
    double x = 0;
    double y = 0;
    for (const Pair& pair : running) {
        x += std::log(pair.production) / count;
        y += std::log(std::max(pair.treatment, 1e-3)) / count;
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (const Pair& pair : running) {
        const double a = std::log(pair.production) - x;
        const double b = std::log(std::max(pair.treatment, 1e-3)) - y;
        xx += a * a;
        xy += a * b;
        yy += b * b;
    }
    if (xx <= 0) return kFanPower;
    const double slope = xy / xx;
    const double error = std::sqrt(std::max(0.0, yy - slope * xy) / std::max(1.0, count - 2) / xx);
    constexpr double kErrors = 3 * 4;
    return std::clamp(slope + kErrors * error, 0.0, kFanPower);
}

UsualTreatment treatment_of(const PowerSeries& series, const std::vector<Pair>& pairs) {
    UsualTreatment usual;
    usual.meter = series.meter.id;
    std::vector<Pair> running;
    std::vector<double> treated;
    std::vector<double> produced;
    std::size_t standing = 0;
    std::size_t on = 0;
    std::optional<Instant> ran;
    for (const Pair& pair : pairs) {
        if (pair.production >= kRunsAbove) {
            running.push_back(pair);
            treated.push_back(pair.treatment);
            produced.push_back(pair.production);
        }
        if (pair.production > kStandsBelow) ran = pair.end;
        if (pair.production > kStandsBelow || (ran && pair.end - *ran <= kRunOut)) continue;
        ++standing;
        on += pair.treatment > kOnAbove ? 1 : 0;
    }
    const double hours_each = hours_of(series.interval);
    usual.running_h = hours_each * static_cast<double>(running.size());
    usual.standing_h = hours_each * static_cast<double>(standing);
    if (standing > 0) {
        usual.on_while_standing = static_cast<double>(on) / static_cast<double>(standing);
    }
    if (running.empty()) return usual;
    usual.low_share = quantile(treated, 0.005);
    usual.production_low = quantile(produced, 0.05);
    usual.exponent = exponent_of(running);
    return usual;
}

std::optional<UsualRest> rest_of(const std::vector<PowerReading>& rest, Zone zone) {
    std::map<DayBlock, std::pair<double, int>> sums;
    for (const PowerReading& reading : rest) {
        auto& [sum, count] = sums[block_of(reading.end, zone)];
        sum += reading.kw;
        ++count;
    }
    std::array<std::vector<double>, UsualRest::kBlocks> by_block;
    for (const auto& [block, sum] : sums) {
        by_block[block.block].push_back(sum.first / sum.second);
    }
    UsualRest usual;
    for (std::size_t i = 0; i < by_block.size(); ++i) {
        if (by_block[i].size() < static_cast<std::size_t>(kUsualDaysLeast)) return std::nullopt;
        usual.kw[i] = quantile(by_block[i], 0.5);
        usual.days = std::max(usual.days, static_cast<int>(by_block[i].size()));
    }
    std::vector<double> above;
    std::vector<double> below;
    for (std::size_t i = 0; i < by_block.size(); ++i) {
        for (const double kw : by_block[i]) {
            above.push_back(std::max(0.0, kw - usual.kw[i]));
            below.push_back(std::max(0.0, usual.kw[i] - kw));
        }
    }
    const auto over = tail_of(above);
    const auto under = tail_of(below);
    if (!over || !under) return std::nullopt;
    usual.off = {*over, *under};
    return usual;
}

}  // namespace

const UsualMeter* Usual::meter(const std::string& id) const {
    const auto found = std::ranges::find(meters, id, &UsualMeter::meter);
    return found == meters.end() ? nullptr : &*found;
}

const UsualTreatment* Usual::treatment(const std::string& id) const {
    const auto found = std::ranges::find(treatments, id, &UsualTreatment::meter);
    return found == treatments.end() ? nullptr : &*found;
}

DayBlock block_of(Instant end, Zone zone) {
    const Instant within = end - std::chrono::seconds{1};
    return {day_of(within, zone), static_cast<std::size_t>(hour_of_day(within, zone)) / 4};
}

std::optional<Tail> tail_of(const std::vector<double>& excesses) {
    constexpr std::size_t kLeast = 20;
    if (excesses.size() < kLeast) return std::nullopt;
    Tail tail;
    tail.once_in_20 = std::max(quantile(excesses, 0.95), 1e-9);
    // Of fewer than 200 the greatest stands for what lies beyond once in 200.
    tail.once_in_200 =
        std::max(quantile(excesses, excesses.size() < 200 ? 1.0 : 0.995), 1.2 * tail.once_in_20);
    const double apart = std::log(tail.once_in_200 / tail.once_in_20);
    tail.fall = std::clamp(std::log(10.0) / apart, kFallLeast, kFallMost);
    return tail;
}

std::vector<PowerReading> rest_beside(std::span<const PowerSeries* const> meters) {
    const PowerSeries* total = nullptr;
    std::vector<const PowerSeries*> parts;
    for (const PowerSeries* series : meters) {
        if (series->meter.role != MeterRole::kTotal) {
            parts.push_back(series);
        } else if (total != nullptr) {
            return {};
        } else {
            total = series;
        }
    }
    std::vector<PowerReading> rest;
    if (total == nullptr || parts.empty()) return rest;
    std::vector<std::size_t> cursors(parts.size(), 0);
    for (const PowerReading& reading : total->readings) {
        double sum = 0;
        bool is_whole = reading.valid;
        for (std::size_t i = 0; i < parts.size() && is_whole; ++i) {
            const std::vector<PowerReading>& readings = parts[i]->readings;
            while (cursors[i] < readings.size() && readings[cursors[i]].end < reading.end) {
                ++cursors[i];
            }
            is_whole = cursors[i] < readings.size() && readings[cursors[i]].end == reading.end &&
                       readings[cursors[i]].valid;
            if (is_whole) sum += readings[cursors[i]].kw;
        }
        if (is_whole) rest.push_back({reading.end, reading.kw - sum});
    }
    return rest;
}

Usual usual_of(std::span<const PowerSeries> meters, Instant before, std::span<const Span> excluded,
               Zone zone) {
    Usual usual;
    std::vector<PowerSeries> plain;
    for (const PowerSeries& series : meters) {
        plain.push_back({series.meter, series.interval, ordinary(series, before, excluded)});
        usual.meters.push_back(meter_of(series, plain.back().readings, excluded));
    }
    for (const PowerSeries& series : plain) {
        if (series.meter.role != MeterRole::kTreatment) continue;
        std::vector<const std::vector<PowerReading>*> production;
        for (const PowerSeries& other : plain) {
            const bool is_served =
                series.meter.line.empty() || other.meter.line == series.meter.line;
            if (other.meter.role == MeterRole::kProduction && is_served) {
                production.push_back(&other.readings);
            }
        }
        usual.treatments.push_back(treatment_of(series, pairs_of(series.readings, production)));
    }
    std::vector<const PowerSeries*> all;
    for (const PowerSeries& series : plain) all.push_back(&series);
    usual.rest = rest_of(rest_beside(all), zone);
    return usual;
}

}  // namespace qk::rules
