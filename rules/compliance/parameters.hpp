// The numbers that judging rests on, each with its key, unit, meaning and origin.
//
// No rule found sets them (handbook 5.1: vendor habit, remembered, not read), so the values below
// are samples: a region's pack replaces them, and every verdict prints which it used and where they
// were set. Nothing here is a national default.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "rules/compliance/work_calendar.hpp"

namespace qk::rules {

struct JudgingParameters {
    // Standing load: a meter stands at or below the larger of idle power x (1 + tolerance) and this
    // share of its normal power.
    double stopped_below_share = 0.15;
    double idle_tolerance = 0.3;
    // Once above the standing load, a line counts as running until it falls below the standing load
    // less this share.
    double hysteresis = 0.1;
    double persistence_min = 30;   // a stretch shorter than this is a single bad reading
    double breach_after_min = 60;  // clear running for this long is a breach, not a suspicion
    double stop_grace_min = 30;    // granted after `from` where the measure grants no ramp-down
    double night_from_hour = 22;
    double night_to_hour = 6;
    // Evidence of compliance: least share of valid readings, longest stretch without any.
    double coverage_min = 0.9;
    double gap_max_min = 60;
    double observed_min = 60;  // no verdict on a window seen for less than this
    // Baseline: how many comparable days, how few are enough, how far back.
    double baseline_days = 10;
    double baseline_days_min = 3;
    double baseline_lookback_days = 63;    // nine weeks: what rare days are like shows in no fewer
    double baseline_spread_min = 0.02;     // no day-to-day spread is believed smaller than this
    double rated_power_uncertainty = 0.3;  // when rated power has to stand in for a baseline
    // Load limits: so many spreads above the cap are tolerated, suspected, called a breach.
    double tolerated_spreads = 1.5;
    double breach_spreads = 3.0;
    double load_period_min = 240;  // a piece of a day shorter than this is not judged by itself
    // Treatment: off below this share of its normal power.
    double treatment_off_share = 0.2;
    // Load that only the total meter shows: above its normal by this share of the line's normal.
    double unmetered_share = 0.25;
    double stack_hours_suspected = 2;  // consecutive hours above a concentration limit
    double stack_day_hours_min = 18;   // valid hours that make a daily mean
    double vehicles_breach = 2;        // fewer may be a misread plate
    // Accusing: the chance that a line that obeys is called a breach once in a whole winter,
    // however often it is looked at; spread over so many days under load limits. Of the lines
    // listed in a region, the share that may be listed wrongly.
    double accusation_chance = 0.001;
    double winter_days = 60;
    double region_false_share = 0.01;
    // The chance that a line that stands shows one quarter of an hour of clear running all the
    // same, whatever came before: a fault of the meter, a test run.
    double false_running_chance = 0.001;
    // Leads out of feeds that contradict each other: the chance of one against a plant that obeys,
    // in a whole winter and by all such tests together; what counts as silence after the order, and
    // as treatment without the power that production asks of it.
    double lead_chance = 0.01;
    double silent_hours = 6;
    double treatment_idle_share = 0.6;
    // Which days are worked; null: weekdays decide, and holidays are not known.
    std::shared_ptr<const WorkCalendar> calendar = nullptr;
    std::string origin = "样本参数，启用前须由当地确认";
};

struct ParameterNote {
    std::string_view key;
    double JudgingParameters::*field;
    std::string_view unit;
    std::string_view chinese;
};

// Every parameter by its key, as a pack names it.
[[nodiscard]] const std::array<ParameterNote, 31>& parameter_notes();

[[nodiscard]] inline std::chrono::seconds minutes_of(double minutes) {
    return std::chrono::seconds{static_cast<std::int64_t>(minutes * 60)};
}

}  // namespace qk::rules
