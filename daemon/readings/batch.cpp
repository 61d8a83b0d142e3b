#include "daemon/readings/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <map>
#include <set>
#include <unordered_map>

#include "daemon/base/canary.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/readings/hj212_taker.hpp"
#include "daemon/readings/intake_rows.hpp"
#include "daemon/readings/mark_writer.hpp"
#include "daemon/readings/message_content.hpp"
#include "daemon/readings/meter_power.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

constexpr std::size_t kHeldPayloadBytesMax = 64 << 10;
constexpr std::size_t kPendingMax = 100'000;  // readings in memory
// Of the rejected messages that are kept, one enterprise has at most this part.
constexpr int kRejectedShare = 10;
// Likewise of those that wait for a clock that went back.
constexpr int kHeldShare = 10;

// A reading that waits for the end of the batch.
struct PendingReading {
    const rules::MeterFacts* meter = nullptr;
    MeterReading reading;
    MeterPower power;
    rules::Instant arrived{};
};

class BatchWriter {
 public:
    BatchWriter(Session& db, const IntakeView& view)
        : db_(db), view_(view), rows_(db), basis_{view.zone, view.index}, marks_(db) {}

    // `content`: what was read of it before.
    void take(const JournalMessage& message, const MessageContent& content);
    // It is on record, so that its sender may let go of it.
    void pass_mark(const JournalMessage& message, const MessageContent& content);
    BatchOutcome finish();

 private:
    void take_placed(const JournalMessage& message, const MessageContent& content);
    void take_mqtt(const JournalMessage& message, const MessageContent& content);
    void take_hj212(const JournalMessage& message);
    [[nodiscard]] std::string origin_fault(const JournalMessage& message,
                                           const MessageContent& content);
    [[nodiscard]] std::string claimant_of(const JournalMessage& message) const;
    void reject(const JournalMessage& message, const std::string& why);
    [[nodiscard]] rules::Faults over_limit(const std::string& enterprise, std::string why);
    [[nodiscard]] rules::Faults too_fast(const std::string& enterprise, std::string why);
    [[nodiscard]] rules::Faults admit_rows(const std::string& enterprise, rules::Instant arrived,
                                           std::size_t rows);
    enum class Held { kNo, kYes, kNoRoom };
    [[nodiscard]] Held hold(const JournalMessage& message, const Topic& topic,
                            MessageContext context);
    [[nodiscard]] std::string sender_fault(const MessageContent& content);
    [[nodiscard]] rules::Faults take_said(const MessageContent& content, const Said& said,
                                          const JournalMessage& message);
    [[nodiscard]] rules::Faults take_meter(const MessageContent& content, const Said& said,
                                           rules::Instant arrived);
    [[nodiscard]] rules::Faults take_stack(const MessageContent& content, const Said& said,
                                           rules::Instant arrived);
    [[nodiscard]] rules::Faults take_series(const MessageContent& content, const Said& said,
                                            rules::Instant arrived);
    [[nodiscard]] rules::Faults take_gate(const MessageContent& content, const Said& said,
                                          rules::Instant arrived);
    [[nodiscard]] rules::Faults take_receipt_of(const std::string& enterprise,
                                                const Receipt& receipt,
                                                const JournalMessage& message);
    [[nodiscard]] const rules::MeterFacts& meter_at(std::size_t place);
    [[nodiscard]] bool forget_unknown(const Receipt& receipt, const std::string& enterprise);
    [[nodiscard]] rules::Faults admit_readings(const std::string& enterprise,
                                               const std::string& meter, rules::Instant arrived,
                                               const std::vector<MeterReading>& readings);
    void store_pending();
    void prune_rejected();
    [[nodiscard]] bool store_reading(const PendingReading& pending);
    void write_state(const rules::MeterFacts& meter, const MeterReading& reading,
                     rules::Instant arrived);
    void store_passages(const std::string& enterprise, const std::vector<GatePassage>& passages,
                        rules::Instant arrived);
    void take_presence(const std::string& enterprise, bool online, rules::Instant at);

