#include "daemon/readings/message.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <cmath>

#include "daemon/readings/journal_record.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 4> kFactors{"so2", "nox", "pm", "vocs"};
constexpr double kConcentrationMax = 1e6;  // mg/m³
constexpr double kFlowMax = 1e8;           // m³/h
constexpr double kSeriesMax = 1e12;
constexpr double kEnergyMax = 1e12;  // kWh of a running register
constexpr std::size_t kShortTextMax = 200;
constexpr std::size_t kNoteBytesMax = 2000;
constexpr std::size_t kScratchBytes = 8192;  // enough for the readings of an hour

// Members of one object, with every fault collected. Not plans::JsonFields: that copies every text
// and keeps every key that was asked for, for which meters by the thousand would pay; and unknown
// keys are welcome here.
class Members {
 public:
    // `place` in the array; empty: the message is one object.
    Members(const json::value& value, std::optional<std::size_t> place,
            const MessageContext& context, rules::Faults& faults)
        : value_(value), place_(place), context_(context), faults_(faults) {}

    void fault(const std::string& what, std::string cure) {
        if (faults_.size() >= kFaultsMax) return;
        const std::string where = place_ ? fmt::format("[{}].", *place_) : "";
        faults_.push_back(
            {{context_.name, 0, 0}, where + what, std::move(cure), rules::Severity::kError});
    }

    std::optional<double> number(std::string_view key, double lowest, double highest) {
        const json::value* found = plans::find_member(value_, key);
        if (found == nullptr || found->is_null()) return std::nullopt;
        if (!found->is_number()) {
            fault(fmt::format("{} is not a number", key), "a number without quotes");
            return std::nullopt;
        }
        const double number = found->to_number<double>();
        if (!std::isfinite(number)) {
            fault(fmt::format("{} is beyond every number", key),
                  fmt::format("{} to {}", lowest, highest));
            return std::nullopt;
        }
        if (!(number >= lowest && number <= highest)) {
            fault(fmt::format("{} is {}", key, plans::to_text(*found)),
                  fmt::format("{} to {}", lowest, highest));
            return std::nullopt;
        }
        return number;
    }

    std::string text(std::string_view key, std::size_t longest = kShortTextMax) {
        return std::string(text_view(key, longest));
    }

    std::string_view text_view(std::string_view key, std::size_t longest = kShortTextMax) {
        const json::value* found = plans::find_member(value_, key);
        if (found == nullptr || found->is_null()) return {};
        if (!found->is_string()) {
            fault(fmt::format("{} is not a text", key), "a text in quotes");
            return {};
        }
        const std::string_view text(found->get_string());
        if (text.size() > longest) {
            fault(fmt::format("{} is {} bytes long", key, text.size()),
                  fmt::format("at most {}", longest));
            return {};
        }
        return text;
    }

    // What people will read. A message is not lost over a character that nobody sees; it is shown.
    std::string shown_text(std::string_view key, std::size_t longest = kShortTextMax) {
        return plans::with_unseen_shown(text_view(key, longest));
    }

    bool flag(std::string_view key, bool otherwise) {
        const json::value* found = plans::find_member(value_, key);
        if (found == nullptr || found->is_null()) return otherwise;
        if (!found->is_bool()) fault(fmt::format("{} is not a boolean", key), "true or false");
        return found->is_bool() ? found->as_bool() : otherwise;
    }

    // Who has signed the object; empty where nobody did. What only carries it is not signed.
    std::optional<ReceiptSeal> seal() {
        const auto said = [this](std::string_view key) -> std::string {
            const json::value* found = plans::find_member(value_, key);
            const bool is_text = found != nullptr && found->is_string();
            if (!is_text || found->get_string().size() > kShortTextMax) return {};
            return std::string(std::string_view(found->get_string()));
        };
        ReceiptSeal read{said("enterprise"), said("key"), said("signature"), {}};
        if (read.key.empty() && read.signature.empty()) return std::nullopt;
        json::object bare(value_.get_object(), json::storage_ptr());
        bare.erase("signature");
        bare.erase("seq");
        read.text = plans::canonical_text(std::move(bare));
        return read;
    }

    // Whatever clock it is of.
    std::optional<rules::Instant> stated_time(std::string_view key) {
        const std::string_view written = text_view(key);
        auto t = rules::parse_instant(written, context_.zone);
        if (!t) fault(fmt::format("{} {}", key, rules::not_a_time(written)), rules::kTimeCure);
        return t;
    }
    rules::Instant time(std::string_view key) {
        const std::string_view written = text_view(key);
        const auto t = stated_time(key);
        if (!t) return {};
        if (*t > context_.now + kFutureMax) {
            fault(
                fmt::format("{} {} is in the future", key, written),
                fmt::format("at most {} minutes ahead of now; set the clock", kFutureMax.count()));
        } else if (*t < context_.now - kReadingAgeMax) {
            fault(fmt::format("{} {} is too long ago", key, written), "at most 400 days");
        }
        return *t;
    }

