#include "daemon/retention/sweep_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {
namespace {

std::size_t rows_of(std::int64_t changed) { return static_cast<std::size_t>(changed); }

const char* delete_sql(TimedTable table) {
    switch (table) {
        case TimedTable::kReadings:
            return "DELETE FROM readings WHERE (t_end, meter) IN (SELECT t_end, meter FROM readings"
                   " WHERE t_end >= ?1 AND t_end < ?2 LIMIT ?3)";
        case TimedTable::kStackReadings:
            return "DELETE FROM stack_readings WHERE (t_end, outlet, factor) IN (SELECT t_end,"
                   " outlet, factor FROM stack_readings WHERE t_end >= ?1 AND t_end < ?2 LIMIT ?3)";
        case TimedTable::kGatePassages:
            return "DELETE FROM gate_passages WHERE (t, enterprise, plate, direction) IN (SELECT t,"
                   " enterprise, plate, direction FROM gate_passages WHERE t >= ?1 AND t < ?2 LIMIT"
                   " ?3)";
        case TimedTable::kHj212Values:
            return "DELETE FROM hj212_values WHERE (t, outlet, command, factor, mg_per_m3, flow,"
                   " valid) IN (SELECT t, outlet, command, factor, mg_per_m3, flow, valid FROM"
                   " hj212_values WHERE t >= ?1 AND t < ?2 LIMIT ?3)";
        case TimedTable::kSeriesValues:
            return "DELETE FROM series_values WHERE (t, series, text) IN (SELECT t, series, text"
                   " FROM series_values WHERE t >= ?1 AND t < ?2 LIMIT ?3)";
        case TimedTable::kReadingRepeats:
            break;
    }
    return "DELETE FROM reading_repeats WHERE (t_end, meter, kw) IN (SELECT t_end, meter, kw FROM"
           " reading_repeats WHERE t_end >= ?1 AND t_end < ?2 LIMIT ?3)";
}

}  // namespace

std::string_view to_text(TimedTable table) {
    constexpr std::string_view kNames[] = {"readings",        "stack_readings", "gate_passages",
                                           "reading_repeats", "hj212_values",   "series_values"};
    return kNames[static_cast<std::size_t>(table)];
}

std::size_t delete_between(Session& db, TimedTable table, const rules::Span& span,
                           std::size_t limit) {
    return rows_of(db.exec(delete_sql(table), span.from, span.to, limit));
}

std::size_t delete_repeats_beyond(Session& db, std::size_t kept, std::size_t limit) {
    return rows_of(db.exec(
        "DELETE FROM reading_repeats WHERE (t_end, meter, kw) IN (SELECT t_end, meter, kw FROM"
        " reading_repeats ORDER BY t_end LIMIT max(0, min(?1, (SELECT count(*) FROM"
        " reading_repeats) - ?2)))",
        limit, kept));
}

std::string_view to_text(NumberedTable table) {
    return table == NumberedTable::kRejected ? "rejected" : "events";
}

std::size_t delete_oldest(Session& db, NumberedTable table, rules::Instant before,
                          std::size_t limit) {
    const char* time = table == NumberedTable::kRejected ? "arrived" : "at";
    return rows_of(db.exec(fmt::format("DELETE FROM {0} WHERE number IN (SELECT number FROM (SELECT"
                                       " number, {1} AS at FROM {0} ORDER BY number LIMIT ?2) WHERE"
                                       " at < ?1)",
                                       to_text(table), time),
                           before, limit));
}

std::vector<InputsHead> list_inputs(Session& db, const std::string& after, std::size_t limit) {
    Statement next(db,
                   "SELECT hash, at, EXISTS(SELECT 1 FROM warning_story WHERE inputs ="
                   " hash) FROM decision_inputs WHERE hash > ?1 ORDER BY hash LIMIT ?2",
                   after, limit);
    std::vector<InputsHead> heads;
    while (next.next()) heads.push_back({next.text(0), next.instant(1), next.flag(2)});
    return heads;
}

void delete_inputs(Session& db, const std::string& hash) {
    db.exec("DELETE FROM decision_inputs WHERE hash = ?1", hash);
}

std::vector<CitedInputs> list_cited_inputs(Session& db, std::int64_t after, std::size_t limit) {
    Statement next(db,
                   "SELECT s.number, (SELECT d.body FROM decision_inputs AS d WHERE d.hash ="
                   " s.inputs) FROM warning_story AS s WHERE s.number > ?1 AND s.inputs IS NOT"
                   " NULL ORDER BY s.number LIMIT ?2",
                   after, limit);
    std::vector<CitedInputs> inputs;
    while (next.next()) inputs.push_back({next.integer(0), next.text(1)});
    return inputs;
}

std::string_view to_text(BytesTable table) {
    return table == BytesTable::kForecasts ? "forecasts" : "observation_deliveries";
}

std::vector<BytesHead> list_bytes(Session& db, BytesTable table, std::int64_t after,
                                  std::size_t limit) {
    Statement next(db,
                   fmt::format("SELECT number, arrived, length(bytes) = 0 FROM {} WHERE number > ?1"
                               " ORDER BY number LIMIT ?2",
                               to_text(table)),
                   after, limit);
    std::vector<BytesHead> heads;
    while (next.next()) heads.push_back({next.integer(0), next.instant(1), next.flag(2)});
    return heads;
}

void empty_bytes(Session& db, BytesTable table, std::int64_t number) {
    db.exec(fmt::format("UPDATE {} SET bytes = X'' WHERE number = ?1", to_text(table)), number);
}

std::optional<std::string> next_observed_region(Session& db, const std::string& after) {
    return db
        .one<std::optional<std::string>>("SELECT min(region) FROM observations WHERE region > ?1",
                                         after)
        .value();
}

std::size_t delete_observations(Session& db, const std::string& region, rules::Instant before,
                                std::size_t limit) {
    return rows_of(
        db.exec("DELETE FROM observations WHERE region = ?1 AND hour IN (SELECT hour FROM"
                " observations WHERE region = ?1 AND hour < ?2 ORDER BY hour LIMIT ?3)",
                region, before, limit));
}

std::size_t delete_taken_deliveries(Session& db, rules::Instant before, std::size_t limit) {
    return rows_of(db.exec(
        "DELETE FROM notice_deliveries WHERE (notice, target) IN (SELECT notice, target FROM"
        " notice_deliveries WHERE taken_at < ?1 LIMIT ?2)",
        before, limit));
}

std::vector<MeterHead> list_meter_states(Session& db, const std::string& after, std::size_t limit) {
    Statement next(db,
                   "SELECT meter, arrived FROM meter_state WHERE meter > ?1 ORDER BY meter LIMIT"
                   " ?2",
                   after, limit);
    std::vector<MeterHead> heads;
    while (next.next()) heads.push_back({next.text(0), next.instant(1)});
    return heads;
}

void delete_meter_state(Session& db, const std::string& meter) {
    db.exec("DELETE FROM meter_state WHERE meter = ?1", meter);
}

}  // namespace qk::daemon
