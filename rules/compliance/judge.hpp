// The judge (研判): one obligation over one window against what the instruments recorded.
//
// Principles, in this order. No breach from invalid data, from zero or from silence alone. Unknown
// is never compliant: where readings are missing the answer is "cannot tell", with what is missing.
// A breach needs clear readings that last; what is unclear or short is only suspected. What no
// instrument can show (self discipline, site checks, ledgers) is not judged at all, and the reason
// is given. Late data may change an answer; the caller keeps both.
//
// The window is the part of the obligation that has passed; readings after it are not looked at. Of
// it counts what lies after the order could be known (delivery.hpp), and the time granted for
// coming down runs from then too. An order that could not be known yet is "cannot tell", whatever
// the meters show. More evidence never hurts the innocent: taking readings away from a compliant
// case can only make it "cannot tell", and raising a load never turns a breach into compliance.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/compliance/delivery.hpp"
#include "rules/compliance/evidence.hpp"
#include "rules/compliance/parameters.hpp"
#include "rules/compliance/verdict.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::rules {

// Rises when the same evidence may lead to another verdict; stored with each verdict.
inline constexpr int kJudgeEdition = 6;
// Earlier editions did not look at what kind of vehicle passed a gate, and knew an emission stage
// by the ban's own spelling alone.
inline constexpr int kVehicleKindsSince = 3;
// Earlier editions accused by spreads and by time alone, without a bound on accusing the innocent.
inline constexpr int kAccusationsSince = 4;
// Earlier editions looked at each instrument by itself.
inline constexpr int kJointSince = 5;
// Earlier editions asked after a restart of lines that may run, where others stand for them.
inline constexpr int kChosenLinesSince = 6;

struct JudgeInput {
    const Obligation& obligation;
    const Evidence& evidence;
    Span window;  // from the obligation's start to its end or to now, whichever is earlier
    const JudgingParameters& parameters;
    Zone zone;
    // How the order reached the enterprise; empty where nobody keeps a record of it, and then it
    // counts as known from the window's begin.
    std::optional<Delivery> delivery = std::nullopt;
    int edition = kJudgeEdition;  // of the judge whose rules count
    // When hardly anybody in the region was heard: who was silent then need not have meant it.
    std::vector<Span> unheard{};
};

// Either a verdict, or why there is none.
struct Judgement {
    std::optional<Verdict> verdict;
    std::string not_judged;  // Chinese
};

[[nodiscard]] Judgement judge(const JudgeInput& input);
// Of an obligation after whose start no reading of anything has come, so that nobody knows how much
// of the window has passed: what an instrument could show cannot be told, and that is the reason
// named. The window may be empty. What no instrument shows is not judged, as by judge().
[[nodiscard]] Judgement judge_without_readings(const JudgeInput& input);

}  // namespace qk::rules
