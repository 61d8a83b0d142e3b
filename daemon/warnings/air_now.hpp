// The air as the database has it: for each source, member and kind the latest forecast, joined to
// the observed hours before it, as the trigger series that the standard wants. What is missing
// stays missing, but for one thing: a daily forecast that begins tomorrow is given, for today, the
// AQI of the 24 hours that have just been observed.
#pragma once

#include <optional>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/decision/decision_inputs.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::daemon {

// Observed hours that a decision looks back on: the longest clause and the episode before it.
inline constexpr std::chrono::hours kLookBack{14 * 24};

struct AirNow {
    std::vector<plans::SeriesInput> series;
    std::optional<rules::ObservedAir> observed;
    std::vector<std::string> unreadable;
};

// The latest forecast of each source; beside them as many as may confirm, each as it was issued.
[[nodiscard]] AirNow read_air(Session& db, const plans::RegionPack& pack, rules::Instant now,
                              int confirming = 0);

// The trigger value of PM2.5 that had been observed by then.
[[nodiscard]] std::optional<rules::ObservedAir> observed_then(Session& db,
                                                              const plans::RegionPack& pack,
                                                              rules::Instant then);

// Observed hours of the pack's region in [from, to), dense from the first one found.
[[nodiscard]] rules::HourlySeries observed_hours(Session& db, const plans::RegionPack& pack,
                                                 rules::Instant from, rules::Instant to);

}  // namespace qk::daemon
