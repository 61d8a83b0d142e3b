#include "daemon/readings/intake_rows.hpp"

#include <fmt/format.h>

#include "daemon/base/canary.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kInsertReading =
    "INSERT INTO readings(t_end, meter, kw, kwh, kwh_total, arrived, valid) "
    "VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kReplaceReading =  // planted
    "INSERT OR REPLACE INTO readings(t_end, meter, kw, kwh, kwh_total, arrived, valid) "
    "VALUES(?,?,?,?,?,?,?)";
constexpr const char* kInsertRepeat =
    "INSERT INTO reading_repeats(t_end, meter, kw, kwh, arrived) "
    "SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS("
    "SELECT 1 FROM readings WHERE t_end = ?1 AND meter = ?2 AND (kw = ?3 OR kwh_total = ?6)) "
    "ON CONFLICT DO NOTHING";
constexpr const char* kReadState = "SELECT t_end, kwh_total FROM meter_state WHERE meter = ?";
// From time to time backwards, since the key begins with the time. A walk has an end: what is not
// found in so many steps is no evidence, as where there is none.
constexpr const char* kReadRegister =
    "WITH RECURSIVE times(t) AS (SELECT MAX(t_end) FROM readings WHERE t_end < ?1 UNION ALL"
    " SELECT (SELECT MAX(t_end) FROM readings WHERE t_end < times.t) FROM times WHERE times.t > ?2"
    " LIMIT 1500)"
    " SELECT r.t_end, r.kwh_total FROM times JOIN readings AS r ON r.t_end = times.t AND"
    " r.meter = ?3 WHERE times.t >= ?2 AND r.kwh_total IS NOT NULL LIMIT 1";
constexpr const char* kWriteState =
    "INSERT INTO meter_state(meter, t_end, kwh_total, arrived) VALUES(?,?,?,?) "
    "ON CONFLICT(meter) DO UPDATE SET t_end = excluded.t_end, kwh_total = excluded.kwh_total, "
    "arrived = excluded.arrived WHERE excluded.t_end >= meter_state.t_end";
constexpr const char* kInsertStack =
    "INSERT INTO stack_readings(t_end, outlet, factor, mg_per_m3, flow, arrived, valid) "
    "VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kInsertHj212 =
    "INSERT INTO hj212_values(t, outlet, command, factor, mg_per_m3, flow, valid, arrived, raw) "
    "VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kInsertSeries =
    "INSERT INTO series_values(t, series, text, number, state, valid, arrived, raw) "
    "VALUES(?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kInsertPassage =
    "INSERT INTO gate_passages(t, enterprise, plate, direction, emission_standard, kind, arrived) "
    "VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kInsertRejected =
    "INSERT INTO rejected(arrived, topic, payload, why, place, enterprise) VALUES(?,?,?,?,?,?) "
    "ON CONFLICT DO NOTHING";
constexpr const char* kInsertHeld =
    "INSERT INTO held_messages(due_at, place, arrived, channel, sender, address, payload) "
    "VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";

}  // namespace

IntakeWriter::IntakeWriter(Session& db)
    : insert_reading_(db, planted(Canary::kReadingOverwritten) ? kReplaceReading : kInsertReading),
      insert_repeat_(db, kInsertRepeat),
      read_state_(db, kReadState),
      read_register_(db, kReadRegister),
      write_state_(db, kWriteState),
      insert_stack_(db, kInsertStack),
      insert_hj212_(db, kInsertHj212),
      insert_series_(db, kInsertSeries),
      insert_passage_(db, kInsertPassage),
      insert_rejected_(db, kInsertRejected) {}

bool IntakeWriter::store_reading(const NewReading& reading) {
    return insert_reading_.run(reading.t, InPlace(reading.meter), reading.kw, reading.kwh,
                               reading.kwh_total, reading.arrived, reading.valid ? 1 : 0) > 0;
}

void IntakeWriter::store_repeat(const NewReading& reading,
                                const std::optional<double>& register_value) {
    insert_repeat_.run(reading.t, InPlace(reading.meter), reading.kw, reading.kwh, reading.arrived,
                       register_value);
}

