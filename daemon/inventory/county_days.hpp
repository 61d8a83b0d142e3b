// What the daemon itself knows of a county's electricity and key-source emission, day by day: from
// the readings of the total meters and of the outlets of its enterprises, by the edition of the
// inventory in force when the day is counted.
//
// Counting a day reads all its readings once, for all counties, so the outcome is kept: first in
// memory (CountedDays), since who asks only reads, and soon after in the store. A day is counted
// once it is over, and anew for as long as late readings are waited for.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/accounts/county_targets.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Readings that come later than this after the end of their day are not in its count.
inline constexpr std::chrono::hours kLateReadings{72};
// Until then a day is counted anew at most so often.
inline constexpr std::chrono::hours kCountedAnewAfter{1};
// In one pass over a day's readings; more instruments need more passes.
inline constexpr std::size_t kPointsPerPassMax = 20'000;

struct CountSetting {
    const plans::Inventory& inventory;
    rules::Zone zone;
    rules::Instant now{};
};

// One day of all counties, as it was counted.
struct CountedDay {
    std::string edition;
    rules::Instant at{};
    std::vector<plans::CountyValue> values;
};
// Counted and not yet in the store.
using CountedDays = std::map<std::pair<plans::TargetKind, rules::CivilDay>, CountedDay>;

// The days of the targets' periods, up to `as_of`, that are over and not counted for good.
[[nodiscard]] std::vector<rules::CivilDay> days_to_count(
    Session& db, const CountSetting& setting, plans::TargetKind kind,
    const std::vector<plans::CountyTarget>& targets, rules::CivilDay as_of,
    const CountedDays& in_memory);

[[nodiscard]] CountedDay count_day(Session& db, const CountSetting& setting, plans::TargetKind kind,
                                   rules::CivilDay day);
void keep_day(Session& db, plans::TargetKind kind, rules::CivilDay day, const CountedDay& counted);

// What was counted of a target's county in its period.
void add_counted(Session& db, const plans::CountyTarget& target, const CountedDays& in_memory,
                 std::vector<plans::CountyValue>& values);

// How many enterprises a county has, and how many of them an instrument for `kind`.
struct CountyReach {
    std::size_t enterprises = 0;
    std::size_t with_points = 0;
};
[[nodiscard]] CountyReach reach_of(const plans::Inventory& inventory, plans::TargetKind kind,
                                   const std::string& county);

}  // namespace qk::daemon
