// What was really cut (不搞纸面减排): per line, pollutant and hour, with its uncertainty, and only
// for equipment that ran in the 30 days before the warning. What stood still anyway is named as
// paper; what nobody can tell is named too; neither is counted.
//
// Of an hour with expected energy b (relative spread u) and measured energy m, on a day of which D
// is expected, a line that gives off E a day has avoided E·(b - m)/D, give or take E·b·u/D. An hour
// above its baseline counts against it. Hours of one line share one baseline, so their
// uncertainties add up; those of different lines are added as squares.
#pragma once

#include <array>
#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/readings.hpp"

namespace qk::plans {

enum class RanBefore { kRan, kStoodStill, kNotKnown };
[[nodiscard]] std::string_view to_text(RanBefore ran);  // "ran", "stood_still", "not_known"
[[nodiscard]] std::string_view to_chinese(RanBefore ran);

inline constexpr std::chrono::days kRanWithin{30};
// No text says how long is "ran" (样例，使用前请确认): an hour in all is more than a test of a
// switch.
inline constexpr std::chrono::minutes kRanAtLeast{60};
// Who saw less than half of these days has not seen that the line stood still.
inline constexpr double kSeenLeast = 0.5;
// `readings`: ordered. Running is above `running_above_kw`.
[[nodiscard]] RanBefore ran_before(std::span<const rules::PowerReading> readings,
                                   std::chrono::minutes interval, rules::Instant start,
                                   double running_above_kw);

struct LineHour {
    rules::Instant hour{};  // its beginning
    double expected_kwh = 0;
    double spread = 0;                     // relative standard deviation of what is expected
    double expected_day_kwh = 0;           // of the day it lies in
    double planned_share = 0;              // of the line's emission, by the orders
    std::optional<double> measured_kwh{};  // empty: nobody can tell
};
struct RealLine {
    std::string enterprise;
    std::string county;
    std::string line;
    DailyEmission emission;  // of a usual day
    RanBefore ran = RanBefore::kNotKnown;
    std::vector<LineHour> hours;
};

struct Kilograms {
    double kg = 0;
    double uncertainty = 0;  // one standard deviation
};
// Of one hour; empty where nobody can tell.
[[nodiscard]] std::optional<Kilograms> avoided_in(const RealLine& line, const LineHour& hour,
                                                  Emission emission);

struct ReductionSum {
    Kilograms achieved;
    double planned_kg = 0;
    double paper_kg = 0;         // planned on what stood still before: counted as nothing
    double undetermined_kg = 0;  // planned in hours, or on lines, of which nobody can tell
    double hours = 0;            // from the first hour to the last
};
[[nodiscard]] ReductionSum sum_of(std::span<const RealLine> lines, Emission emission);
// Whether anything was measured at all. Where nothing was, `achieved` is no zero but unknown.
[[nodiscard]] bool is_measured(const ReductionSum& sum);

// A pollutant against the plan, the floor of the level and the ceiling of a county's target.
struct ReductionStanding {
    Emission emission = Emission::kSo2;
    ReductionSum sum;
    double base_kg_d = 0;                 // whole-society
    std::optional<double> floor;          // share of the base
    std::optional<double> target_kg_d{};  // what is to be avoided a day by the counties' targets
};
enum class Reached { kYes, kNo, kCannotTell };
[[nodiscard]] std::string_view to_text(Reached reached);  // "yes", "no", "cannot_tell"
// Whether a daily amount is reached, beyond twice the uncertainty. Not reached only where it would
// not be with all that is undetermined added.
[[nodiscard]] Reached is_reached(const ReductionSum& sum, double wanted_kg_d);
[[nodiscard]] Reached is_planned_reached(const ReductionStanding& standing);
[[nodiscard]] std::optional<Reached> is_floor_reached(const ReductionStanding& standing);
[[nodiscard]] std::optional<Reached> is_target_reached(const ReductionStanding& standing);

enum class LevelAdvice { kHold, kRaise, kLower };
[[nodiscard]] std::string_view to_text(LevelAdvice advice);  // "hold"
struct LevelProposal {
    LevelAdvice advice = LevelAdvice::kHold;
    std::string reason;  // Chinese / English
};
// For people to decide on. `air_stays_below`: the forecast stays below what the level needs; empty:
// there is no fresh one, and then nothing is ever lowered. Air alone decides a warning's colour by
// the standard, so a raise is proposed only where the floor is missed and the air does not clear.
[[nodiscard]] LevelProposal propose_level(std::span<const ReductionStanding> standings,
                                          std::optional<bool> air_stays_below);

[[nodiscard]] boost::json::value to_json(const ReductionStanding& standing);
// One sentence for paper: "二氧化硫：已减120±30千克/日，计划200千克/日……".
[[nodiscard]] std::string sentence_of(const ReductionStanding& standing);

}  // namespace qk::plans