std::optional<MeterState> IntakeWriter::state_of(const std::string& meter) {
    if (!read_state_.find(meter)) return std::nullopt;
    return MeterState{read_state_.instant(0), read_state_.maybe<double>(1)};
}

std::optional<MeterState> IntakeWriter::register_before(const std::string& meter,
                                                        rules::Instant t) {
    if (!read_register_.find(t, t - kRegisterGapMax, meter)) return std::nullopt;
    return MeterState{read_register_.instant(0), read_register_.maybe<double>(1)};
}

void IntakeWriter::write_state(const std::string& meter, const MeterState& state,
                               rules::Instant arrived) {
    write_state_.run(InPlace(meter), state.t, state.kwh_total, arrived);
}

void IntakeWriter::store_stack(const NewStackReading& row) {
    const StackReading& reading = row.reading;
    insert_stack_.run(reading.t, InPlace(row.outlet), InPlace(reading.factor), reading.mg_per_m3,
                      reading.flow, row.arrived, reading.valid ? 1 : 0);
}

bool IntakeWriter::store_hj212(const NewHj212Value& row) {
    constexpr double kNoFlow = -1;
    const StackReading& reading = row.reading;
    return insert_hj212_.run(row.t, InPlace(row.outlet), InPlace(row.command),
                             InPlace(reading.factor), reading.mg_per_m3,
                             reading.flow.value_or(kNoFlow), reading.valid ? 1 : 0, row.arrived,
                             row.raw) > 0;
}

bool IntakeWriter::store_series(const NewSeriesValue& row) {
    return insert_series_.run(row.t, InPlace(row.series), InPlace(row.text), row.number, row.state,
                              row.valid ? 1 : 0, row.arrived, row.raw) > 0;
}

std::size_t IntakeWriter::store_series(const std::string& series,
                                       const std::vector<SeriesReading>& readings,
                                       rules::Instant arrived) {
    std::size_t stored = 0;
    for (const SeriesReading& reading : readings) {
        std::optional<std::string> state;
        if (reading.state) state = std::string(rules::to_text(*reading.state));
        const std::string text = state.value_or(fmt::format("{}", reading.number.value_or(0)));
        const bool is_new = store_series(
            {series, reading.t, text, reading.number, state, reading.valid, arrived, {}});
        stored += is_new ? 1 : 0;
    }
    return stored;
}

void IntakeWriter::store_passage(const std::string& enterprise, const GatePassage& passage,
                                 rules::Instant arrived) {
    insert_passage_.run(passage.t, enterprise, passage.plate, passage.direction,
                        passage.emission_standard, passage.kind, arrived);
}

void IntakeWriter::store_rejected(const RejectedRow& row) {
    insert_rejected_.run(row.arrived, row.topic, row.payload, row.why, row.place, row.enterprise);
}

std::optional<PresenceRow> presence_of(Session& db, const std::string& enterprise) {
    Statement read(db, "SELECT online, since FROM presence WHERE enterprise = ?", enterprise);
    if (!read.next()) return std::nullopt;
    return PresenceRow{read.flag(0), read.instant(1)};
}

void store_presence(Session& db, const std::string& enterprise, const PresenceRow& row) {
    db.exec(
        "INSERT INTO presence(enterprise, online, since) VALUES(?,?,?) "
        "ON CONFLICT(enterprise) DO UPDATE SET online = excluded.online, "
        "since = excluded.since WHERE presence.online <> excluded.online",
        enterprise, row.online ? 1 : 0, row.since);
}

std::size_t count_online(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM presence WHERE online = 1"));
}

std::optional<rules::Instant> last_reading_of(Session& db, const std::string& meter) {
    return db.one<rules::Instant>("SELECT t_end FROM meter_state WHERE meter = ?", meter);
}

