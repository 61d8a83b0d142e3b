// What clients of enterprises say over MQTT (contract §4), read from topic and payload. Pure.
//
// A payload is refused whole with its findings named, kFaultsMax of them at most; nothing of it is
// taken in, and nothing that came from outside is asserted on. Who the
// enterprise is and whether the meter is its own is not asked here. Times without an offset are of
// the region's zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/orders/receipt.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/process_state.hpp"

namespace qk::daemon {

inline constexpr std::size_t kReadingsPerMessageMax = 10'000;
inline constexpr std::size_t kFaultsMax = 100;
inline constexpr double kPowerKwMax = 1e7;
inline constexpr std::chrono::minutes kFutureMax{10};  // clocks of meters are not exact
inline constexpr std::chrono::hours kReadingAgeMax{400 * 24};

enum class TopicKind { kReceipt, kMeter, kStack, kSeries, kGate, kStatus };

struct Topic {
    TopicKind kind{};
    std::string region;
    std::string enterprise;
    std::string instrument;    // meter, outlet or series; else empty
    bool is_exercise = false;  // a receipt for an order of an exercise
};
// "qingkong/1/110105/e1/meter/m1"; empty for any other topic.
[[nodiscard]] std::optional<Topic> parse_topic(std::string_view topic);
// The filters that bring those topics.
[[nodiscard]] std::vector<std::string> intake_filters();

struct MeterReading {
    rules::Instant t{};  // end of the interval
    std::optional<double> kw;
    std::optional<double> kwh;        // energy of the interval
    std::optional<double> kwh_total;  // running register
    std::chrono::minutes interval{15};
    bool valid = true;
};

struct StackReading {
    rules::Instant t{};
    std::string factor;  // "so2", "nox", "pm", "vocs"
    double mg_per_m3 = 0;
    std::optional<double> flow;  // m³/h
    bool valid = true;
};

// Of a further series: a number, or a state as a word.
struct SeriesReading {
    rules::Instant t{};
    std::optional<double> number;
    std::optional<rules::ProcessState> state;
    bool valid = true;
};

struct GatePassage {
    rules::Instant t{};
    std::string plate;
    std::string emission_standard;
    std::string direction;  // "in" or "out"
    std::string kind;       // "新能源", "危险品", ...; may be empty
};

// `now` bounds the times; `name` stands in the faults.
struct MessageContext {
    std::string name;
    rules::Instant now{};
    rules::Zone zone;
};

[[nodiscard]] rules::Result<std::vector<MeterReading>> parse_meter(std::string_view payload,
                                                                   const MessageContext& context);
[[nodiscard]] rules::Result<std::vector<StackReading>> parse_stack(std::string_view payload,
                                                                   const MessageContext& context);
[[nodiscard]] rules::Result<std::vector<SeriesReading>> parse_series(std::string_view payload,
                                                                     const MessageContext& context);
[[nodiscard]] rules::Result<std::vector<GatePassage>> parse_gate(std::string_view payload,
                                                                 const MessageContext& context);
[[nodiscard]] rules::Result<Receipt> parse_receipt(std::string_view payload,
                                                   const MessageContext& context);
// What is wrong with a payload that came to this topic; nothing, when it can be read.
[[nodiscard]] rules::Faults content_faults(const Topic& topic, std::string_view payload,
                                           const MessageContext& context);
enum class Presence { kOffline, kOnline };
[[nodiscard]] rules::Result<Presence> parse_status(std::string_view payload,
                                                   const MessageContext& context);

}  // namespace qk::daemon
