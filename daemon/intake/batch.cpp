#include "daemon/intake/batch.hpp"

#include <fmt/format.h>

#include <cmath>

#include "daemon/dispatch/orders.hpp"
#include "daemon/dispatch/receipts.hpp"
#include "daemon/intake/message.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/sql.hpp"
#include "plans/text/encoding.hpp"
#include "rules/proof/standing.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kInsertReading =
    "INSERT INTO readings(t_end, meter, kw, kwh, kwh_total, arrived, valid) "
    "VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kInsertRepeat =
    "INSERT INTO reading_repeats(t_end, meter, kw, kwh, arrived) "
    "SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS("
    "SELECT 1 FROM readings WHERE t_end = ?1 AND meter = ?2 AND kw = ?3) ON CONFLICT DO NOTHING";
constexpr const char* kReadState = "SELECT t_end, kwh_total FROM meter_state WHERE meter = ?";
constexpr const char* kWriteState =
    "INSERT INTO meter_state(meter, t_end, kwh_total, arrived) VALUES(?,?,?,?) "
    "ON CONFLICT(meter) DO UPDATE SET t_end = excluded.t_end, kwh_total = excluded.kwh_total, "
    "arrived = excluded.arrived WHERE excluded.t_end >= meter_state.t_end";
constexpr const char* kInsertStack =
    "INSERT INTO stack_readings(t_end, outlet, factor, mg_per_m3, flow, arrived, valid) "
    "VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kInsertPassage =
    "INSERT INTO gate_passages(t, enterprise, plate, direction, emission_standard, kind, arrived) "
    "VALUES(?,?,?,?,?,?,?) ON CONFLICT DO NOTHING";
constexpr const char* kInsertRejected =
    "INSERT INTO rejected(arrived, topic, payload, why) VALUES(?,?,?,?)";

struct Power {
    double kw = 0;
    bool valid = true;
};

// Statements are prepared once a batch, since preparing one costs more than a row.
class BatchWriter {
 public:
    BatchWriter(SQLite::Database& db, const IntakeView& view)
        : db_(db),
          view_(view),
          insert_reading_(db, kInsertReading),
          insert_repeat_(db, kInsertRepeat),
          read_state_(db, kReadState),
          write_state_(db, kWriteState),
          insert_stack_(db, kInsertStack),
          insert_passage_(db, kInsertPassage),
          insert_rejected_(db, kInsertRejected) {}

    void take(const JournalMessage& message);
    BatchOutcome finish();

 private:
    void reject(const JournalMessage& message, const std::string& why);
    [[nodiscard]] std::string sender_fault(const Topic& topic);
    [[nodiscard]] rules::Faults take_kind(const Topic& topic, const JournalMessage& message,
                                          const MessageContext& context);
    [[nodiscard]] rules::Faults take_meter(const Topic& topic, const JournalMessage& message,
                                           const MessageContext& context);
    [[nodiscard]] rules::Faults take_stack(const Topic& topic, const JournalMessage& message,
                                           const MessageContext& context);
    void store_readings(const rules::MeterFacts& meter, const std::vector<MeterReading>& readings,
                        rules::Instant arrived);
    [[nodiscard]] bool store_reading(const rules::MeterFacts& meter, const MeterReading& reading,
                                     rules::Instant arrived);
    void write_state(const rules::MeterFacts& meter, const MeterReading& reading,
                     rules::Instant arrived);
    [[nodiscard]] Power power_of(const rules::MeterFacts& meter, const MeterReading& reading);
    void store_passages(const std::string& enterprise, const std::vector<GatePassage>& passages,
                        rules::Instant arrived);
    void store_presence(const std::string& enterprise, bool online, rules::Instant at);

    SQLite::Database& db_;
    const IntakeView& view_;
    SQLite::Statement insert_reading_;
    SQLite::Statement insert_repeat_;
    SQLite::Statement read_state_;
    SQLite::Statement write_state_;
    SQLite::Statement insert_stack_;
    SQLite::Statement insert_passage_;
    SQLite::Statement insert_rejected_;
    BatchOutcome outcome_;
};

std::string in_one_line(const rules::Faults& faults) {
    constexpr std::size_t kShown = 5;
    std::string text;
    for (std::size_t i = 0; i < faults.size() && i < kShown; ++i) {
        if (i > 0) text += "; ";
        text += faults[i].what;
        if (!faults[i].cure.empty()) text += ": " + faults[i].cure;
    }
    if (faults.size() > kShown) text += fmt::format("; and {} more", faults.size() - kShown);
    return text;
}

