// What the meters of a plant used to do before the order (平常): how long they were ever silent or
// flat, how their treatment followed production, what the total meter showed beside the others.
//
// Learned once, from the days that the baseline looks back on, and kept with the evidence: at the
// time of judging those readings are gone. Whoever says that an instrument does what it never did
// before (joint.hpp) says how long "before" was.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rules/compliance/calibration.hpp"
#include "rules/compliance/readings.hpp"

namespace qk::rules {

struct UsualMeter {
    std::string meter;
    double days = 0;            // with readings
    double silent_h = 0;        // the longest gap
    double zero_h = 0;          // the longest stretch at zero
    double flat_h = 0;          // the longest stretch at one value above zero
    double step_kw = 0;         // the finest step between two of its values
    double repeated_share = 1;  // of its readings, those equal to one of the same time a few days
                                // before, for the worst of the lags
    std::optional<Instant> last_end;

    friend bool operator==(const UsualMeter&, const UsualMeter&) = default;
};

// A treatment meter beside the production that it serves; powers as shares of what is normal.
struct UsualTreatment {
    std::string meter;
    double running_h = 0;          // of production, seen
    double low_share = 0;          // of its power while production runs: 1 in 200 lies below
    double production_low = 0;     // of production then: 1 in 20 lies below
    double exponent = 0;           // how it follows production, at most: 0 not at all, 3 as fans do
    double standing_h = 0;         // of production, seen, behind the first two hours of it
    double on_while_standing = 0;  // share of these in which treatment ran

    friend bool operator==(const UsualTreatment&, const UsualTreatment&) = default;
};

// What the total meter shows beside all others, by four hours of the day.
struct UsualRest {
    static constexpr std::size_t kBlocks = 6;
    int days = 0;
    std::array<double, kBlocks> kw{};  // median
    Tails off;                         // from it, in kW, of a block

    friend bool operator==(const UsualRest&, const UsualRest&) = default;
};

struct Usual {
    std::vector<UsualMeter> meters;
    std::vector<UsualTreatment> treatments;
    std::optional<UsualRest> rest;

    [[nodiscard]] const UsualMeter* meter(const std::string& id) const;
    [[nodiscard]] const UsualTreatment* treatment(const std::string& id) const;

    friend bool operator==(const Usual&, const Usual&) = default;
};

inline constexpr int kUsualLagDays = 7;
inline constexpr double kUsualDaysLeast = 7;  // fewer say nothing of what is usual

// `meters`: all of one plant, with the readings of the look-back; those from `before` on and in
// `excluded` are not used.
[[nodiscard]] Usual usual_of(std::span<const PowerSeries> meters, Instant before,
                             std::span<const Span> excluded, Zone zone);

// The total meter less all others at the instants when every one of them reports; below nothing
// where the others show more than the total. Empty without exactly one total and others beside it.
[[nodiscard]] std::vector<PowerReading> rest_beside(std::span<const PowerSeries* const> meters);

// Of how far off so many values were: what lies beyond once in 20 and once in 200, with a heavy
// tail behind. None of fewer than 20.
[[nodiscard]] std::optional<Tail> tail_of(const std::vector<double>& excesses);

// The four hours of its day that an interval ending at `end` lies in.
struct DayBlock {
    CivilDay day{};
    std::size_t block = 0;

    friend auto operator<=>(const DayBlock&, const DayBlock&) = default;
};
[[nodiscard]] DayBlock block_of(Instant end, Zone zone);

}  // namespace qk::rules