    Session& db_;
    const IntakeView& view_;
    IntakeWriter rows_;
    const ContentBasis basis_;
    // Those of the batch, by their place in the inventory.
    std::unordered_map<std::size_t, rules::MeterFacts> meters_;
    std::vector<PendingReading> pending_;
    std::optional<std::int64_t> held_;             // messages held by now
    std::map<std::string, std::int64_t> held_of_;  // likewise, by enterprise
    std::set<std::string> rejected_senders_;
    MarkWriter marks_;
    std::shared_ptr<const Hj212Config> hj212_;
    std::optional<Hj212Taker> devices_;  // made when the first frame comes
    bool is_too_fast_ = false;  // the message that is being taken; its sender may send it later
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
    return plans::with_unseen_shown(std::string_view(payload).substr(0, end));
}

// The enterprise that a topic names, as far as it can be read.
std::string claimed_by(const JournalMessage& message) {
    // Of a device that nobody knows it is the address it came from that floods.
    if (message.channel == Channel::kHj212) {
        return "hj212 " + message.sender.substr(0, message.sender.find(' '));
    }
    const auto topic = parse_topic(message.address);
    return topic ? topic->enterprise : std::string();
}

// None: not from the journal.
std::optional<std::string> text_of(const JournalPlace& place) {
    if (place.offset == 0) return std::nullopt;
    return fmt::format("{} {}", place.segment, place.offset);
}

plans::hj212::RawFrame raw_frame_of(const JournalMessage& message) {
    const std::string_view address = message.address;
    plans::hj212::RawFrame frame;
    frame.arrived = message.arrived;
    frame.link = message.sender.substr(0, message.sender.find(' '));
    frame.mn = address.substr(std::min(address.size(), kHj212Address.size()));
    frame.bytes = message.payload;
    return frame;
}

RejectedRow rejected_row(const JournalMessage& message, const std::string& sender,
                         const std::string& why) {
    return {0,
            message.arrived,
            shown(message.address),
            shown(message.payload),
            plans::with_unseen_shown(why),
            text_of(message.end),
            sender};
}

// The enterprise of a device, where the inventory knows it.
std::string BatchWriter::claimant_of(const JournalMessage& message) const {
    if (message.channel != Channel::kHj212) return claimed_by(message);
    const std::string_view address = message.address;
    const auto place =
        view_.index->outlet_of_mn(address.substr(std::min(address.size(), kHj212Address.size())));
    if (!place) return claimed_by(message);
    return view_.inventory->outlets[*place].enterprise;
}

void BatchWriter::reject(const JournalMessage& message, const std::string& why) {
    const std::string sender = claimant_of(message);
    rejected_senders_.insert(sender);
    RejectedRow row = rejected_row(message, sender, why);
    if (!planted(Canary::kRejectedNotKept)) rows_.store_rejected(row);
    outcome_.rejected.push_back({std::move(row.topic), std::move(row.why)});
}

rules::Faults BatchWriter::over_limit(const std::string& enterprise, std::string why) {
    if (why.empty()) return {};
    ++outcome_.over_limit[enterprise];
    return rules::refuse(std::move(why));
}

rules::Faults BatchWriter::too_fast(const std::string& enterprise, std::string why) {
    is_too_fast_ |= !why.empty();
    return over_limit(enterprise, std::move(why));
}

rules::Faults BatchWriter::admit_rows(const std::string& enterprise, rules::Instant arrived,
                                      std::size_t rows) {
    if (view_.limits == nullptr) return {};
    std::string why = view_.limits->admit_rows(view_.quota, enterprise, arrived, rows);
    const bool ever_fits = rows <= static_cast<std::size_t>(view_.quota.rows_per_minute);
    return ever_fits ? too_fast(enterprise, std::move(why))
                     : over_limit(enterprise, std::move(why));
}