 private:
    const json::value& value_;
    std::optional<std::size_t> place_;
    const MessageContext& context_;
    rules::Faults& faults_;
};

rules::Faults refuse(const MessageContext& context, std::string what, std::string cure) {
    return {{{context.name, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

// One object, or an array of them; `read` is called with each.
template <class Read>
rules::Faults for_each_object(std::string_view payload, const MessageContext& context, Read read) {
    if (payload.size() > kPayloadBytesMax) {
        return refuse(context, "the message is too long",
                      fmt::format("at most {} bytes", kPayloadBytesMax));
    }
    // Everything of a message is read into one piece of memory and let go at once.
    std::array<unsigned char, kScratchBytes> scratch;
    json::monotonic_resource memory(scratch.data(), scratch.size());
    const auto parsed = plans::parse_json_in(&memory, payload, context.name);
    if (!parsed) return parsed.error();
    const json::array* list = parsed->if_array();
    const std::size_t count = list == nullptr ? 1 : list->size();
    if (count == 0 || count > kReadingsPerMessageMax) {
        return refuse(context, fmt::format("an array of {}", count),
                      fmt::format("1 to {}", kReadingsPerMessageMax));
    }
    rules::Faults faults;
    for (std::size_t i = 0; i < count; ++i) {
        const json::value& item = list == nullptr ? *parsed : (*list)[i];
        const auto place = list == nullptr ? std::nullopt : std::optional(i);
        Members members(item, place, context, faults);
        if (item.is_object()) {
            read(members);
        } else {
            members.fault("is not an object", "{\"t\":…}");
        }
    }
    return faults;
}

}  // namespace

std::optional<Topic> parse_topic(std::string_view topic) {
    std::vector<std::string_view> parts;
    std::size_t from = 0;
    while (parts.size() < 8) {
        const std::size_t slash = topic.find('/', from);
        parts.push_back(topic.substr(from, slash - from));
        if (slash == std::string_view::npos) break;
        from = slash + 1;
    }
    if (parts.size() < 5 || parts.size() > 6 || parts[0] != "qingkong" || parts[1] != "1") {
        return std::nullopt;
    }
    for (const std::string_view part : parts) {
        if (part.empty() || !plans::is_utf8(part)) return std::nullopt;
    }
    Topic read;
    read.region = parts[2];
    read.enterprise = parts[3];
    if (parts.size() == 6 && parts[4] == "exercise") {
        if (parts[5] != "receipt") return std::nullopt;
        read.kind = TopicKind::kReceipt;
        read.is_exercise = true;
    } else if (parts.size() == 6) {
        read.instrument = parts[5];
        if (parts[4] == "meter") {
            read.kind = TopicKind::kMeter;
        } else if (parts[4] == "stack") {
            read.kind = TopicKind::kStack;
        } else if (parts[4] == "series") {
            read.kind = TopicKind::kSeries;
        } else {
            return std::nullopt;
        }
    } else if (parts[4] == "receipt") {
        read.kind = TopicKind::kReceipt;
    } else if (parts[4] == "gate") {
        read.kind = TopicKind::kGate;
    } else if (parts[4] == "status") {
        read.kind = TopicKind::kStatus;
    } else {
        return std::nullopt;
    }
    return read;
}

std::vector<std::string> intake_filters() {
    return {"qingkong/1/+/+/receipt", "qingkong/1/+/+/exercise/receipt", "qingkong/1/+/+/meter/+",
            "qingkong/1/+/+/stack/+", "qingkong/1/+/+/series/+",         "qingkong/1/+/+/gate",
            "qingkong/1/+/+/status"};
}

rules::Result<std::vector<MeterReading>> parse_meter(std::string_view payload,
                                                     const MessageContext& context) {
    std::vector<MeterReading> readings;
    rules::Faults faults = for_each_object(payload, context, [&](Members& members) {
        MeterReading reading;
        reading.t = members.time("t");
        reading.kw = members.number("kw", 0, kPowerKwMax);
        reading.kwh = members.number("kwh", 0, kEnergyMax);
        reading.kwh_total = members.number("kwh_total", 0, kEnergyMax);
        if (const auto minutes = members.number("minutes", 1, 1440)) {
            reading.interval = std::chrono::minutes{std::lround(*minutes)};
        }
        reading.valid = members.flag("valid", true);
        if (!reading.kw && !reading.kwh && !reading.kwh_total) {
            members.fault("has no power", "kw (mean power), kwh (of the interval) or kwh_total");
        }
        readings.push_back(reading);
    });
    if (!faults.empty()) return faults;
    return readings;
}

rules::Result<std::vector<StackReading>> parse_stack(std::string_view payload,
                                                     const MessageContext& context) {
    std::vector<StackReading> readings;
    rules::Faults faults = for_each_object(payload, context, [&](Members& members) {
        StackReading reading;
        reading.t = members.time("t");
        reading.flow = members.number("flow", 0, kFlowMax);
        reading.valid = members.flag("valid", true);
        bool any = false;
        for (const std::string_view factor : kFactors) {
            const auto value = members.number(factor, 0, kConcentrationMax);
            if (!value) continue;
            any = true;
            reading.factor = factor;
            reading.mg_per_m3 = *value;
            readings.push_back(reading);
        }
        if (!any) members.fault("has no factor", "so2, nox, pm or vocs in mg/m³");
    });
    if (!faults.empty()) return faults;
    return readings;
}

rules::Result<std::vector<SeriesReading>> parse_series(std::string_view payload,
                                                       const MessageContext& context) {
    std::vector<SeriesReading> readings;
    rules::Faults faults = for_each_object(payload, context, [&](Members& members) {
        SeriesReading reading;
        reading.t = members.time("t");
        reading.number = members.number("value", -kSeriesMax, kSeriesMax);
        reading.valid = members.flag("valid", true);
        const std::string_view state = members.text_view("state");
        if (!state.empty()) {
            reading.state = rules::parse_process_state(state);
            if (!reading.state) {
                members.fault(fmt::format("state '{}' is not one", state),
                              "off, running, starting, stopping, maintenance, calibrating, alarm, "
                              "blow_back, bypass_open, bypass_closed or unknown");
            }
        }
        if (reading.number.has_value() == !state.empty()) {
            members.fault("has neither or both of value and state",
                          "{\"t\":…,\"value\":12.5} or {\"t\":…,\"state\":\"running\"}");
        }
        readings.push_back(reading);
    });
    if (!faults.empty()) return faults;
    return readings;
}

rules::Result<std::vector<GatePassage>> parse_gate(std::string_view payload,
                                                   const MessageContext& context) {
    std::vector<GatePassage> passages;
    rules::Faults faults = for_each_object(payload, context, [&](Members& members) {
        GatePassage passage;
        passage.t = members.time("t");
        passage.plate = members.shown_text("plate");
        passage.emission_standard = members.shown_text("emission_standard");
        passage.direction = members.text("direction");
        passage.kind = members.shown_text("kind");
        if (passage.plate.empty()) members.fault("has no plate", "\"plate\":\"京A12345\"");
        if (passage.direction != "in" && passage.direction != "out") {
            members.fault(fmt::format("direction '{}' is neither", passage.direction),
                          "\"in\" or \"out\"");
        }
        passages.push_back(std::move(passage));
    });
    if (!faults.empty()) return faults;
    return passages;
}

rules::Result<Receipt> parse_receipt(std::string_view payload, const MessageContext& context) {
    Receipt receipt;
    int count = 0;
    rules::Faults faults = for_each_object(payload, context, [&](Members& members) {
        ++count;
        receipt.order = members.text("order");
        receipt.by = members.shown_text("by");
        receipt.note = members.shown_text("note", kNoteBytesMax);
        // A receipt counts from its arrival, so a wrong clock loses none.
        receipt.at = members.stated_time("at").value_or(rules::Instant{});
        receipt.seal = members.seal();
        if (receipt.order.empty()) members.fault("has no order", "the order's id");
        const auto revision = members.number("revision", 1, 1e15);
        if (!revision || *revision != std::floor(*revision)) {
            members.fault("has no revision", "the whole number of the order's document");
        } else {
            receipt.revision = static_cast<std::int64_t>(*revision);
        }
        const std::string state = members.text("state");
        const auto known = parse_receipt_state(state);
        if (known && *known != ReceiptState::kNone) {
            receipt.state = *known;
        } else {
            members.fault(fmt::format("state '{}' is not one", state),
                          "received, accepted, executing, done or refused");
        }
    });
    if (!faults.empty()) return faults;
    if (count != 1) return refuse(context, "several receipts in one message", "one object");
    return receipt;
}

rules::Faults content_faults(const Topic& topic, std::string_view payload,
                             const MessageContext& context) {
    const auto faults_of = [](const auto& read) { return read ? rules::Faults{} : read.error(); };
    switch (topic.kind) {
        case TopicKind::kMeter:
            return faults_of(parse_meter(payload, context));
        case TopicKind::kStack:
            return faults_of(parse_stack(payload, context));
        case TopicKind::kSeries:
            return faults_of(parse_series(payload, context));
        case TopicKind::kGate:
            return faults_of(parse_gate(payload, context));
        case TopicKind::kReceipt:
            return faults_of(parse_receipt(payload, context));
        case TopicKind::kStatus:
            return faults_of(parse_status(payload, context));
    }
    return {};
}

rules::Result<Presence> parse_status(std::string_view payload, const MessageContext& context) {
    if (payload == "online" || payload == "\"online\"") return Presence::kOnline;
    if (payload == "offline" || payload == "\"offline\"") return Presence::kOffline;
    return refuse(context, "the status is neither", "online or offline");
}

}  // namespace qk::daemon
