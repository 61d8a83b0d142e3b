// What should be proposed now: start, raise, lower, extend, merge, suspend, resume, lift or
// nothing, or that the data cannot tell, each with its reasons and values. Proposals only: people
// decide.
//
//   needed   the strictest colour that any fresh forecast shows near enough, and no less than
//   floors
//            from above and regional prompts ask for; readings that agree are counted, never
//            averaged
//   start    the window opens within `propose_within` (earlier it is only an outlook), or the air
//   is
//            already heavy and the next 12 hours bring no relief (immediate start)
//   raise    needed > in force, opening within the merge gap
//   lower    as far as the 36-hour rule allows and as has settled (lift.hpp); lift likewise
//   extend   the window now ends later than expected
//   merge    a second window is near
//   suspend  as a lift, where what is left is advice
//   resume   particles again
//
// What binds (PM2.5) is weighed first; only where nothing does, advice is. What was lowered or
// lifted is not raised or started again without a newer forecast or worse, heavy air; a level that
// is decided and not yet in force is put to the officer again as soon as the newest forecast does
// not support it, where no other forecast comes before it takes effect. Nobody is asked to go on
// longer in a colour that the forecasts no longer show.
//
// So that changing forecasts do not flood the desk, compare() says whether an assessment is new
// beside the pending proposal and those turned down before. What no text settles (`propose_within`,
// `tolerance`, `repeat_after`, `observation_fresh`) is the pack's, with sample values.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/warning/life.hpp"
#include "rules/warning/lift.hpp"
#include "rules/warning/region_windows.hpp"

namespace qk::rules {

struct ProposalRules {
    LiftRules lift;
    std::chrono::hours lead_time{24};
    bool same_day_start = true;
    std::chrono::hours merge_gap{36};
    std::chrono::hours immediate_outlook{12};
    int immediate_aqi_above = 200;
    std::chrono::hours propose_within{48};
    std::chrono::hours tolerance{12};         // windows that differ by less are the same window
    std::chrono::hours repeat_after{24};      // what was turned down is not proposed again before
    std::chrono::hours observation_fresh{3};  // older observed air starts nothing at once
};

// The warning that runs, as far as proposals depend on it.
struct RunningWarning {
    std::string id;
    Colour colour = Colour::kYellow;  // decided last
    bool mandatory = true;
    Instant from{};                // of the first stretch
    std::optional<Instant> since;  // when the present level took effect; empty: it has not yet
    std::optional<Instant> expected_to;
    std::optional<Instant> takes_effect{};  // when the present level will, where it has not yet
    std::optional<Colour> in_force{};       // and the level that holds until then
    bool came_down = false;                 // the level before the present one was stricter
};

struct ObservedAir {
    int aqi = 0;  // trigger value of the 24 hours that end then
    Instant until{};
};

// The last lowering, suspension or lift, and what it saw.
struct LastLowering {
    Instant at{};
    std::int64_t revision = 0;  // of the newest forecast that had arrived
    std::optional<int> aqi;     // observed trigger value
};

// 区域预警提示 from a higher tier: asks, does not bind.
struct RegionalPrompt {
    std::string number;  // document number
    std::string zone;
    Colour colour = Colour::kYellow;
    Instant from{};
    std::optional<Instant> to;
    Instant deadline{};  // by when to have followed
    // Who has proved that it is theirs, as people are told; empty: entered by hand.
    std::string source{};
};

// What people stated about the cause of a stretch; what it does is in the outlooks already.
struct CauseStatement {
    Span span;
    std::string source;  // of the forecasts it is about; empty: all
    std::string text;    // Chinese sentence: who, which days, which cause, why
};

struct Situation {
    Instant now{};
    Zone zone;
    std::vector<Outlook> outlooks;
    std::optional<ObservedAir> observed;
    std::optional<RunningWarning> running;
    std::optional<LastLowering> lowered;
    std::vector<ColourFloor> floors;
    std::vector<RegionalPrompt> prompts;
    ProposalRules rules;
    std::vector<std::string> unreadable;  // forecasts that are there and cannot be read
    std::vector<CauseStatement> causes;
};

struct ProposalReason {
    // "window", "observed", "floor", "prompt", "clear", "lead", "cause", "end", "unsupported",
    // "ahead"
    std::string kind;
    std::string text;  // Chinese sentence with its values
    std::string source;
    std::vector<std::int16_t> values;

    friend bool operator==(const ProposalReason&, const ProposalReason&) = default;
};

struct Proposal {
    ChangeKind kind = ChangeKind::kStart;
    Colour colour = Colour::kYellow;
    bool mandatory = true;
    std::vector<EpisodeCause> causes;  // of advice: what it is about
    Instant from{};
    std::optional<Instant> expected_to;
    Span window;                        // what it is about, not clipped at now
    std::optional<std::size_t> clause;  // index into the standard; empty where no clause decided
    Likelihood likelihood = Likelihood::kAll;
    std::array<int, kColourCount> agree{};  // fresh forecasts that show at least this colour
    int of = 0;
    bool immediate = false;
    bool short_lead = false;
    std::vector<ProposalReason> reasons;
    std::vector<std::string> sources;
};

enum class AssessmentKind { kPropose, kNothing, kCannotTell };
[[nodiscard]] std::string_view to_text(
    AssessmentKind finding);  // "propose", "nothing", "cannot_tell"

struct Assessment {
    AssessmentKind finding = AssessmentKind::kNothing;
    std::optional<Proposal> proposal;
    std::string reason;                // why nothing, or why it cannot be told
    std::vector<std::string> missing;  // what the data lacks, also beside a proposal
};

[[nodiscard]] Assessment assess(const Situation& situation);

struct RejectedProposal {
    Proposal proposal;
    Instant at{};
};

enum class Novelty {
    kMake,       // propose it
    kSupersede,  // withdraw the pending one, propose this
    kKeep,       // nothing to do: as pending, as turned down before, or nothing to propose
    kWithdraw,   // what is pending is no longer called for
};
[[nodiscard]] std::string_view to_text(Novelty novelty);

[[nodiscard]] bool is_same(const Proposal& a, const Proposal& b, std::chrono::hours tolerance);
// `pending` is the system's own pending proposal; one that a person made is not the system's to
// touch.
[[nodiscard]] Novelty compare(const Assessment& assessment, const std::optional<Proposal>& pending,
                              const std::vector<RejectedProposal>& rejected, Instant now,
                              const ProposalRules& rules);

}  // namespace qk::rules
