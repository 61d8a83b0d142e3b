// Reads instrument readings: power `meter,time,kwh[,kw][,valid]`, or stacks
// `outlet,time,FACTOR...[,flow][,valid]` with factors so2, nox, pm, vocs in mg/m3 and flow in m3/h.
//
// `time` is the END of the interval; 24:00 is the next midnight. `kwh` is the energy of the
// interval, not the register: a column that only ever rises far beyond rated power is refused as
// cumulative. Where `kw` is missing it is kwh / interval, the interval being each instrument's most
// frequent step. An empty cell is a missing reading.
//
// What cannot be read (a time, a number, a column) refuses the file whole, all faults at once. What
// can be read but not believed (negative, absurd against rated power, a counter (rules/compliance/
// counter.hpp), a unit off by a thousand, from the future or by a clock that runs ahead, two values
// for one instant) is kept marked invalid, so that it is never evidence, and named in `warnings`.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/feeds/feed_rows.hpp"
#include "rules/base/result.hpp"
#include "rules/compliance/evidence.hpp"

namespace qk::plans {

// Facts of a meter by its id; null for one the inventory does not know.
using MeterLookup = std::function<const rules::MeterFacts*(std::string_view id)>;

struct ReadingsCsvOptions {
    rules::Zone zone;                   // of times without an offset
    std::optional<rules::Instant> now;  // readings that end later are from the future
    MeterLookup meter;                  // unset: nothing is known of any meter
    FeedLimits limits{};
};

struct ReadingsFeed {
    std::vector<rules::PowerSeries> meters;  // in order of first appearance; facts filled by lookup
    std::vector<rules::StackSeries> stacks;  // one per outlet and factor
    rules::Faults warnings;
};

[[nodiscard]] rules::Result<ReadingsFeed> read_readings_csv(std::string_view bytes,
                                                            const std::string& file,
                                                            const ReadingsCsvOptions& options);

}  // namespace qk::plans
