// What a line would draw on a day without an order, and how often that guess has been wrong by how
// much: an interval that covers what it says (adaptive conformal).
//
// The guess is explainable: level x factor of the kind of day x shape of the day. The level follows
// the last days, by the weight that would have guessed best so far; the factor says what a
// Saturday or a day of rest draws beside the working days about it; the shape is the mean of the
// last days of that kind. Every day of the look-back is then guessed from the days before it alone,
// and two limits are led along: after a day beyond one it widens, after every other it narrows, so
// that days beyond it come out as often as it says (Gibbs and Candès 2021; Angelopoulos, Candès and
// Tibshirani 2023, the quantile tracker). Nothing is assumed of how errors are spread inside the
// outer limit; beyond it their chance falls by the power law through both.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/compliance/work_calendar.hpp"

namespace qk::rules {

// One whole day of a meter, by slot.
struct DayLoad {
    CivilDay day{};
    DayKind kind = DayKind::kWorking;
    bool is_ramp = false;       // plants close down or start up about a long holiday
    std::vector<double> kw;     // mean by slot
    std::vector<int> readings;  // count by slot; 0: nothing known
    int filled = 0;
    double mean_kw = 0;
};

// How far the load was from what was guessed, in shares of the day's mean power.
struct Tail {
    double once_in_20 = 0;
    double once_in_200 = 0;
    double fall = 1;  // beyond, the chance falls by this power

    // The chance that an ordinary day is so far off or farther; at most 1.
    [[nodiscard]] double chance_of(double excess) const;
    [[nodiscard]] double at(double chance) const;  // the inverse, for chances of at most 0.05

    friend bool operator==(const Tail&, const Tail&) = default;
};

struct Tails {
    Tail above;
    Tail below;

    friend bool operator==(const Tails&, const Tails&) = default;
};

// Of a slot, of four hours and of a whole day.
struct TailsByLength {
    Tails slot;
    Tails block;
    Tails day;

    friend bool operator==(const TailsByLength&, const TailsByLength&) = default;
};

inline constexpr std::chrono::hours kBlockHours{4};
inline constexpr double kRampWider = 1.5;  // errors while plants close down or start up
inline constexpr int kLaterDays = 5;       // how far ahead the second set of limits guesses

struct Calibration {
    int days_tried = 0;       // guessed one by one
    double level_kw = 0;      // mean power of a working day, as of the last day
    double level_weight = 0;  // of the newest day in the level
    bool follows_trend = false;
    std::array<double, kDayKinds> factors{1, 1, 1, 1};  // of each kind of day
    TailsByLength next_day;
    TailsByLength later;             // kLaterDays ahead
    std::vector<double> slot_scale;  // the error of each slot beside the others
    // Shares of the tried days' slots inside the limits of then.
    double held_90 = 0;
    double held_99 = 0;
    // A holiday has been seen in the look-back; else what is drawn on one is not known.
    bool knows_holidays = false;
    // The last days are unlike those before (a stop, a restart, a step down): the level is in
    // doubt.
    bool is_unsettled = false;
    // The last days lie above all that came before by this share: raised, maybe on purpose.
    double raised_share = 0;
    std::vector<CivilDay> raised_days;

    // The limits for a day so many days after the last known one; wider on a day of a ramp.
    [[nodiscard]] TailsByLength tails_at(int days_ahead, bool is_ramp) const;
};

// What calibrate() found: the guess for each kind of day, by slot, and what is known of its error.
struct CalibratedLoad {
    std::array<std::vector<double>, kDayKinds> kw;
    Calibration calibration;
    std::vector<CivilDay> days;  // that shape and level rest on, oldest first
};

// `days`: whole days, oldest first, none under an order. Empty with fewer than kDaysToTry
// days: then nothing has been tried and nothing can be said.
inline constexpr int kDaysToTry = 8;
[[nodiscard]] std::optional<CalibratedLoad> calibrate(std::span<const DayLoad> days,
                                                      double spread_min);

}  // namespace qk::rules
