// The stated baseline (基准负荷) of one meter: what it normally draws at each time of day, from
// which days that was taken, and how far one day differs from the next.
//
// Methods, in this order: level and shape of comparable days, calibrated on the look-back
// (calibration.hpp); with too few days for that, the mean of the last N comparable days outside
// warnings, per quarter hour (or the meter's own interval), working days and weekends apart; the
// same without day types when one of them has too few days; rated power, with a stated large
// uncertainty; none, and then nobody can tell. Days the plant stood still say nothing of the days
// it runs and are left out. Holidays and days worked in their place come from the calendar of the
// parameters; verdicts of earlier editions count them by their weekday.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/compliance/calibration.hpp"
#include "rules/compliance/parameters.hpp"
#include "rules/compliance/readings.hpp"

namespace qk::rules {

enum class BaselineMethod {
    kComparableDays,
    kComparableDaysAnyType,
    kRatedPower,
    kNoBaseline,
    kLevelAndShape,
};

[[nodiscard]] std::string_view to_text(BaselineMethod method);  // "mean-of-comparable-days"
[[nodiscard]] std::string_view to_chinese(BaselineMethod method);
[[nodiscard]] std::optional<BaselineMethod> parse_baseline_method(std::string_view text);

// Mean power by time of day for one day type.
struct DayProfile {
    std::vector<double> kw;      // one a slot of the day; empty: this day type has none
    double day_spread = 0;       // relative standard deviation of a day's energy
    double slot_spread = 0;      // relative standard deviation of one slot about its day
    std::vector<CivilDay> days;  // taken from these, oldest first
};

// A day that is not what its weekday says, or lies about a long holiday.
struct SpecialDay {
    CivilDay day{};
    DayKind kind = DayKind::kWorking;
    bool is_ramp = false;
    std::string holiday;

    friend bool operator==(const SpecialDay&, const SpecialDay&) = default;
};
inline constexpr int kSpecialDaysAhead = 200;  // a season; what lies farther counts by weekday

struct MeterBaseline {
    BaselineMethod method = BaselineMethod::kNoBaseline;
    std::chrono::minutes slot{15};
    // By kind of day; those of days off are equal but for kLevelAndShape, and all are for
    // kComparableDaysAnyType.
    std::array<DayProfile, kDayKinds> profiles;
    std::optional<double> normal_kw;  // 90th percentile: what running looks like
    std::optional<double> low_kw;     // 5th percentile: the least it draws
    double rated_kw = 0;              // for kRatedPower
    std::string origin;
    std::optional<Calibration> calibration;  // of kLevelAndShape
    CivilDay last_day{};                     // the last whole day that the calibration knows
    std::vector<SpecialDay> special_days;    // ahead, by day

    [[nodiscard]] const SpecialDay* special_day(CivilDay day) const;  // null: an ordinary day
    [[nodiscard]] DayKind kind_of(CivilDay day) const;

    // Power expected in the interval that ends at `end`; empty without a baseline.
    [[nodiscard]] std::optional<double> kw_at(Instant end, Zone zone) const;
    [[nodiscard]] const DayProfile& profile_at(Instant end, Zone zone) const;
};

// `before`: readings from here on are not used. `excluded`: warnings and the like; a day that
// touches one is not comparable.
[[nodiscard]] MeterBaseline baseline_of(const PowerSeries& series, Instant before,
                                        std::span<const Span> excluded,
                                        const JudgingParameters& parameters, Zone zone);

// Energy and its spread over the intervals that make up a span, as the baseline has them.
struct ExpectedEnergy {
    double kwh = 0;
    double spread = 0;  // relative standard deviation
};
[[nodiscard]] std::optional<ExpectedEnergy> expected_energy(const MeterBaseline& baseline,
                                                            const Span& span,
                                                            std::chrono::minutes interval,
                                                            const JudgingParameters& parameters,
                                                            Zone zone);

inline constexpr double kRestsBelow = 0.5;  // of a working day's load
// The same with what a calibration knows of its error, in kWh; empty without a calibration.
struct EnergyBand {
    double kwh = 0;
    Tail above;
    Tail below;
    bool is_holiday_unknown = false;  // on a holiday, and none was seen before
    bool is_rest = false;             // on a kind of day that the plant mostly rests on

    [[nodiscard]] double low(double chance) const;  // never below nothing
    [[nodiscard]] double high(double chance) const { return kwh + above.at(chance); }
};
[[nodiscard]] std::optional<EnergyBand> energy_band(const MeterBaseline& baseline, const Span& span,
                                                    std::chrono::minutes interval, Zone zone);

}  // namespace qk::rules
