#include "daemon/readings/reading_rows.hpp"

#include <algorithm>

namespace qk::daemon {

void each_power(Session& db, const ReadingSpan& of,
                const std::function<void(const PowerRow&)>& take) {
    Statement rows(db,
                   "SELECT t_end, meter, kw, valid FROM readings WHERE t_end > ? AND"
                   " t_end <= ? AND arrived >= ? AND arrived <= ? ORDER BY t_end, meter",
                   of.span.from, of.span.to, of.since, of.known_by);
    while (rows.next()) {
        take({rows.view(1), {rows.instant(0), rows.number(2), rows.flag(3)}});
    }
}

namespace {

constexpr const char* kSeek =
    "WITH RECURSIVE times(t) AS (SELECT MIN(t_end) FROM readings WHERE t_end > ?1 UNION ALL"
    " SELECT (SELECT MIN(t_end) FROM readings WHERE t_end > times.t) FROM times WHERE times.t <= "
    "?2)"
    " SELECT r.t_end, r.meter, r.kw, r.valid FROM times JOIN readings AS r ON r.t_end = times.t AND"
    " r.meter = ?3 WHERE times.t <= ?2";

}  // namespace

std::vector<rules::PowerReading> power_of_meter(Session& db, const std::string& meter,
                                                const rules::Span& span) {
    std::vector<rules::PowerReading> readings;
    Statement rows(db, kSeek, span.from, span.to, meter);
    while (rows.next()) readings.push_back({rows.instant(0), rows.number(2), rows.flag(3)});
    return readings;
}

void each_stack(Session& db, const ReadingSpan& of,
                const std::function<void(const StackRow&)>& take) {
    Statement rows(db,
                   "SELECT t_end, outlet, factor, mg_per_m3, flow, valid FROM"
                   " stack_readings WHERE t_end > ? AND t_end <= ? AND arrived >= ?"
                   " ORDER BY t_end",
                   of.span.from, of.span.to, of.since);
    while (rows.next()) {
        rules::StackReading reading;
        reading.end = rows.instant(0);
        reading.mg_per_m3 = rows.number(3);
        if (!rows.is_null(4)) reading.flow_m3_per_h = rows.number(4);
        reading.valid = rows.flag(5);
        take({rows.view(1), rows.view(2), reading});
    }
}

void each_passage(Session& db, const ReadingSpan& of, const std::function<void(PassageRow)>& take) {
    Statement rows(db,
                   "SELECT t, enterprise, plate, emission_standard, direction, kind FROM"
                   " gate_passages WHERE t >= ? AND t <= ? AND arrived >= ? ORDER BY t",
                   of.span.from, of.span.to, of.since);
    while (rows.next()) {
        take({rows.view(1),
              {rows.instant(0), rows.text(2), rows.text(3), rows.text(4), rows.text(5)}});
    }
}

namespace {

constexpr const char* kReadingColumns = "r.t_end, r.meter, r.kw, r.kwh, r.kwh_total, r.valid";

std::string readings_query(const std::string& meter, const std::string& columns) {
    if (meter.empty()) {
        return "SELECT " + columns +
               " FROM readings AS r WHERE r.t_end > ?2 AND r.t_end <= ?3 ORDER BY r.t_end, r.meter";
    }
    return "WITH RECURSIVE times(t) AS (SELECT min(t_end) FROM readings WHERE t_end > ?2 UNION ALL"
           " SELECT (SELECT min(t_end) FROM readings WHERE t_end > times.t) FROM times WHERE "
           "times.t"
           " <= ?3) SELECT " +
           columns +
           " FROM times CROSS JOIN readings AS r WHERE r.t_end = times.t AND r.meter = ?1 AND "
           "times.t"
           " <= ?3";
}

void bind_readings(Statement& read, const std::string& meter, const rules::Span& span) {
    if (!meter.empty()) read.bind(1, meter);
    read.bind(2, span.from);
    read.bind(3, span.to);
}

}  // namespace

std::vector<ListedReading> list_readings(Session& db, const ReadingQuery& query) {
    std::string sql = readings_query(query.meter, kReadingColumns);
    rules::Span span = query.span;
    const bool is_of_all = query.meter.empty();
    if (query.after) {
        // Readings of one meter have different times; others may share that of the place.
        const auto same_time = std::chrono::seconds{is_of_all ? 1 : 0};
        span.from = std::max(span.from, query.after->t - same_time);
        if (is_of_all) sql.insert(sql.rfind(" ORDER BY"), " AND (r.t_end, r.meter) > (?6, ?7)");
    }
    Statement read(db, sql + " LIMIT ?4 OFFSET ?5");
    bind_readings(read, query.meter, span);
    read.bind(4, query.limit);
    read.bind(5, query.offset);
    if (query.after && is_of_all) {
        read.bind(6, query.after->t);
        read.bind(7, query.after->meter);
    }
    std::vector<ListedReading> readings;
    while (read.next()) {
        readings.push_back({read.instant(0), read.text(1), read.number(2), read.maybe<double>(3),
                            read.maybe<double>(4), read.flag(5)});
    }
    return readings;
}

std::size_t count_readings(Session& db, const ReadingQuery& query, std::size_t most) {
    Statement count(db, "SELECT count(*) FROM (" + readings_query(query.meter, "1") + " LIMIT ?4)");
    bind_readings(count, query.meter, query.span);
    count.bind(4, most);
    return count.next() ? count.get<std::size_t>(0) : 0;
}

}  // namespace qk::daemon