// Empty: the enterprise is one of the inventory in use, in this region, or still has an order.
std::string BatchWriter::sender_fault(const MessageContent& content) {
    const Topic& topic = *content.topic;
    if (content.enterprise) {
        const std::string& region = view_.inventory->enterprises[*content.enterprise].region;
        if (region == topic.region) return {};
        return fmt::format("enterprise {} is of region {}, not {}", topic.enterprise, region,
                           topic.region);
    }
    const auto order = load_order(db_, topic.enterprise);
    if (order && order->region == topic.region) return {};
    return fmt::format("no enterprise {} in the inventory", topic.enterprise);
}

void BatchWriter::take(const JournalMessage& message, const MessageContent& content) {
    is_too_fast_ = false;
    if (content.topic || message.channel != Channel::kMqtt) return take_placed(message, content);
    take_placed(message, place_content(message, basis_));
}

void BatchWriter::take_placed(const JournalMessage& message, const MessageContent& content) {
    if (message.payload_bytes > message.payload.size()) {
        reject(message, fmt::format("a payload of {} bytes is longer than is allowed",
                                    message.payload_bytes));
    } else if (message.channel == Channel::kMqtt) {
        take_mqtt(message, content);
    } else if (message.channel == Channel::kHj212) {
        take_hj212(message);
    } else {
        reject(message,
               fmt::format("channel '{}' is not read by this version", to_text(message.channel)));
    }
    if (!is_too_fast_) pass_mark(message, content);
}

// Nobody passes the mark of another.
void BatchWriter::pass_mark(const JournalMessage& message, const MessageContent& content) {
    const auto sequence = sequence_of(message.payload);
    if (!sequence || message.channel != Channel::kMqtt) return;
    if (!origin_fault(message, content).empty()) return;
    marks_.pass(content.topic->enterprise, content.topic->region, *sequence, message.arrived);
}

// Empty: it is of the enterprise that its topic names, as far as anybody can tell.
std::string BatchWriter::origin_fault(const JournalMessage& message,
                                      const MessageContent& content) {
    const auto& topic = content.topic;
    if (!topic) return "no topic of ours";
    if (!message.sender.empty() && message.sender != topic->enterprise) {
        return fmt::format("sent by {} in the name of {}", message.sender, topic->enterprise);
    }
    return sender_fault(content);
}

void BatchWriter::take_mqtt(const JournalMessage& message, const MessageContent& content) {
    const std::string stranger = origin_fault(message, content);
    if (!stranger.empty()) return reject(message, stranger);
    const auto& topic = content.topic;
    if (view_.limits != nullptr) {
        const bool is_answer =
            topic->kind == TopicKind::kReceipt || topic->kind == TopicKind::kStatus;
        const rules::Faults over =
            too_fast(topic->enterprise, view_.limits->admit_message(view_.quota, topic->enterprise,
                                                                    message.arrived, is_answer));
        if (!over.empty()) return reject(message, over.front().what);
    }
    const bool is_read = !std::holds_alternative<std::monostate>(content.said);
    const rules::Faults faults =
        is_read ? take_said(content, content.said, message)
                : take_said(content,
                            read_said(*topic, message.payload, context_of(message, view_.zone)),
                            message);
    if (faults.empty()) {
        ++outcome_.taken_in;
        return;
    }
    // By a clock that was wrong when it arrived it lies in the future. What waited for its time has
    // gone, or will go, through the journal once more.
    const bool is_from_journal = message.end.offset != 0;
    if (is_from_journal && was_held(db_, message.end, message.arrived)) return;
    const Held held = hold(message, *topic, context_of(message, view_.zone));
    if (held == Held::kYes) return;
    std::string why = in_one_line(faults);
    if (held == Held::kNoRoom) {
        why += fmt::format(
            "; the clock went back, and {} messages, or a tenth of them of this enterprise, wait "
            "for it already: raise limits.held_messages",
            view_.held_messages);
    }
    reject(message, why);
}

