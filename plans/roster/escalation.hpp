// What of a ladder is due (升级): a pure function of the matter, its ladder, what was done, and
// now.
//
// A step is due when its time has come and the one before it was taken at least as long ago as the
// ladder has between the two. So a daemon that was down takes the missed steps one after the other
// and not all at once. Whoever takes a matter over (接手) or snoozes it (暂缓) only moves what is
// still to come, each for a bounded time; whoever escalates chooses a later step, which is due at
// once. No step is taken twice, and a ladder ends with its last step or with the answer.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plans/roster/ladder.hpp"
#include "plans/roster/roster.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

// As it stands now. Its revision is not in here: a matter of another revision is another matter.
struct MatterState {
    bool is_open = true;  // nobody has answered
    rules::Instant opened_at{};
    rules::Instant deadline{};
    std::vector<std::string> awaits;  // roles or positions whose answer is missing
    std::set<std::string> answered;   // people who have given theirs
    std::set<std::string> barred;     // people who may not give one (four eyes)
    std::string region;               // of people of a part of the region, whose code covers it

    friend bool operator==(const MatterState&, const MatterState&) = default;
};

struct TakenStep {
    std::size_t index = 0;
    rules::Instant at{};
    std::vector<std::string> asked;  // people
};
struct Acknowledgement {
    std::string person;
    rules::Instant at{};
};
struct Snooze {
    rules::Instant at{};
    rules::Instant until{};
};
struct ChosenStep {
    std::size_t index = 0;
    rules::Instant at{};
};
// In the order in which it came about.
struct MatterHistory {
    std::vector<TakenStep> steps;
    std::vector<Acknowledgement> acknowledged;
    std::vector<Snooze> snoozed;
    std::vector<ChosenStep> chosen;
};

// Two steps never come at the same time: people need a moment to answer the first.
inline constexpr std::chrono::minutes kStepsApart{5};

struct DueStep {
    std::optional<std::size_t> step;        // to be taken now
    std::optional<rules::Instant> look_at;  // when to look next, later than now; empty: never again

    friend bool operator==(const DueStep&, const DueStep&) = default;
};
[[nodiscard]] DueStep due_step(const MatterState& matter, const Ladder& ladder,
                               const MatterHistory& history, rules::Instant now);

// When the first step of a ladder comes due, after a matter arose that has no deadline of its own.
[[nodiscard]] std::chrono::minutes first_step_after(const Ladder& ladder);

// Whom a step tells.
struct AskedPerson {
    std::string person;
    std::string role;           // as the ladder names it
    std::string phone;          // empty: the roster says none
    bool is_on_roster = false;  // else somebody with that role, because nobody is on duty in it

    friend bool operator==(const AskedPerson&, const AskedPerson&) = default;
};
// Each person once, without those who have answered. Whoever may not answer is told in another role
// alone: the duty officer who proposed still sees to it that somebody signs. Where the roster has
// nobody on duty in a role, everybody who holds it is asked, so that an empty roster silences
// nothing; nobody stands in then.
[[nodiscard]] std::vector<AskedPerson> people_to_ask(const MatterState& matter,
                                                     const LadderStep& step, const Roster& roster,
                                                     const std::vector<DutyPerson>& people,
                                                     const MatterHistory& history,
                                                     bool is_answered_by_all, rules::Instant now);

// ---- What people may do; a refusal says why not, in both languages ----

// Taking over counts once for each person after each step.
[[nodiscard]] rules::Result<void> may_acknowledge(const MatterState& matter,
                                                  const MatterHistory& history,
                                                  const std::string& person);
// Until when: later than now, at most as long as the ladder allows, not past a deadline to come.
[[nodiscard]] rules::Result<void> may_snooze(const MatterState& matter, const Ladder& ladder,
                                             const MatterHistory& history, rules::Instant until,
                                             rules::Instant now, rules::Zone zone);
// A step that lies after all that were taken or chosen.
[[nodiscard]] rules::Result<void> may_choose(const MatterState& matter, const Ladder& ladder,
                                             const MatterHistory& history, std::size_t index);

}  // namespace qk::plans