// The payload as text for people; what is not UTF-8 is not shown.
std::string shown(const std::string& payload) {
    if (!plans::is_utf8(payload)) return fmt::format("({} bytes, not UTF-8)", payload.size());
    std::size_t end = std::min(payload.size(), kRejectedPayloadBytesMax);
    while (end < payload.size() && end > 0 &&
           (static_cast<unsigned char>(payload[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    return payload.substr(0, end);
}

void BatchWriter::reject(const JournalMessage& message, const std::string& why) {
    insert_rejected_.reset();
    bind(insert_rejected_, 1, message.arrived);
    insert_rejected_.bind(2, shown(message.topic));
    insert_rejected_.bind(3, shown(message.payload));
    insert_rejected_.bind(4, why);
    insert_rejected_.exec();
    BatchOutcome::Rejection rejection;
    rejection.topic = shown(message.topic);
    rejection.why = why;
    outcome_.rejected.push_back(std::move(rejection));
}

// Empty: the enterprise is one of the inventory in use, in this region, or still has an order.
std::string BatchWriter::sender_fault(const Topic& topic) {
    const auto place = view_.index->enterprise(topic.enterprise);
    if (place) {
        const std::string& region = view_.inventory->enterprises[*place].region;
        if (region == topic.region) return {};
        return fmt::format("enterprise {} is of region {}, not {}", topic.enterprise, region,
                           topic.region);
    }
    const auto order = load_order(db_, topic.enterprise);
    if (order && order->region == topic.region) return {};
    return fmt::format("no enterprise {} in the inventory", topic.enterprise);
}

void BatchWriter::take(const JournalMessage& message) {
    const auto topic = parse_topic(message.topic);
    if (!topic) return reject(message, "no topic of ours");
    const std::string stranger = sender_fault(*topic);
    if (!stranger.empty()) return reject(message, stranger);
    MessageContext context;
    context.name = message.topic;
    context.now = message.arrived;
    context.zone = view_.zone;
    const rules::Faults faults = take_kind(*topic, message, context);
    if (!faults.empty()) return reject(message, in_one_line(faults));
    ++outcome_.taken_in;
}

rules::Faults BatchWriter::take_kind(const Topic& topic, const JournalMessage& message,
                                     const MessageContext& context) {
    switch (topic.kind) {
        case TopicKind::kMeter:
            return take_meter(topic, message, context);
        case TopicKind::kStack:
            return take_stack(topic, message, context);
        case TopicKind::kGate: {
            const auto passages = parse_gate(message.payload, context);
            if (!passages) return passages.error();
            store_passages(topic.enterprise, *passages, message.arrived);
            return {};
        }
        case TopicKind::kReceipt: {
            const auto receipt = parse_receipt(message.payload, context);
            if (!receipt) return receipt.error();
            ReceiptOrigin origin;
            origin.enterprise = topic.enterprise;
            origin.arrived = message.arrived;
            const ReceiptEffect effect = take_receipt(db_, *receipt, origin);
            const bool is_taken = effect == ReceiptEffect::kTaken;
            ++(is_taken ? outcome_.receipts : outcome_.receipts_without_effect);
            outcome_.has_told |= is_taken;
            return {};
        }
        case TopicKind::kStatus: {
            const auto presence = parse_status(message.payload, context);
            if (!presence) return presence.error();
            store_presence(topic.enterprise, *presence == Presence::kOnline, message.arrived);
            return {};
        }
    }
    return {};
}

rules::Faults BatchWriter::take_meter(const Topic& topic, const JournalMessage& message,
                                      const MessageContext& context) {
    const auto place = view_.index->meter(topic.instrument);
    if (!place) {
        return rules::refuse(fmt::format("no meter {} in the inventory", topic.instrument));
    }
    const rules::MeterFacts meter = plans::facts_of(view_.inventory->meters[*place]);
    if (meter.enterprise != topic.enterprise) {
        return rules::refuse(fmt::format("meter {} belongs to {}", meter.id, meter.enterprise));
    }
    const auto readings = parse_meter(message.payload, context);
    if (!readings) return readings.error();
    store_readings(meter, *readings, message.arrived);
    return {};
}

// The state of the meter is written once, for the latest; a register that is derived from needs the
// one before it.
void BatchWriter::store_readings(const rules::MeterFacts& meter,
                                 const std::vector<MeterReading>& readings,
                                 rules::Instant arrived) {
    const MeterReading* latest = nullptr;
    for (const MeterReading& reading : readings) {
        const bool needs_state = !reading.kw && !reading.kwh;
        if (needs_state && latest != nullptr) {
            write_state(meter, *latest, arrived);
            latest = nullptr;
        }
        if (!store_reading(meter, reading, arrived)) continue;
        if (latest == nullptr || latest->t <= reading.t) latest = &reading;
    }
    if (latest != nullptr) write_state(meter, *latest, arrived);
}

void BatchWriter::write_state(const rules::MeterFacts& meter, const MeterReading& reading,
                              rules::Instant arrived) {
    write_state_.reset();
    write_state_.bindNoCopy(1, meter.id);
    bind(write_state_, 2, reading.t);
    bind(write_state_, 3, reading.kwh_total);
    bind(write_state_, 4, arrived);
    write_state_.exec();
}

Power BatchWriter::power_of(const rules::MeterFacts& meter, const MeterReading& reading) {
    Power power;
    power.valid = reading.valid;
    if (reading.kw) {
        power.kw = *reading.kw;
    } else if (reading.kwh) {
        power.kw = *reading.kwh * 60.0 / static_cast<double>(reading.interval.count());
    } else {
        read_state_.reset();
        read_state_.bind(1, meter.id);
        power.valid = false;
        if (read_state_.executeStep() && !read_state_.isColumnNull(1)) {
            const auto passed = reading.t - instant_at(read_state_, 0);
            const double rise = *reading.kwh_total - read_state_.getColumn(1).getDouble();
            if (passed > std::chrono::seconds{0} && passed <= kRegisterGapMax && rise >= 0) {
                power.kw = rise * 3600.0 / static_cast<double>(passed.count());
                power.valid = reading.valid;
            }
        }
    }
    if (meter.rated_kw && power.kw > *meter.rated_kw * rules::kAbsurdTimesRated)
        power.valid = false;
    return power;
}

// False: there was one of that time.
bool BatchWriter::store_reading(const rules::MeterFacts& meter, const MeterReading& reading,
                                rules::Instant arrived) {
    const Power power = power_of(meter, reading);
    insert_reading_.reset();
    bind(insert_reading_, 1, reading.t);
    insert_reading_.bindNoCopy(2, meter.id);
    insert_reading_.bind(3, power.kw);
    bind(insert_reading_, 4, reading.kwh);
    bind(insert_reading_, 5, reading.kwh_total);
    bind(insert_reading_, 6, arrived);
    insert_reading_.bind(7, power.valid ? 1 : 0);
    if (insert_reading_.exec() == 0) {
        insert_repeat_.reset();
        bind(insert_repeat_, 1, reading.t);
        insert_repeat_.bind(2, meter.id);
        insert_repeat_.bind(3, power.kw);
        bind(insert_repeat_, 4, reading.kwh);
        bind(insert_repeat_, 5, arrived);
        insert_repeat_.exec();
        return false;
    }
    ++outcome_.readings;
    return true;
}

rules::Faults BatchWriter::take_stack(const Topic& topic, const JournalMessage& message,
                                      const MessageContext& context) {
    const auto place = view_.index->outlet(topic.instrument);
    if (!place) {
        return rules::refuse(fmt::format("no outlet {} in the inventory", topic.instrument));
    }
    const plans::Outlet& outlet = view_.inventory->outlets[*place];
    if (outlet.enterprise != topic.enterprise) {
        return rules::refuse(fmt::format("outlet {} belongs to {}", outlet.id, outlet.enterprise));
    }
    const auto readings = parse_stack(message.payload, context);
    if (!readings) return readings.error();
    const std::string id = outlet.id.str();  // lives as long as the statement needs it
    for (const StackReading& reading : *readings) {
        insert_stack_.reset();
        bind(insert_stack_, 1, reading.t);
        insert_stack_.bindNoCopy(2, id);
        insert_stack_.bindNoCopy(3, reading.factor);
        insert_stack_.bind(4, reading.mg_per_m3);
        bind(insert_stack_, 5, reading.flow);
        bind(insert_stack_, 6, message.arrived);
        insert_stack_.bind(7, reading.valid ? 1 : 0);
        insert_stack_.exec();
    }
    return {};
}

void BatchWriter::store_passages(const std::string& enterprise,
                                 const std::vector<GatePassage>& passages, rules::Instant arrived) {
    for (const GatePassage& passage : passages) {
        insert_passage_.reset();
        bind(insert_passage_, 1, passage.t);
        insert_passage_.bind(2, enterprise);
        insert_passage_.bind(3, passage.plate);
        insert_passage_.bind(4, passage.direction);
        insert_passage_.bind(5, passage.emission_standard);
        insert_passage_.bind(6, passage.kind);
        bind(insert_passage_, 7, arrived);
        insert_passage_.exec();
    }
}

void BatchWriter::store_presence(const std::string& enterprise, bool online, rules::Instant at) {
    SQLite::Statement write(db_,
                            "INSERT INTO presence(enterprise, online, since) VALUES(?,?,?) "
                            "ON CONFLICT(enterprise) DO UPDATE SET online = excluded.online, "
                            "since = excluded.since WHERE presence.online <> excluded.online");
    write.bind(1, enterprise);
    write.bind(2, online ? 1 : 0);
    bind(write, 3, at);
    write.exec();
    if (online) outcome_.has_told |= ask_again(db_, enterprise);
}

BatchOutcome BatchWriter::finish() {
    if (!outcome_.rejected.empty()) {
        SQLite::Statement prune(db_,
                                "DELETE FROM rejected WHERE number <= "
                                "(SELECT max(number) FROM rejected) - ?");
        prune.bind(1, view_.rejected_kept);
        prune.exec();
    }
    outcome_.online =
        static_cast<std::size_t>(count_of(db_, "SELECT count(*) FROM presence WHERE online = 1"));
    return std::move(outcome_);
}

}  // namespace

BatchOutcome take_messages(SQLite::Database& db, std::span<const JournalMessage> messages,
                           const IntakeView& view) {
    BatchWriter writer(db, view);
    for (const JournalMessage& message : messages) writer.take(message);
    return writer.finish();
}

}  // namespace qk::daemon