void BatchWriter::take_hj212(const JournalMessage& message) {
    if (!devices_) {
        if (!hj212_) hj212_ = view_.hj212 ? view_.hj212 : std::make_shared<const Hj212Config>();
        devices_.emplace(db_, rows_, Hj212Taker::Basis{*view_.inventory, *view_.index, *hj212_});
    }
    const Hj212Message said = devices_->read(message);
    // Of a device that is known; who else may send what he likes is limited elsewhere.
    std::optional<std::uint64_t> raw;
    if (view_.raw != nullptr && devices_->enterprise_of(said)) {
        raw = view_.raw->append(raw_frame_of(message));
    }
    if (!said.why.empty()) return reject(message, said.why);
    const auto enterprise = devices_->enterprise_of(said);
    if (!enterprise) {
        return reject(message, fmt::format("no outlet with the MN {} in the inventory: enter it in "
                                           "outlets.csv, at one outlet only",
                                           said.mn));
    }
    const std::size_t rows = said.values.size() + said.series.size();
    const rules::Faults over = admit_rows(*enterprise, message.arrived, rows);
    if (!over.empty()) return reject(message, in_one_line(over));
    devices_->store(said, message.arrived, raw);
    ++outcome_.taken_in;
}

// Yes: the message is good by the clock as it stood before it went back, and is kept until then.
BatchWriter::Held BatchWriter::hold(const JournalMessage& message, const Topic& topic,
                                    MessageContext context) {
    if (planted(Canary::kFutureRefused)) return Held::kNo;
    if (!view_.clock_expected || message.payload.size() > kHeldPayloadBytesMax) return Held::kNo;
    // Who knows only that it is later than that keeps what may be true until the clock is right.
    context.now = *view_.clock_expected + view_.clock_unsure;
    if (!content_faults(topic, message.payload, context).empty()) return Held::kNo;
    if (!held_) held_ = count_held(db_);
    const auto [own, is_first] = held_of_.try_emplace(topic.enterprise);
    if (is_first) {
        own->second =
            count_held_of(db_, fmt::format("qingkong/1/{}/{}/", topic.region, topic.enterprise));
    }
    const bool has_share = own->second < std::max(1, view_.held_messages / kHeldShare);
    if (!has_share || *held_ >= view_.held_messages) return Held::kNoRoom;
    const bool is_new = store_held(db_, message, text_of(message.end), *view_.clock_expected);
    *held_ += is_new ? 1 : 0;
    own->second += is_new ? 1 : 0;
    ++outcome_.held;
    return Held::kYes;
}

rules::Faults BatchWriter::take_said(const MessageContent& content, const Said& said,
                                     const JournalMessage& message) {
    const rules::Instant arrived = message.arrived;
    const std::string& enterprise = content.topic->enterprise;
    switch (content.topic->kind) {
        case TopicKind::kMeter:
            return take_meter(content, said, arrived);
        case TopicKind::kStack:
            return take_stack(content, said, arrived);
        case TopicKind::kSeries:
            return take_series(content, said, arrived);
        case TopicKind::kGate:
            return take_gate(content, said, arrived);
        case TopicKind::kReceipt:
            if (const auto* faults = std::get_if<rules::Faults>(&said)) return *faults;
            return take_receipt_of(order_holder_of(enterprise, content.topic->is_exercise),
                                   std::get<Receipt>(said), message);
        case TopicKind::kStatus:
            if (const auto* faults = std::get_if<rules::Faults>(&said)) return *faults;
            take_presence(enterprise, std::get<Presence>(said) == Presence::kOnline, arrived);
            return {};
    }
    return {};
}

