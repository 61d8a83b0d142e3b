// What counting a county's day reads, and what was counted, as rows. Of instruments row by row,
// because those of a whole day are many: the span of time is the bound.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/accounts/county_targets.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Valid readings in (from, to], by time. A name is a view that holds until the next row.
struct MeterDayRow {
    std::string_view meter;
    rules::Instant end{};
    double kw = 0;
    std::optional<double> kwh;
};
void each_valid_power(Session& db, const rules::Span& span,
                      const std::function<void(const MeterDayRow&)>& take);
struct StackDayRow {
    std::string_view outlet;
    std::string_view factor;
    rules::Instant end{};
    double mg_per_m3 = 0;
    std::optional<double> flow_m3_per_h;
};
void each_valid_emission(Session& db, const rules::Span& span,
                         const std::function<void(const StackDayRow&)>& take);

// PM2.5 of a county's hours in [from, to) that have it.
struct HourRow {
    rules::Instant hour{};
    double pm25 = 0;
};
[[nodiscard]] std::vector<HourRow> observed_pm25(Session& db, const std::string& county,
                                                 rules::Instant from, rules::Instant to);

struct CountedDayRow {
    rules::CivilDay day{};
    std::string edition;  // of the inventory by which it was counted
    rules::Instant counted_at{};
};
// Of one kind: a row for each day of a target.
[[nodiscard]] std::vector<CountedDayRow> counted_days(Session& db, plans::TargetKind kind);
// In the place of what was counted before.
void store_counted_day(Session& db, plans::TargetKind kind, const CountedDayRow& row,
                       const std::vector<plans::CountyValue>& values);
// Of the county and the days of the target, by day.
[[nodiscard]] std::vector<plans::CountyValue> counted_values(Session& db,
                                                             const plans::CountyTarget& target);

}  // namespace qk::daemon
