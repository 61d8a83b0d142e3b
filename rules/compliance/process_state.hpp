// Further series of an enterprise beside power and stacks, and the states that equipment reports of
// itself: running, stopped, started up, under maintenance, bypass open (旁路、开停工、检维修).
//
// A state is what a device or a person says of itself. It explains why readings of its time are not
// those of normal running, and never proves on its own that anything stood still.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::rules {

// What a further series tells.
enum class SeriesKind {
    kCurrent,
    kVoltage,
    kPower,
    kEnergy,
    kGas,    // consumption of natural gas, coal gas
    kSteam,  // consumption of steam
    kLoad,   // share of the rated load
    kFlow,
    kTemperature,
    kPressure,
    kSpeed,
    kState,
    kBypass,
    kOther,
};
[[nodiscard]] std::string_view to_text(SeriesKind kind);                           // "steam"
[[nodiscard]] std::string_view to_chinese(SeriesKind kind);                        // "蒸汽"
[[nodiscard]] std::optional<SeriesKind> parse_series_kind(std::string_view text);  // of either
// Whether its values are states and not numbers.
[[nodiscard]] bool is_of_states(SeriesKind kind);

enum class ProcessState {
    kOff,
    kRunning,
    kStarting,
    kStopping,
    kMaintenance,
    kCalibrating,
    kAlarm,
    kBlowBack,
    kBypassOpen,
    kBypassClosed,
    kUnknown,
};
[[nodiscard]] std::string_view to_text(ProcessState state);     // "bypass_open"
[[nodiscard]] std::string_view to_chinese(ProcessState state);  // "旁路开启"
[[nodiscard]] std::optional<ProcessState> parse_process_state(std::string_view text);

struct StateAt {
    Instant at{};
    ProcessState state = ProcessState::kUnknown;
};
struct StateSpan {
    Span span;
    ProcessState state = ProcessState::kUnknown;

    friend bool operator==(const StateSpan&, const StateSpan&) = default;
};
// One series, ordered by time. A state holds until the next is said, but no longer than `holds`
// after it was said last: behind that nothing is known. What begins before `within` or ends behind
// it is cut; neighbours of one state are one span.
[[nodiscard]] std::vector<StateSpan> spans_of(std::span<const StateAt> states, const Span& within,
                                              std::chrono::seconds holds);

}  // namespace qk::rules