rules::Faults BatchWriter::take_gate(const MessageContent& content, const Said& said,
                                     rules::Instant arrived) {
    if (const auto* faults = std::get_if<rules::Faults>(&said)) return *faults;
    const auto& passages = std::get<std::vector<GatePassage>>(said);
    const std::string& enterprise = content.topic->enterprise;
    rules::Faults over = admit_rows(enterprise, arrived, passages.size());
    if (!over.empty()) return over;
    store_passages(enterprise, passages, arrived);
    return {};
}

rules::Faults BatchWriter::take_receipt_of(const std::string& enterprise, const Receipt& receipt,
                                           const JournalMessage& message) {
    ReceiptOrigin origin;
    origin.enterprise = enterprise;
    origin.sender = message.sender;
    origin.arrived = message.arrived + view_.arrives_later;
    const ReceiptEffect effect = take_receipt(db_, receipt, origin);
    const bool is_unknown =
        effect == ReceiptEffect::kUnknownOrder || effect == ReceiptEffect::kUnknownRevision;
    if (is_unknown && forget_unknown(receipt, enterprise)) {
        return over_limit(enterprise,
                          fmt::format("enterprise {} has {} receipts for orders that were never "
                                      "issued, and no more are kept",
                                      enterprise, view_.unknown_receipts_kept));
    }
    const bool is_taken = effect == ReceiptEffect::kTaken;
    ++(is_taken ? outcome_.receipts : outcome_.receipts_without_effect);
    // A late one may contradict what is on record.
    outcome_.has_told |=
        is_taken || effect == ReceiptEffect::kWrongSignature || effect == ReceiptEffect::kLate;
    return {};
}

// True: there were enough of them, and this one is not kept.
bool BatchWriter::forget_unknown(const Receipt& receipt, const std::string& enterprise) {
    if (count_unknown_receipts(db_, enterprise) <= view_.unknown_receipts_kept) return false;
    forget_receipt(db_, enterprise, receipt);
    return true;
}

const rules::MeterFacts& BatchWriter::meter_at(std::size_t place) {
    const auto found = meters_.find(place);
    if (found != meters_.end()) return found->second;
    return meters_.emplace(place, plans::facts_of(view_.inventory->meters[place])).first->second;
}

rules::Faults BatchWriter::take_meter(const MessageContent& content, const Said& said,
                                      rules::Instant arrived) {
    const Topic& topic = *content.topic;
    if (!content.instrument) {
        return rules::refuse(fmt::format("no meter {} in the inventory", topic.instrument));
    }
    const rules::MeterFacts& meter = meter_at(*content.instrument);
    if (meter.enterprise != topic.enterprise && !planted(Canary::kMeterOfOthers)) {
        return rules::refuse(fmt::format("meter {} belongs to {}", meter.id, meter.enterprise));
    }
    if (const auto* faults = std::get_if<rules::Faults>(&said)) return *faults;
    const auto& readings = std::get<std::vector<MeterReading>>(said);
    rules::Faults over = admit_readings(topic.enterprise, meter.id, arrived, readings);
    if (!over.empty()) return over;
    const double ratio = view_.inventory->meters[*content.instrument].ct_ratio;
    for (const MeterReading& reading : readings) {
        PendingReading pending{&meter, scaled(reading, ratio), {}, arrived};
        // A register is read against the state that all before it leave.
        const bool is_register = !reading.kw && !reading.kwh;
        if (is_register) store_pending();
        std::optional<MeterState> before;
        if (is_register) before = rows_.state_of(meter.id);
        // What is filled in is read against what stood before it, not against the latest.
        const bool is_filled_in = before && reading.t <= before->t;
        if (is_filled_in) before = rows_.register_before(meter.id, reading.t);
        pending.power = power_of(meter, reading, ratio, before);
        outcome_.registers_anew += pending.power.has_begun_anew ? 1 : 0;
        pending_.push_back(pending);
        if (is_register) store_pending();
    }
    if (pending_.size() >= kPendingMax) store_pending();
    return {};
}

