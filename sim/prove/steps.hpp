// The steps of a run that the outside can see, counted: each write, sync and change of a name on
// the disk, each message that the broker takes, hands over or answers. A fault strikes at a step,
// by its number.
//
// The same seed gives the same steps up to the first fault, so that a fault drawn for step n of a
// run without faults strikes the same step in a run with it. When the process dies, nothing that it
// still does is counted or has an effect, until revive().
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qk::sim {

enum class StepKind : std::uint8_t {
    kWrite,    // bytes of a file
    kSync,     // of a file
    kName,     // a file is made, renamed or removed, or a folder synced
    kConnect,  // the broker lets the daemon in
    kHand,     // the broker hands a message to the daemon
    kTake,     // the broker takes a publication
    kAnswer,   // the broker acknowledges one
};
inline constexpr std::size_t kStepKindCount = 7;
[[nodiscard]] std::string_view to_text(StepKind kind);

enum class FaultKind : std::uint8_t {
    kProcessDies,     // kill -9: what was written stays
    kPowerFails,      // what was synced stays, and a part of the rest
    kDiskFull,        // from here on until the next start
    kDiskError,       // once; of a sync: what it was to make durable never is
    kLinkEnds,        // to the broker
    kAnswerLost,      // of the broker to the daemon or the other way; the link ends
    kBrokerRestarts,  // and keeps everything
    kBrokerForgets,   // and keeps nothing
    kBrokerAway,      // for some hours (sim_broker.hpp)
    kBrokerAges,      // it restarts on what it retained some time ago
    kBrokerDrops,     // what waits for the daemon, because the queue is full
    kReadingsAway,    // the connection of the readings, for some hours
    kJournalRots,     // the process dies, and a bit of the journal is another
    kJournalGone,     // the process dies, and the journal's files are gone
    kPlaceShifts,     // the process dies, and the stored place in the journal is another
    kAuditCut,        // the process dies, and the end of the audit log is cut off
    kClockBack,       // the daemon's clock is set back, for a while (mortal_link.hpp)
};
inline constexpr std::size_t kFaultKindCount = 17;
[[nodiscard]] std::string_view to_text(FaultKind kind);  // "power"
[[nodiscard]] std::optional<FaultKind> parse_fault_kind(std::string_view text);
// The process dies of it, at once.
[[nodiscard]] bool is_death(FaultKind fault);
// Whether such a fault can strike at such a step.
[[nodiscard]] bool can_strike(FaultKind fault, StepKind step);

// Steps from `from` to `to`, both of them.
struct StepRange {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
};

struct PlannedFault {
    std::uint64_t step = 0;  // from 1
    FaultKind kind = FaultKind::kProcessDies;

    friend auto operator<=>(const PlannedFault&, const PlannedFault&) = default;
};
[[nodiscard]] std::string to_text(const std::vector<PlannedFault>& faults);  // "power@17 ends@301"
[[nodiscard]] std::optional<std::vector<PlannedFault>> parse_faults(std::string_view text);

class Steps {
 public:
    explicit Steps(std::vector<PlannedFault> faults);

    // One more step; the fault that strikes at it. Before this returns a death, on_death is called;
    // a clock that is set back strikes nothing here, on_clock_back is called.
    std::optional<FaultKind> take(StepKind kind);
    void on_death(std::function<void(FaultKind)> tell) { tell_death_ = std::move(tell); }
    void on_clock_back(std::function<void()> tell) { tell_clock_back_ = std::move(tell); }
    // The process dies between two steps: it ends because it is told that its disk is broken.
    void die();

    [[nodiscard]] bool is_dead() const { return is_dead_; }
    void revive() { is_dead_ = false; }
    // No fault strikes any more.
    void end_faults() { faults_.clear(); }
    // What is done from here on is somebody else's: no step of the run.
    void look_away(bool looks_away) { looks_away_ = looks_away; }

    // Those in which a command of a person was carried out.
    void note_command(std::uint64_t from) { commands_.push_back({from + 1, count()}); }
    [[nodiscard]] const std::vector<StepRange>& commands() const { return commands_; }

    [[nodiscard]] std::uint64_t count() const { return kinds_.size(); }
    [[nodiscard]] const std::vector<StepKind>& kinds() const { return kinds_; }
    // Those that have struck so far.
    [[nodiscard]] const std::vector<PlannedFault>& struck() const { return struck_; }

 private:
    std::vector<PlannedFault> faults_;  // not yet struck, by step
    std::vector<PlannedFault> struck_;
    std::vector<StepKind> kinds_;
    std::vector<StepRange> commands_;
    std::function<void(FaultKind)> tell_death_;
    std::function<void()> tell_clock_back_;
    bool is_dead_ = false;
    bool looks_away_ = false;
};

}  // namespace qk::sim
