#include "rules/compliance/calibration.hpp"

#include <algorithm>
#include <cmath>

namespace qk::rules {
namespace {

constexpr std::size_t kShapeDays = 8;     // of one kind that make its shape
constexpr std::size_t kFactorDays = 5;    // of one kind that make its factor
constexpr std::size_t kLevelDays = 40;    // that the level looks back on
constexpr int kNeighbourDays = 4;         // working days about a day that its factor compares with
constexpr double kLevelStepMost = 0.15;   // one odd day moves the level no farther
constexpr std::size_t kUnlikeMost = 5;    // so many unlike days in a row are the new normal
constexpr std::size_t kSettlingDays = 3;  // after an unlike day the level is in doubt
constexpr double kAlikeFrom = 0.5;        // below this share of the usual a day stood still
constexpr double kAlikeTo = 1.7;          // above it, a fault of the meter or a test run
constexpr double kMovedDown = 0.8;     // a day below this share of those before may be a step down
constexpr double kLowMoreOften = 2;    // low days so many times as often as before are a step
constexpr std::size_t kMovedDays = 7;  // working days in which a step down leaves doubt
constexpr std::size_t kBeforeMoved = 10;  // working days before them that it is compared with
constexpr double kRaisedLeast = 0.1;      // a rise of less is not called one
constexpr double kRaisedStep = 0.03;      // between the least raised day and the most before
constexpr double kForget = 0.97;          // a day, of how a weight of the level has fared
constexpr double kErrorMemory = 0.05;     // a day, of how large errors are
constexpr double kTrendKept = 0.6;        // a day, of the change from day to day
constexpr double kAlphaInner = 0.05;      // on each side: 90 % inside
constexpr double kAlphaOuter = 0.005;     // 99 % inside
constexpr double kStepInner = 0.5;
constexpr double kStepOuter = 2.0;
constexpr double kStartInner = 1.8;  // a tenth beyond a normal error, before anything is known
constexpr double kStartOuter = 3.2;  // rather wide at first
constexpr double kWildest = 1.6;     // times what was seen: as far as a limit jumps at once
constexpr double kOuterLeast = 3.2;  // and no nearer later: rare days are rare
constexpr double kOuterLeastOfSlot = 3.8;  // single readings are wilder than hours
constexpr double kOuterTimesLeast = 1.5;   // the inner limit
constexpr double kRampWiderADay = 0.15;    // ahead, while plants close down or start up
constexpr double kFallMost = 5;            // no chance falls faster than this power
constexpr double kFallLeast = 1;
// In scales: that the inner limit of a quiet series lies nearer says nothing of rare days.
constexpr double kInnerForFall = 2.0;
constexpr double kMeanToSpread = 1.2533;  // mean distance to standard deviation, normal error

constexpr std::size_t kWeights = 6;
constexpr std::array<double, kWeights> kLevelWeights{0.08, 0.2, 0.4, 0.7, 1.0, 1.0};
constexpr std::size_t kTrend = kWeights - 1;  // the last follows the trend too

std::size_t index_of(DayKind kind) { return static_cast<std::size_t>(kind); }

double median_of_values(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// One limit led along: days beyond it come out at `alpha`.
struct Limit {
    double q;
    double alpha;
    double step;

    // `beyond`: the share of a day beyond the limit; `farthest`: by how much at most.
    void learn(double beyond, double farthest) {
        const double moved = q * std::exp(step * (beyond - alpha));
        // One wild day says that there are such days, not that all are as wild.
        q = moved > q ? std::max(q, std::min(moved, kWildest * farthest)) : moved;
    }
};

struct SideLimits {
    double outer_least = kOuterLeast;
    Limit inner{kStartInner, kAlphaInner, kStepInner};
    Limit outer{kStartOuter, kAlphaOuter, kStepOuter};

    [[nodiscard]] Tail tail(double scale) const {
        const double out = std::max({outer.q, kOuterTimesLeast * inner.q, outer_least});
        const double apart = std::log(out / std::max(inner.q, kInnerForFall));
        const double fall = std::log(kAlphaInner / kAlphaOuter) / std::max(apart, 1e-9);
        return {inner.q * scale, out * scale, std::clamp(fall, kFallLeast, kFallMost)};
    }
};

// The errors of one length of time (slot, block, day) on one day, in scales.
struct Errors {
    std::vector<double> z;

    [[nodiscard]] double share_above(double limit) const {
        const auto count = std::ranges::count_if(z, [&](double one) { return one > limit; });
        return z.empty() ? 0 : static_cast<double>(count) / static_cast<double>(z.size());
    }
};

struct LengthLimits {
    SideLimits above;
    SideLimits below;

    void learn(const Errors& errors, bool up, bool down) {
        Errors turned = errors;
        for (double& z : turned.z) z = -z;
        const auto teach = [](SideLimits& side, const Errors& of) {
            const double most = of.z.empty() ? 0 : *std::ranges::max_element(of.z);
            side.inner.learn(of.share_above(side.inner.q), most);
            side.outer.learn(of.share_above(side.outer.q), most);
        };
        if (up) teach(above, errors);
        if (down) teach(below, turned);
    }
    [[nodiscard]] Tails tails(double scale) const { return {above.tail(scale), below.tail(scale)}; }
};

Tail between(const Tail& a, const Tail& b, double share) {
    return {a.once_in_20 + share * (b.once_in_20 - a.once_in_20),
            a.once_in_200 + share * (b.once_in_200 - a.once_in_200), std::min(a.fall, b.fall)};
}
Tails between(const Tails& a, const Tails& b, double share) {
    return {between(a.above, b.above, share), between(a.below, b.below, share)};
}

Tail times(const Tail& tail, double by) {
    return {tail.once_in_20 * by, tail.once_in_200 * by, tail.fall};
}
Tails times(const Tails& tails, double by) {
    return {times(tails.above, by), times(tails.below, by)};
}

// What is guessed for a day from the days up to one.
struct Guess {
    std::vector<double> kw;
    // The measure of errors: of a quiet day's own small load they would be exaggerated, and while
    // plants close down or start up larger ones are usual.
    double unit_kw = 0;
};

// Goes through the days once, guessing each from those before it.
class Replay {
 public:
    Replay(std::span<const DayLoad> days, double spread_min)
        : days_(days), slots_(days.empty() ? 0 : days.front().kw.size()), spread_min_(spread_min) {
        next_.scale_slot.assign(slots_, 0);
        later_.scale_slot.assign(slots_, 0);
    }

    std::optional<CalibratedLoad> run() {
        for (std::size_t i = 0; i < days_.size(); ++i) {
            once_above_.push_back(next_.day.tails(next_.scale_day).above.once_in_200);
            try_day(i, 1, next_);
            try_day(i, static_cast<std::size_t>(kLaterDays), later_);
            take(i);
        }
        if (days_.size() < static_cast<std::size_t>(kDaysToTry) || next_.tried < 3) {
            return std::nullopt;
        }
        return result();
    }

 private:
    // What one horizon has learned.
    struct Horizon {
        LengthLimits slot{{kOuterLeastOfSlot}, {kOuterLeastOfSlot}};
        LengthLimits block;
        LengthLimits day;
        double scale_day = 0;
        double scale_block = 0;
        std::vector<double> scale_slot;
        int tried = 0;
        double held_90 = 0;
        double held_99 = 0;
    };

    [[nodiscard]] double working_mean_about(std::size_t i, std::size_t known) const {
        double sum = 0;
        int count = 0;
        const auto consider = [&](std::size_t j) {
            const auto apart = (days_[j].day - days_[i].day).count();
            if (std::abs(apart) > kNeighbourDays) return false;
            if (days_[j].kind == DayKind::kWorking && alike_[j]) {
                sum += days_[j].mean_kw;
                ++count;
            }
            return true;
        };
        for (std::size_t j = i; j-- > 0 && consider(j);) {
        }
        for (std::size_t j = i + 1; j < known && consider(j); ++j) {
        }
        return count > 0 ? sum / count : 0;
    }

    // Of each kind, from the days before `known`; 0 where none was seen.
    [[nodiscard]] std::array<double, kDayKinds> factors(std::size_t known) const {
        std::array<double, kDayKinds> factors{1, 0, 0, 0};
        std::array<double, kDayKinds> sums{};
        std::array<std::size_t, kDayKinds> counts{};
        for (std::size_t i = known; i-- > 0;) {
            const std::size_t kind = index_of(days_[i].kind);
            if (kind == 0 || counts[kind] == kFactorDays || !alike_[i]) continue;
            const double about = working_mean_about(i, known);
            if (about <= 0) continue;
            sums[kind] += days_[i].mean_kw / about;
            ++counts[kind];
        }
        for (std::size_t kind = 1; kind < kDayKinds; ++kind) {
            if (counts[kind] > 0) factors[kind] = sums[kind] / static_cast<double>(counts[kind]);
        }
        const std::size_t saturday = index_of(DayKind::kSaturday);
        const std::size_t sunday = index_of(DayKind::kSunday);
        const std::size_t holiday = index_of(DayKind::kHoliday);
        if (counts[sunday] == 0) factors[sunday] = counts[saturday] > 0 ? factors[saturday] : 1;
        if (counts[saturday] == 0) factors[saturday] = factors[sunday];
        if (counts[holiday] < 2) factors[holiday] = factors[sunday];
        return factors;
    }

    // Adds the last days of a kind; how many there were.
    std::size_t add_shape(DayKind kind, std::size_t known, std::vector<double>& sums,
                          std::vector<int>& counts) const {
        std::size_t taken = 0;
        for (std::size_t i = known; i-- > 0 && taken < kShapeDays;) {
            const DayLoad& day = days_[i];
            if (day.kind != kind || !alike_[i] || day.mean_kw <= 0) continue;
            ++taken;
            for (std::size_t s = 0; s < slots_; ++s) {
                if (day.readings[s] == 0) continue;
                sums[s] += day.kw[s] / day.mean_kw;
                ++counts[s];
            }
        }
        return taken;
    }

    // Of mean one.
    [[nodiscard]] std::vector<double> shape(DayKind kind, std::size_t known) const {
        std::vector<double> sums(slots_, 0);
        std::vector<int> counts(slots_, 0);
        std::size_t taken = add_shape(kind, known, sums, counts);
        if (taken < 2 && kind == DayKind::kHoliday) {
            taken += add_shape(DayKind::kSunday, known, sums, counts);
        }
        if (taken < 2 && kind == DayKind::kSaturday) {
            taken += add_shape(DayKind::kSunday, known, sums, counts);
        }
        if (taken < 2) add_shape(DayKind::kWorking, known, sums, counts);
        for (std::size_t s = 0; s < slots_; ++s) sums[s] = counts[s] > 0 ? sums[s] / counts[s] : 1;
        return sums;
    }

    // The level after the days before `known`, by each weight; `ahead` days on.
    [[nodiscard]] std::array<double, kWeights> levels(
        std::size_t known, std::size_t ahead, const std::array<double, kDayKinds>& factors) const {
        std::array<double, kWeights> levels{};
        std::vector<double> changes;
        double before = 0;
        double seen = 0;
        const std::size_t first = known > kLevelDays ? known - kLevelDays : 0;
        for (std::size_t i = first; i < known; ++i) {
            const double factor = factors[index_of(days_[i].kind)];
            if (!alike_[i] || factor <= 0.2) continue;
            const double value = days_[i].mean_kw / factor;
            if (before > 0) changes.push_back(value / before - 1);
            before = value;
            for (std::size_t w = 0; w < kWeights; ++w) {
                // The first few days make a mean, whatever the weight.
                const double weight =
                    std::max(kLevelWeights[w], 1 / (seen + 1)) * std::min(1.0, factor);
                const double most = kLevelStepMost * levels[w];
                levels[w] = levels[w] <= 0
                                ? value
                                : levels[w] + weight * std::clamp(value - levels[w], -most, most);
            }
            ++seen;
        }
        double trend = 0;
        const std::size_t counted = std::min<std::size_t>(3, changes.size());
        for (std::size_t i = changes.size() - counted; i < changes.size(); ++i) {
            trend += std::clamp(changes[i], -0.1, 0.1) / static_cast<double>(counted);
        }
        double kept = kTrendKept;
        double growth = 0;
        for (std::size_t h = 0; h < ahead; ++h, kept *= kTrendKept) growth += kept * trend;
        levels[kTrend] *= 1 + growth;
        return levels;
    }

    [[nodiscard]] std::size_t best_weight(std::size_t known) const {
        const auto& errors = known < errors_.size() ? errors_[known] : errors_now_;
        std::size_t best = 0;
        for (std::size_t w = 1; w < kWeights; ++w) {
            if (errors[w] < errors[best]) best = w;
        }
        return best;
    }

    // Guesses day `i` from those that lie `ahead` days and more before it, and learns from it.
    void try_day(std::size_t i, std::size_t ahead, Horizon& horizon) {
        std::size_t known = i;
        while (known > 0 && days_[i].day - days_[known - 1].day < std::chrono::days{ahead}) --known;
        if (known < 4) return;
        const DayLoad& day = days_[i];
        const auto f = factors(known);
        const auto l = levels(known, ahead, f);
        const double factor = f[index_of(day.kind)];
        const double mean = l[best_weight(known)] * factor;
        if (mean <= 0) return;
        Guess guess{shape(day.kind, known), l[best_weight(known)] * (day.is_ramp ? kRampWider : 1)};
        for (double& kw : guess.kw) kw *= mean;
        learn(day, guess, horizon);
        if (ahead != 1) return;
        for (std::size_t w = 0; w < kWeights; ++w) {
            const double off = std::abs(day.mean_kw / (l[w] * factor) - 1);
            errors_now_[w] = kForget * errors_now_[w] + std::min(1.0, off);
        }
    }

    void learn(const DayLoad& day, const Guess& guess, Horizon& horizon) {
        double measured = 0;
        double guessed = 0;
        for (std::size_t s = 0; s < slots_; ++s) {
            if (day.readings[s] == 0) continue;
            measured += day.kw[s];
            guessed += guess.kw[s];
        }
        if (guessed <= 0) return;
        const double off = (measured - guessed) / day.filled / guess.unit_kw;
        const bool stood = measured < kAlikeFrom * guessed && day.kind == DayKind::kWorking;
        const std::vector<double> blocks = block_errors(day, guess);
        if (horizon.tried >= 3) {
            const bool up = !stood;
            horizon.day.learn({{off / horizon.scale_day}}, up, true);
            Errors of_blocks{blocks};
            for (double& z : of_blocks.z) z /= horizon.scale_block;
            horizon.block.learn(of_blocks, up, true);
            learn_slots(day, guess, horizon, up);
        }
        if (!stood) learn_scale(day, guess, off, blocks, horizon);
        ++horizon.tried;
    }

    [[nodiscard]] std::vector<double> block_errors(const DayLoad& day, const Guess& guess) const {
        std::vector<double> errors;
        const std::size_t length = std::max<std::size_t>(1, slots_ / 6);
        for (std::size_t from = 0; from + length <= slots_; from += length) {
            double sum = 0;
            int count = 0;
            for (std::size_t s = from; s < from + length; ++s) {
                if (day.readings[s] == 0) continue;
                sum += day.kw[s] - guess.kw[s];
                ++count;
            }
            if (count > 0) errors.push_back(sum / count / guess.unit_kw);
        }
        return errors;
    }

    void learn_slots(const DayLoad& day, const Guess& guess, Horizon& horizon, bool up) {
        Errors errors;
        for (std::size_t s = 0; s < slots_; ++s) {
            if (day.readings[s] == 0) continue;
            errors.z.push_back((day.kw[s] - guess.kw[s]) / guess.unit_kw / horizon.scale_slot[s]);
        }
        const LengthLimits& limits = horizon.slot;
        Errors turned = errors;
        for (double& z : turned.z) z = -z;
        const double outside_90 =
            errors.share_above(limits.above.inner.q) + turned.share_above(limits.below.inner.q);
        const double outside_99 =
            errors.share_above(limits.above.outer.q) + turned.share_above(limits.below.outer.q);
        const double weight = 1.0 / (horizon.tried - 2);
        horizon.held_90 += weight * (1 - outside_90 - horizon.held_90);
        horizon.held_99 += weight * (1 - outside_99 - horizon.held_99);
        horizon.slot.learn(errors, up, true);
    }

    void learn_scale(const DayLoad& day, const Guess& guess, double off,
                     const std::vector<double>& blocks, Horizon& horizon) const {
        const double weight = std::max(kErrorMemory, 1.0 / (horizon.tried + 1));
        const auto follow = [&](double& scale, double error) {
            scale = std::max(spread_min_, scale + weight * (kMeanToSpread * error - scale));
        };
        follow(horizon.scale_day, std::abs(off));
        double block_sum = 0;
        for (const double error : blocks) block_sum += std::abs(error);
        if (!blocks.empty()) {
            follow(horizon.scale_block, block_sum / static_cast<double>(blocks.size()));
        }
        for (std::size_t s = 0; s < slots_; ++s) {
            if (day.readings[s] == 0) continue;
            follow(horizon.scale_slot[s], std::abs(day.kw[s] - guess.kw[s]) / guess.unit_kw);
        }
    }

    // Whether day `i` is like those before it, and so makes the level.
    void take(std::size_t i) {
        const DayLoad& day = days_[i];
        errors_.push_back(errors_now_);
        bool is_alike = day.mean_kw > 0;
        if (day.kind == DayKind::kWorking && is_alike) {
            if (usual_.size() >= 3) {
                const double share = day.mean_kw / median_of_values(usual_);
                is_alike = share >= kAlikeFrom && share <= kAlikeTo;
            }
            unlike_ = is_alike ? 0 : unlike_ + 1;
            if (unlike_ >= kUnlikeMost) {
                usual_.clear();
                is_alike = true;
                unlike_ = 0;
                renewed_at_ = i;
            }
            if (is_alike) usual_.push_back(day.mean_kw);
            if (usual_.size() > 10) usual_.erase(usual_.begin());
        }
        alike_.push_back(is_alike);
        if (!is_alike) unlike_at_ = i;
    }

    // What was lower for some days may go back to where it was during the order, and a line that
    // obeys would lie above a cap that rests on the low days. A plant whose days always differ so
    // much has low days as often before.
    [[nodiscard]] bool has_moved_down() const {
        std::vector<double> values;  // newest first
        for (std::size_t i = days_.size(); i-- > 0 && values.size() < kMovedDays + kBeforeMoved;) {
            if (alike_[i] && days_[i].kind == DayKind::kWorking) values.push_back(days_[i].mean_kw);
        }
        if (values.size() < kMovedDays + 3) return false;
        const auto before = values.begin() + static_cast<std::ptrdiff_t>(kMovedDays);
        const double low_kw = kMovedDown * median_of_values({before, values.end()});
        const auto share_low = [low_kw](auto from, auto to) {
            const auto low = std::count_if(from, to, [=](double kw) { return kw < low_kw; });
            return static_cast<double>(low) / static_cast<double>(to - from);
        };
        const double now = share_low(values.begin(), before);
        return now > 0 && now >= kLowMoreOften * share_low(before, values.end());
    }

    void set_unsettled(Calibration& calibration) const {
        const auto is_recent = [&](const std::optional<std::size_t>& at, std::size_t within) {
            return at && *at + within >= days_.size();
        };
        calibration.is_unsettled = is_recent(unlike_at_, kSettlingDays) ||
                                   is_recent(renewed_at_, 2 * kUnlikeMost) || has_moved_down();
    }

    // The last three days against the ten before them: a step up, not a slow rise.
    void set_raised(Calibration& calibration, const std::array<double, kDayKinds>& factors) const {
        constexpr std::size_t kLast = 3;
        std::vector<double> values;
        std::vector<CivilDay> days;
        // As it was before them: the limits have learned from the raised days since.
        double once = 0;
        for (std::size_t i = days_.size(); i-- > 0 && values.size() < kLast + 10;) {
            const double factor = factors[index_of(days_[i].kind)];
            if (!alike_[i] || factor <= 0.2) continue;
            values.push_back(days_[i].mean_kw / factor);
            days.push_back(days_[i].day);
            if (values.size() <= kLast) once = once_above_[i];
        }
        if (values.size() < kLast + 5) return;
        const std::span<const double> all(values);
        const double most = std::ranges::max(all.subspan(kLast));
        const double least = std::ranges::min(all.first(kLast));
        const double usual = median_of_values({values.begin() + kLast, values.begin() + kLast + 5});
        const double mean = (values[0] + values[1] + values[2]) / static_cast<double>(kLast);
        const double step = least / most - 1;
        if (step < kRaisedStep || mean / usual - 1 <= std::max(once, kRaisedLeast)) return;
        calibration.raised_share = mean / usual - 1;
        calibration.raised_days = {days[2], days[1], days[0]};
    }

    [[nodiscard]] static TailsByLength tails_of(const Horizon& horizon) {
        return {horizon.slot.tails(1), horizon.block.tails(horizon.scale_block),
                horizon.day.tails(horizon.scale_day)};
    }

    [[nodiscard]] static double scale_of(const Horizon& horizon) {
        double sum = 1e-9;
        for (const double scale : horizon.scale_slot) sum += scale;
        return sum;
    }

    static void widen(Tail& tail, const Tail& least, double by) {
        tail.once_in_20 = std::max(tail.once_in_20, by * least.once_in_20);
        tail.once_in_200 = std::max(tail.once_in_200, by * least.once_in_200);
        tail.fall = std::min(tail.fall, least.fall);
    }
    static void widen(TailsByLength& tails, const TailsByLength& least, double by) {
        const auto each = [by](Tails& into, const Tails& from) {
            widen(into.above, from.above, by);
            widen(into.below, from.below, by);
        };
        each(tails.slot, least.slot);
        each(tails.block, least.block);
        each(tails.day, least.day);
    }

    [[nodiscard]] CalibratedLoad result() const {
        CalibratedLoad load;
        Calibration& calibration = load.calibration;
        const std::size_t known = days_.size();
        const std::size_t best = best_weight(known);
        calibration.factors = factors(known);
        calibration.level_kw = levels(known, 1, calibration.factors)[best];
        calibration.level_weight = kLevelWeights[best];
        calibration.follows_trend = best == kTrend;
        calibration.days_tried = next_.tried;
        calibration.next_day = tails_of(next_);
        calibration.slot_scale = next_.scale_slot;
        calibration.held_90 = next_.held_90;
        calibration.held_99 = next_.held_99;
        calibration.later = tails_of(later_);
        calibration.later.slot = times(calibration.later.slot, scale_of(later_) / scale_of(next_));
        // Too few tries so far ahead say nothing; farther is never surer.
        if (later_.tried < kDaysToTry) calibration.later = calibration.next_day;
        widen(calibration.later, calibration.next_day, later_.tried < kDaysToTry ? 1.5 : 1.0);
        for (std::size_t kind = 0; kind < kDayKinds; ++kind) {
            load.kw[kind] = shape(static_cast<DayKind>(kind), known);
            for (double& kw : load.kw[kind]) {
                kw *= calibration.level_kw * calibration.factors[kind];
            }
        }
        for (std::size_t i = known; i-- > 0 && load.days.size() < kShapeDays + 2 * kFactorDays;) {
            if (alike_[i]) load.days.push_back(days_[i].day);
            calibration.knows_holidays |= alike_[i] && days_[i].kind == DayKind::kHoliday;
        }
        std::ranges::reverse(load.days);
        set_unsettled(calibration);
        set_raised(calibration, calibration.factors);
        return load;
    }

    std::span<const DayLoad> days_;
    std::size_t slots_;
    double spread_min_;
    std::vector<bool> alike_;
    std::vector<double> usual_;  // mean power of the last working days that were alike
    std::size_t unlike_ = 0;
    std::optional<std::size_t> unlike_at_;
    std::optional<std::size_t> renewed_at_;
    std::vector<double> once_above_;  // the outer limit of a day's load, before each day
    std::array<double, kWeights> errors_now_{};
    std::vector<std::array<double, kWeights>> errors_;  // before each day
    Horizon next_;
    Horizon later_;
};

}  // namespace

double Tail::chance_of(double excess) const {
    if (once_in_20 <= 0 || excess <= 0) return 1;
    // Inside the inner limit the chance is not finely known: 0.05 at it, and 1 at none.
    if (excess <= once_in_20) return 1 - (1 - kAlphaInner) * excess / once_in_20;
    if (excess >= once_in_200) return kAlphaOuter * std::pow(excess / once_in_200, -fall);
    const double apart = std::log(once_in_200 / once_in_20);
    const double way = std::log(excess / once_in_20) / apart;
    return kAlphaInner * std::pow(kAlphaOuter / kAlphaInner, way);
}

double Tail::at(double chance) const {
    if (chance <= kAlphaOuter) return once_in_200 * std::pow(kAlphaOuter / chance, 1 / fall);
    const double way =
        std::log(kAlphaInner / std::min(chance, kAlphaInner)) / std::log(kAlphaInner / kAlphaOuter);
    return once_in_20 * std::pow(once_in_200 / once_in_20, way);
}

TailsByLength Calibration::tails_at(int days_ahead, bool is_ramp) const {
    TailsByLength tails = next_day;
    if (days_ahead > 1) {
        // Errors of a level that wanders grow with the root of time.
        const double share =
            std::sqrt((std::min(days_ahead, kLaterDays) - 1.0) / (kLaterDays - 1.0));
        tails = {between(next_day.slot, later.slot, share),
                 between(next_day.block, later.block, share),
                 between(next_day.day, later.day, share)};
    }
    double wider = 1;
    if (is_ramp) wider = kRampWider + kRampWiderADay * (std::min(days_ahead, kLaterDays) - 1);
    // Farther ahead nothing was tried.
    if (days_ahead > kLaterDays) wider *= std::sqrt(static_cast<double>(days_ahead) / kLaterDays);
    return {times(tails.slot, wider), times(tails.block, wider), times(tails.day, wider)};
}

std::optional<CalibratedLoad> calibrate(std::span<const DayLoad> days, double spread_min) {
    return Replay(days, spread_min).run();
}

}  // namespace qk::rules