rules::Faults BatchWriter::admit_readings(const std::string& enterprise, const std::string& meter,
                                          rules::Instant arrived,
                                          const std::vector<MeterReading>& readings) {
    if (view_.limits == nullptr) return {};
    std::vector<rules::Instant> times;
    times.reserve(readings.size());
    for (const MeterReading& reading : readings) times.push_back(reading.t);
    std::string why = view_.limits->admit_readings(view_.quota, meter, arrived, times);
    if (why.empty()) return admit_rows(enterprise, arrived, readings.size());
    const auto most = static_cast<std::size_t>(view_.quota.readings_per_meter_hour);
    const bool ever_fits =
        times.size() <= most && !view_.limits->are_too_close(view_.quota, meter, times);
    return ever_fits ? too_fast(enterprise, std::move(why))
                     : over_limit(enterprise, std::move(why));
}

// Sorts as the id does, as far as it goes.
std::uint64_t first_bytes(const std::string& id) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, id.data(), std::min(id.size(), sizeof bytes));
    return std::endian::native == std::endian::little ? __builtin_bswap64(bytes) : bytes;
}

// In the order of the key. The first reading of a time counts, so those of one time stay in the
// order in which they came. The state of a meter is written once, for its latest.
void BatchWriter::store_pending() {
    struct Key {
        rules::Instant t;
        std::uint64_t id_start;
        const PendingReading* pending;
    };
    std::vector<Key> keys;
    keys.reserve(pending_.size());
    for (const PendingReading& one : pending_) {
        keys.push_back({one.reading.t, first_bytes(one.meter->id), &one});
    }
    std::ranges::sort(keys, [](const Key& a, const Key& b) {
        if (a.t != b.t) return a.t < b.t;
        if (a.id_start != b.id_start) return a.id_start < b.id_start;
        if (a.pending->meter == b.pending->meter) return a.pending < b.pending;
        return a.pending->meter->id < b.pending->meter->id;
    });
    std::unordered_map<const rules::MeterFacts*, const PendingReading*> latest;
    for (const Key& key : keys) {
        if (store_reading(*key.pending)) latest[key.pending->meter] = key.pending;
    }
    for (const auto& [meter, pending] : latest) {
        write_state(*meter, pending->reading, pending->arrived);
    }
    pending_.clear();
}

void BatchWriter::write_state(const rules::MeterFacts& meter, const MeterReading& reading,
                              rules::Instant arrived) {
    rows_.write_state(meter.id, {reading.t, reading.kwh_total}, arrived);
}

// False: there was one of that time.
bool BatchWriter::store_reading(const PendingReading& pending) {
    const MeterReading& reading = pending.reading;
    const NewReading row{reading.t,         pending.meter->id, pending.power.kw,   reading.kwh,
                         reading.kwh_total, pending.arrived,   pending.power.valid};
    if (rows_.store_reading(row)) {
        ++outcome_.readings;
        return true;
    }
    // Power that is derived from a register is another when it is derived again.
    const std::optional<double> register_value =
        !reading.kw && !reading.kwh ? reading.kwh_total : std::nullopt;
    rows_.store_repeat(row, register_value);
    return false;
}

rules::Faults BatchWriter::take_stack(const MessageContent& content, const Said& said,
                                      rules::Instant arrived) {
    const Topic& topic = *content.topic;
    if (!content.instrument) {
        return rules::refuse(fmt::format("no outlet {} in the inventory", topic.instrument));
    }
    const plans::Outlet& outlet = view_.inventory->outlets[*content.instrument];
    if (outlet.enterprise != topic.enterprise) {
        return rules::refuse(fmt::format("outlet {} belongs to {}", outlet.id, outlet.enterprise));
    }
    if (const auto* faults = std::get_if<rules::Faults>(&said)) return *faults;
    const auto& readings = std::get<std::vector<StackReading>>(said);
    rules::Faults over = admit_rows(topic.enterprise, arrived, readings.size());
    if (!over.empty()) return over;
    const std::string id = outlet.id.str();
    for (const StackReading& reading : readings) {
        rows_.store_stack({id, reading, arrived});
    }
    return {};
}

