// What really happened, per obligation and civil day: the yardstick for verdicts.
//
// Counted in quarters of an hour in which an obligation bound (its granted ramp over). `would` are
// those in which running as usual would have broken it, `did` those in which it was broken, `seen`
// those of `did` that the meters showed and sent. A day is broken as a whole when nine tenths of
// what would have been broken was, over at least eight hours, and the obligation bound the whole
// day.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::sim {

// In order of how grave it is.
enum class DayTruth {
    kKept,    // every quarter
    kTrifle,  // broken for half an hour at most: within what a judge must tolerate
    kHidden,  // broken, and nothing that was sent shows it
    kPartly,  // broken for part of the day, or too short a day to call it whole
    kWholeDay,
};
[[nodiscard]] std::string_view to_text(DayTruth truth);  // "whole_day"

struct DayCount {
    std::string enterprise;
    std::string line;
    rules::Action action = rules::Action::kStop;
    rules::VerifiedBy verified_by = rules::VerifiedBy::kNothing;
    int bound = 0;
    int would = 0;
    int did = 0;
    int seen = 0;
    int whole = 0;          // of `did`, those also in `would`
    int running = 0;        // quarters with production well above standing load
    int treatment_off = 0;  // of `running`, those with the treatment off
    int treatment_off_seen = 0;
    int cut_early = 0;  // quarters after a stop in which the treatment had to run on and did not
    int moved = 0;      // quarters in which a free line of the plant made what this one may not

    [[nodiscard]] DayTruth truth() const;
    // The line ran at least eight hours of this day, nearly always with its treatment off, visibly.
    [[nodiscard]] bool is_treatment_off_all_day() const;
};

struct DayKey {
    std::string obligation;
    rules::CivilDay day{};

    friend auto operator<=>(const DayKey&, const DayKey&) = default;
};

using TruthLedger = std::map<DayKey, DayCount>;

}  // namespace qk::sim
