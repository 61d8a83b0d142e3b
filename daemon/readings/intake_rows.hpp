// What comes in, as rows: readings, passages and presence as a batch writes them, messages that
// were rejected or wait for their time, and the last reading of each meter. batch.hpp decides what
// is written.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/readings/journal.hpp"
#include "daemon/readings/message.hpp"
#include "daemon/readings/meter_power.hpp"
#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// What a reference names in these lives until the row is written.
struct NewReading {
    rules::Instant t{};
    const std::string& meter;
    double kw = 0;
    std::optional<double> kwh;
    std::optional<double> kwh_total;
    rules::Instant arrived{};
    bool valid = false;
};
struct NewStackReading {
    const std::string& outlet;
    const StackReading& reading;
    rules::Instant arrived{};
};
// One value as a device reported it, of a DataTime.
struct NewHj212Value {
    const std::string& outlet;
    const std::string& command;
    rules::Instant t{};
    const StackReading& reading;
    rules::Instant arrived{};
    std::optional<std::uint64_t> raw{};  // in the file of raw bytes of that day
};
// One value of a further series; its text tells two of one time apart.
struct NewSeriesValue {
    const std::string& series;
    rules::Instant t{};
    const std::string& text;
    std::optional<double> number;
    std::optional<std::string> state;
    bool valid = false;
    rules::Instant arrived{};
    std::optional<std::uint64_t> raw{};
};

struct RejectedRow {
    std::int64_t number = 0;
    rules::Instant arrived{};
    std::string topic;
    std::string payload;
    std::string why;
    std::optional<std::string> place;  // in the journal; one that has it is kept once
    std::string enterprise{};          // that the topic claims
};

// The statements of a batch, prepared once, since preparing one costs more than a row.
class IntakeWriter {
 public:
    explicit IntakeWriter(Session& db);
    // False: there is one of that time, which counts.
    [[nodiscard]] bool store_reading(const NewReading& reading);
    // One that says otherwise than the first of its time, unless the register is the same.
    void store_repeat(const NewReading& reading, const std::optional<double>& register_value);
    [[nodiscard]] std::optional<MeterState> state_of(const std::string& meter);
    // Of the last reading before then, no longer ago than a register is read over.
    [[nodiscard]] std::optional<MeterState> register_before(const std::string& meter,
                                                            rules::Instant t);
    // Unless a later reading has been seen.
    void write_state(const std::string& meter, const MeterState& state, rules::Instant arrived);
    void store_stack(const NewStackReading& row);
    // False: the same was reported before.
    bool store_hj212(const NewHj212Value& row);
    // Likewise.
    bool store_series(const NewSeriesValue& row);
    // How many of them were new.
    std::size_t store_series(const std::string& series, const std::vector<SeriesReading>& readings,
                             rules::Instant arrived);
    void store_passage(const std::string& enterprise, const GatePassage& passage,
                       rules::Instant arrived);
    void store_rejected(const RejectedRow& row);

 private:
    Statement insert_reading_;
    Statement insert_repeat_;
    Statement read_state_;
    Statement read_register_;
    Statement write_state_;
    Statement insert_stack_;
    Statement insert_hj212_;
    Statement insert_series_;
    Statement insert_passage_;
    Statement insert_rejected_;
};

// ---- Presence ----

struct PresenceRow {
    bool online = false;
    rules::Instant since{};
};
[[nodiscard]] std::optional<PresenceRow> presence_of(Session& db, const std::string& enterprise);
void store_presence(Session& db, const std::string& enterprise, const PresenceRow& row);
[[nodiscard]] std::size_t count_online(Session& db);

// ---- Meters ----

[[nodiscard]] std::optional<rules::Instant> last_reading_of(Session& db, const std::string& meter);
// Of every meter that ever sent one.
[[nodiscard]] std::unordered_map<std::string, rules::Instant> last_readings(Session& db);

// ---- Messages that were not taken in ----

void store_rejected(Session& db, const RejectedRow& row);
[[nodiscard]] std::vector<RejectedRow> list_rejected(Session& db, const NewestFirst& stretch);
[[nodiscard]] std::int64_t count_rejected(Session& db);
// All but the newest of one enterprise.
void drop_rejected_of(Session& db, const std::string& enterprise, int kept);
void drop_oldest_rejected(Session& db, std::int64_t count);

[[nodiscard]] std::int64_t count_held(Session& db);
// Of the topics that begin so.
[[nodiscard]] std::int64_t count_held_of(Session& db, const std::string& topics);
// Until `due_at`; false: it is held already.
bool store_held(Session& db, const JournalMessage& message, const std::optional<std::string>& place,
                rules::Instant due_at);
// What was held and is due, at most `limit`, with the number to forget it by.
[[nodiscard]] std::map<std::int64_t, JournalMessage> held_and_due(Session& db, rules::Instant now,
                                                                  std::size_t limit);
// Also of a message that has been taken in since: it was held when it first came from this place.
[[nodiscard]] bool was_held(Session& db, const JournalPlace& place, rules::Instant arrived);
void forget_held(Session& db, std::int64_t number);
// What is known of files of the journal before this one.
void drop_held_before(Session& db, std::uint64_t segment);

}  // namespace qk::daemon