rules::Faults BatchWriter::take_series(const MessageContent& content, const Said& said,
                                       rules::Instant arrived) {
    const Topic& topic = *content.topic;
    if (!content.instrument) {
        return rules::refuse(fmt::format("no series {} in the inventory", topic.instrument));
    }
    const plans::Series& series = view_.inventory->series[*content.instrument];
    if (series.enterprise != topic.enterprise) {
        return rules::refuse(fmt::format("series {} belongs to {}", series.id, series.enterprise));
    }
    if (const auto* faults = std::get_if<rules::Faults>(&said)) return *faults;
    const auto& readings = std::get<std::vector<SeriesReading>>(said);
    for (const SeriesReading& reading : readings) {
        if (is_of_states(series.kind) == reading.state.has_value()) continue;
        return rules::refuse(
            fmt::format("series {} is of the kind {}", series.id, rules::to_text(series.kind)),
            is_of_states(series.kind) ? "a state" : "a value");
    }
    rules::Faults over = admit_rows(topic.enterprise, arrived, readings.size());
    if (!over.empty()) return over;
    outcome_.hj212.series_values += rows_.store_series(series.id.str(), readings, arrived);
    return {};
}

void BatchWriter::store_passages(const std::string& enterprise,
                                 const std::vector<GatePassage>& passages, rules::Instant arrived) {
    for (const GatePassage& passage : passages) {
        rows_.store_passage(enterprise, passage, arrived);
    }
}

void BatchWriter::take_presence(const std::string& enterprise, bool online, rules::Instant at) {
    store_presence(db_, enterprise, {online, at});
    if (!online) return;
    for (const bool is_exercise : {false, true}) {
        outcome_.has_told |= ask_again(db_, order_holder_of(enterprise, is_exercise));
    }
}

// The newest are kept. Who floods drives out his own, and not what others have sent.
void BatchWriter::prune_rejected() {
    for (const std::string& sender : rejected_senders_) {
        drop_rejected_of(db_, sender, std::max(1, view_.rejected_kept / kRejectedShare));
    }
    const std::int64_t over = count_rejected(db_) - view_.rejected_kept;
    if (over > 0) drop_oldest_rejected(db_, over);
}

BatchOutcome BatchWriter::finish() {
    store_pending();
    if (devices_) outcome_.hj212.add(devices_->finish());
    // What a reading names outlives the machine no later than the reading does.
    if (view_.raw != nullptr) (void)view_.raw->sync();
    if (!outcome_.rejected.empty()) prune_rejected();
    outcome_.marked = marks_.finish();
    outcome_.online = count_online(db_);
    return std::move(outcome_);
}

}  // namespace

BatchOutcome::Rejection keep_rejected(Session& db, const JournalMessage& message,
                                      const std::string& why) {
    RejectedRow row = rejected_row(message, claimed_by(message), why);
    store_rejected(db, row);
    return {std::move(row.topic), std::move(row.why)};
}

void pass_mark(Session& db, const JournalMessage& message, const IntakeView& view,
               BatchOutcome& outcome) {
    BatchWriter writer(db, view);
    writer.pass_mark(message, place_content(message, {view.zone, view.index}));
    outcome.marked.merge(writer.finish().marked);
}

BatchOutcome take_messages(Session& db, std::span<const JournalMessage> messages,
                           const IntakeView& view) {
    BatchWriter writer(db, view);
    const bool is_read = view.contents.size() == messages.size();
    for (std::size_t i = 0; i < messages.size(); ++i) {
        writer.take(messages[i], is_read ? view.contents[i] : MessageContent{});
    }
    return writer.finish();
}

}  // namespace qk::daemon
