// The air as the database has it: for each source the latest forecast, joined to the observed hours
// before it, as the trigger series that the standard wants. What is missing stays missing.
#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <vector>

#include "daemon/warning/decision_inputs.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::daemon {

// Observed hours that a decision looks back on: the longest clause and the episode before it.
inline constexpr std::chrono::hours kLookBack{14 * 24};

struct AirNow {
    std::vector<SeriesInput> series;
    std::optional<rules::ObservedAir> observed;
};

[[nodiscard]] AirNow read_air(SQLite::Database& db, const plans::RegionPack& pack,
                              rules::Instant now);

}  // namespace qk::daemon
