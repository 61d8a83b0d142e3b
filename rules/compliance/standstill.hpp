// Does a meter stand, run, or say nothing? Standing load, stretches of running with persistence and
// hysteresis, and how much of a span is covered by readings that may be believed.
//
// A reading is believed when it is valid, not negative, not absurdly above rated power, and not at
// a dead zero that lies below the meter's own standing load: a dead zero is what a cut meter shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/compliance/evidence.hpp"
#include "rules/compliance/parameters.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::rules {

inline constexpr double kAbsurdTimesRated = 3.0;

struct StandstillLimit {
    double stop_kw = 0;   // at or below: stands
    double run_kw = 0;    // at or above: clearly runs
    std::string method;   // "idle-power", "share-of-normal-power"
    std::string chinese;  // how it was set, with numbers
};

// Empty when nothing tells standing from running: no idle, normal or rated power known, or idle so
// near to normal that they cannot be told apart. `why` then says which.
[[nodiscard]] std::optional<StandstillLimit> standing_limit(const MeterEvidence& meter,
                                                            const JudgingParameters& parameters,
                                                            std::string& why);

enum class Belief { kBelieved, kInvalid, kDeadZero };
[[nodiscard]] Belief belief_in(const PowerReading& reading, const MeterEvidence& meter);

// A maximal run of adjacent believed readings that starts above the standing load and has not come
// down again.
struct RunningPeriod {
    Span span;
    std::vector<Instant> ends;  // the readings, at most kEvidenceReadingsMax
    double mean_kw = 0;
    double max_kw = 0;
    std::chrono::seconds above_stop{0};  // time above stop_kw
    std::chrono::seconds above_run{0};   // time at or above run_kw
};

[[nodiscard]] std::vector<RunningPeriod> running_stretches(const MeterEvidence& meter,
                                                           const StandstillLimit& limit,
                                                           const Span& span,
                                                           const JudgingParameters& parameters);

struct Coverage {
    double share = 0;
    std::chrono::seconds longest_gap{0};
    std::vector<Span> missing;    // neither a believed nor a disbelieved reading
    std::vector<Span> dead_zero;  // readings of zero below the standing load
    std::vector<Span> invalid;
    double kwh = 0;  // energy of the believed readings
    double max_kw = 0;

    [[nodiscard]] bool is_enough(const JudgingParameters& parameters) const {
        return share >= parameters.coverage_min &&
               longest_gap <= minutes_of(parameters.gap_max_min);
    }
};

// `trust_zero`: another meter vouches for the zeros.
[[nodiscard]] Coverage coverage_of(const MeterEvidence& meter, const Span& span,
                                   bool trust_zero = false);

// What the total meter shows beyond the sum of the line meters, at the instants when all of them
// report: a series under the total meter's id. Empty without a total meter or without line meters.
[[nodiscard]] std::optional<PowerSeries> unmetered_series(std::span<const PowerSeries> meters);

}  // namespace qk::rules