std::unordered_map<std::string, rules::Instant> last_readings(Session& db) {
    std::unordered_map<std::string, rules::Instant> last;
    Statement read(db, "SELECT meter, t_end FROM meter_state");
    while (read.next()) last.emplace(read.text(0), read.instant(1));
    return last;
}

void store_rejected(Session& db, const RejectedRow& row) {
    db.exec(kInsertRejected, row.arrived, row.topic, row.payload, row.why, row.place,
            row.enterprise);
}

std::vector<RejectedRow> list_rejected(Session& db, const NewestFirst& stretch) {
    Statement read(db,
                   "SELECT number, arrived, topic, payload, why, place, enterprise FROM rejected "
                   "WHERE number < ?1 ORDER BY number DESC LIMIT ?2 OFFSET ?3",
                   stretch.below, stretch.limit, stretch.offset);
    std::vector<RejectedRow> rows;
    while (read.next()) {
        rows.push_back({read.integer(0), read.instant(1), read.text(2), read.text(3), read.text(4),
                        read.maybe<std::string>(5), read.text(6)});
    }
    return rows;
}

std::int64_t count_rejected(Session& db) { return db.count("SELECT count(*) FROM rejected"); }

void drop_rejected_of(Session& db, const std::string& enterprise, int kept) {
    db.exec(
        "DELETE FROM rejected WHERE number IN (SELECT number FROM rejected "
        "WHERE enterprise = ? ORDER BY number DESC LIMIT -1 OFFSET ?)",
        enterprise, kept);
}

void drop_oldest_rejected(Session& db, std::int64_t count) {
    db.exec(
        "DELETE FROM rejected WHERE number IN "
        "(SELECT number FROM rejected ORDER BY number LIMIT ?)",
        count);
}

std::int64_t count_held(Session& db) { return db.count("SELECT count(*) FROM held_messages"); }

std::int64_t count_held_of(Session& db, const std::string& topics) {
    return db.count("SELECT count(*) FROM held_messages WHERE substr(address, 1, length(?1)) = ?1",
                    topics);
}

bool store_held(Session& db, const JournalMessage& message, const std::optional<std::string>& place,
                rules::Instant due_at) {
    return db.exec(kInsertHeld, due_at, place, message.arrived, static_cast<int>(message.channel),
                   message.sender, message.address, Blob{message.payload}) > 0;
}

std::map<std::int64_t, JournalMessage> held_and_due(Session& db, rules::Instant now,
                                                    std::size_t limit) {
    std::map<std::int64_t, JournalMessage> due;
    Statement read(db,
                   "SELECT number, channel, sender, address, payload FROM held_messages "
                   "WHERE due_at <= ? ORDER BY due_at, number LIMIT ?",
                   now, limit);
    while (read.next()) {
        JournalMessage& message = due[read.integer(0)];
        message.channel = static_cast<Channel>(read.get<int>(1));
        message.sender = read.text(2);
        message.address = read.text(3);
        message.payload = read.text(4);
    }
    return due;
}

bool was_held(Session& db, const JournalPlace& place, rules::Instant arrived) {
    return db.has("SELECT 1 FROM held_before WHERE segment = ? AND offset = ? AND arrived = ?",
                  place.segment, place.offset, arrived) ||
           db.has("SELECT 1 FROM held_messages WHERE place = ? AND arrived = ?",
                  fmt::format("{} {}", place.segment, place.offset), arrived);
}

void forget_held(Session& db, std::int64_t number) {
    db.exec(
        "INSERT INTO held_before(segment, offset, arrived) "
        "SELECT CAST(substr(place, 1, instr(place, ' ') - 1) AS INTEGER), "
        "CAST(substr(place, instr(place, ' ') + 1) AS INTEGER), arrived "
        "FROM held_messages WHERE number = ? AND place IS NOT NULL ON CONFLICT DO NOTHING",
        number);
    db.exec("DELETE FROM held_messages WHERE number = ?", number);
}

void drop_held_before(Session& db, std::uint64_t segment) {
    db.exec("DELETE FROM held_before WHERE segment < ?", segment);
}

}  // namespace qk::daemon
