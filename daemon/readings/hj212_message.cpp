#include "daemon/readings/hj212_message.hpp"

#include <fmt/format.h>

#include "plans/hj212/frame_reader.hpp"
#include "plans/hj212/stack_values.hpp"

namespace qk::daemon {
namespace {

namespace hj212 = plans::hj212;

constexpr double kHj212ConcentrationMax = 1e6;  // mg/m³
constexpr double kHj212FlowMax = 1e8;           // m³/h
constexpr std::size_t kReasonsShown = 3;
constexpr std::string_view kHourData = "2061";

std::string why_not(const hj212::Frame& frame) {
    std::string why(to_text(frame.outcome));
    std::size_t shown = 0;
    for (const hj212::Reason reason : frame.reasons) {
        if (outcome_of(reason) != frame.outcome || shown++ == kReasonsShown) continue;
        why += fmt::format("{} {} ({} / {})", shown == 1 ? ":" : ";", to_text(reason),
                           in_chinese(reason), in_english(reason));
    }
    return why;
}

// The only piece in the bytes; empty: they hold none, or more than one.
std::optional<hj212::Piece> piece_in(const std::string& payload) {
    hj212::FrameReader reader;
    reader.feed(payload);
    auto first = reader.next(hj212::Rest::kNone);
    if (!first || first->kind == hj212::PieceKind::kNoise) return std::nullopt;
    if (reader.next(hj212::Rest::kNone)) return std::nullopt;
    return first;
}

Hj212Value stored_value_of(const hj212::StackValue& from, bool is_hour) {
    Hj212Value value;
    value.from = from.from;
    value.is_hour = is_hour && from.to.has_value();
    value.reading.t = value.is_hour ? *from.to : from.from;
    value.reading.factor = from.factor;
    value.reading.mg_per_m3 = from.mg_per_m3;
    if (from.flow_m3_h && *from.flow_m3_h <= kHj212FlowMax) value.reading.flow = from.flow_m3_h;
    value.reading.valid = from.is_evidence;
    return value;
}

}  // namespace

Hj212Message read_hj212_message(const JournalMessage& message, const hj212::DecodeSetting& setting,
                                const hj212::PointMap* points) {
    Hj212Message said;
    const auto piece = piece_in(message.payload);
    if (!piece) {
        said.why = "the bytes are not one frame";
        return said;
    }
    hj212::Frame frame = decode(*piece, setting);
    said.mn = frame.head.mn.value_or("");
    said.command = frame.head.cn.value_or("");
    const std::string_view address = message.address;
    const std::string_view of_link = address.substr(std::min(address.size(), kHj212Address.size()));
    if (frame.outcome <= hj212::Outcome::kAcceptWarn && said.mn != of_link) {
        frame.note(hj212::Reason::kOtherDevice);
        frame.outcome = hj212::Outcome::kReject;
    }
    if (frame.outcome > hj212::Outcome::kAcceptWarn) {
        said.why = why_not(frame);
        return said;
    }
    for (const hj212::StackValue& value : stack_values(frame)) {
        if (value.mg_per_m3 > kHj212ConcentrationMax) continue;
        said.values.push_back(stored_value_of(value, said.command == kHourData));
    }
    if (points != nullptr) said.series = series_values(frame, *points);
    return said;
}

}  // namespace qk::daemon
