#include "daemon/inventory/county_day_rows.hpp"

#include "rules/base/decimal.hpp"

namespace qk::daemon {

void each_valid_power(Session& db, const rules::Span& span,
                      const std::function<void(const MeterDayRow&)>& take) {
    Statement rows(db,
                   "SELECT meter, t_end, kw, kwh FROM readings WHERE t_end > ? AND "
                   "t_end <= ? AND valid = 1 ORDER BY t_end",
                   span.from, span.to);
    while (rows.next()) {
        take({rows.view(0), rows.instant(1), rows.number(2), rows.maybe<double>(3)});
    }
}

void each_valid_emission(Session& db, const rules::Span& span,
                         const std::function<void(const StackDayRow&)>& take) {
    Statement rows(db,
                   "SELECT outlet, factor, t_end, mg_per_m3, flow FROM stack_readings "
                   "WHERE t_end > ? AND t_end <= ? AND valid = 1 ORDER BY t_end",
                   span.from, span.to);
    while (rows.next()) {
        take({rows.view(0), rows.view(1), rows.instant(2), rows.number(3), rows.maybe<double>(4)});
    }
}

std::vector<HourRow> observed_pm25(Session& db, const std::string& county, rules::Instant from,
                                   rules::Instant to) {
    Statement read(db,
                   "SELECT hour, pm25 FROM observations WHERE region = ? AND hour >= ? AND "
                   "hour < ? AND pm25 IS NOT NULL",
                   county, from, to);
    std::vector<HourRow> hours;
    while (read.next()) {
        hours.push_back({read.instant(0), rules::Decimal{read.integer(1)}.as_double()});
    }
    return hours;
}

std::vector<CountedDayRow> counted_days(Session& db, plans::TargetKind kind) {
    Statement rows(db, "SELECT day, edition, counted_at FROM county_days_counted WHERE kind = ?",
                   plans::to_text(kind));
    std::vector<CountedDayRow> days;
    while (rows.next()) {
        days.push_back({*rules::parse_day(rows.text(0)), rows.text(1), rows.instant(2)});
    }
    return days;
}

void store_counted_day(Session& db, plans::TargetKind kind, const CountedDayRow& row,
                       const std::vector<plans::CountyValue>& values) {
    const std::string kind_text(plans::to_text(kind));
    const std::string day_text = rules::to_iso(row.day);
    db.exec("DELETE FROM county_days WHERE kind = ? AND day = ?", kind_text, day_text);
    Statement put(db,
                  "INSERT INTO county_days(kind, county, day, value, points, points_known)"
                  " VALUES(?, ?, ?, ?, ?, ?)");
    for (const plans::CountyValue& value : values) {
        put.run(kind_text, value.county, day_text, value.value, value.points, value.points_known);
    }
    db.exec(
        "INSERT OR REPLACE INTO county_days_counted(kind, day, edition, "
        "counted_at) VALUES(?, ?, ?, ?)",
        kind_text, day_text, row.edition, row.counted_at);
}

std::vector<plans::CountyValue> counted_values(Session& db, const plans::CountyTarget& target) {
    Statement rows(db,
                   "SELECT day, value, points, points_known FROM county_days WHERE "
                   "kind = ? AND county = ? AND day >= ? AND day <= ? ORDER BY day",
                   plans::to_text(target.kind), target.county, rules::to_iso(target.from),
                   rules::to_iso(target.to));
    std::vector<plans::CountyValue> values;
    while (rows.next()) {
        plans::CountyValue value;
        value.county = target.county;
        value.kind = target.kind;
        value.day = *rules::parse_day(rows.text(0));
        value.value = rows.number(1);
        value.basis = plans::ValueBasis::kDerived;
        value.points = rows.get<int>(2);
        value.points_known = rows.get<int>(3);
        values.push_back(std::move(value));
    }
    return values;
}

}  // namespace qk::daemon
