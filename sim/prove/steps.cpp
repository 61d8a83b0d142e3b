#include "sim/prove/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace qk::sim {
namespace {

constexpr std::array<std::string_view, kStepKindCount> kStepNames{
    "write", "sync", "name", "connect", "hand", "take", "answer"};
constexpr std::array<std::string_view, kFaultKindCount> kFaultNames{
    "dies", "power", "full",  "error", "ends",     "unanswered", "restarts", "forgets", "leaves",
    "ages", "drops", "parts", "rots",  "vanishes", "shifts",     "cuts",     "clock"};

}  // namespace

std::string_view to_text(StepKind kind) { return kStepNames[static_cast<std::size_t>(kind)]; }
std::string_view to_text(FaultKind kind) { return kFaultNames[static_cast<std::size_t>(kind)]; }

std::optional<FaultKind> parse_fault_kind(std::string_view text) {
    const auto found = std::ranges::find(kFaultNames, text);
    if (found == kFaultNames.end()) return std::nullopt;
    return static_cast<FaultKind>(found - kFaultNames.begin());
}

bool is_death(FaultKind fault) {
    switch (fault) {
        case FaultKind::kProcessDies:
        case FaultKind::kPowerFails:
        case FaultKind::kJournalRots:
        case FaultKind::kJournalGone:
        case FaultKind::kPlaceShifts:
        case FaultKind::kAuditCut:
            return true;
        case FaultKind::kDiskFull:
        case FaultKind::kDiskError:
        case FaultKind::kLinkEnds:
        case FaultKind::kAnswerLost:
        case FaultKind::kBrokerRestarts:
        case FaultKind::kBrokerForgets:
        case FaultKind::kBrokerAway:
        case FaultKind::kBrokerAges:
        case FaultKind::kBrokerDrops:
        case FaultKind::kReadingsAway:
        case FaultKind::kClockBack:
            return false;
    }
    return false;
}

bool can_strike(FaultKind fault, StepKind step) {
    const bool is_of_disk =
        step == StepKind::kWrite || step == StepKind::kSync || step == StepKind::kName;
    switch (fault) {
        case FaultKind::kProcessDies:
        case FaultKind::kPowerFails:
        case FaultKind::kJournalRots:
        case FaultKind::kJournalGone:
        case FaultKind::kPlaceShifts:
        case FaultKind::kAuditCut:
        case FaultKind::kClockBack:
            return true;
        case FaultKind::kDiskFull:
        case FaultKind::kDiskError:
            return is_of_disk;
        case FaultKind::kAnswerLost:
            return step == StepKind::kHand || step == StepKind::kAnswer;
        case FaultKind::kBrokerDrops:
            return step == StepKind::kHand;
        case FaultKind::kLinkEnds:
        case FaultKind::kBrokerRestarts:
        case FaultKind::kBrokerForgets:
        case FaultKind::kBrokerAway:
        case FaultKind::kBrokerAges:
        case FaultKind::kReadingsAway:
            return !is_of_disk;
    }
    return false;
}

std::string to_text(const std::vector<PlannedFault>& faults) {
    std::string text;
    for (const PlannedFault& fault : faults) {
        text += fmt::format("{}{}@{}", text.empty() ? "" : " ", to_text(fault.kind), fault.step);
    }
    return text;
}

std::optional<std::vector<PlannedFault>> parse_faults(std::string_view text) {
    std::vector<PlannedFault> faults;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(" ,"), text.size());
        const std::string_view one = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (one.empty()) continue;
        const std::size_t at = one.find('@');
        if (at == std::string_view::npos) return std::nullopt;
        const auto kind = parse_fault_kind(one.substr(0, at));
        PlannedFault fault;
        const char* last = one.data() + one.size();
        const auto [stopped, error] = std::from_chars(one.data() + at + 1, last, fault.step);
        if (!kind || error != std::errc{} || stopped != last || fault.step == 0) {
            return std::nullopt;
        }
        fault.kind = *kind;
        faults.push_back(fault);
    }
    return faults;
}

Steps::Steps(std::vector<PlannedFault> faults) : faults_(std::move(faults)) {
    std::ranges::sort(faults_);
}

std::optional<FaultKind> Steps::take(StepKind kind) {
    if (is_dead_ || looks_away_) return std::nullopt;
    kinds_.push_back(kind);
    const std::uint64_t now = count();
    // One that cannot strike here, because an earlier fault has moved the steps, strikes at the
    // next step at which it can.
    const auto due = std::ranges::find_if(faults_, [&](const PlannedFault& fault) {
        return fault.step <= now && can_strike(fault.kind, kind);
    });
    if (due == faults_.end()) return std::nullopt;
    const FaultKind fault = due->kind;
    faults_.erase(due);
    struck_.push_back({now, fault});
    if (is_death(fault)) {
        is_dead_ = true;
        if (tell_death_) tell_death_(fault);
    }
    if (fault == FaultKind::kClockBack) {
        if (tell_clock_back_) tell_clock_back_();
        return std::nullopt;
    }
    return fault;
}

void Steps::die() {
    if (is_dead_) return;
    is_dead_ = true;
    if (tell_death_) tell_death_(FaultKind::kProcessDies);
}

}  // namespace qk::sim
