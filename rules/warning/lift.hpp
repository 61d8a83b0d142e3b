// The 36-hour rule (handbook 1.2): a warning may be lifted when the air has come below the
// condition of the lowest colour AND is forecast to stay so for MORE than 36 hours; lowered to a
// colour when the same holds for every stricter one. The hours are the pack's; that lowering
// follows the rule too is a sample.
//
// Every fresh forecast must agree: one reading that still shows a window forbids. A forecast that
// does not reach far enough cannot tell, and unknown air is never clear air; one that begins only
// after that time (an outlook of 7 to 10 days) is not asked. All inputs are values
// that are stored with the decision, so each lift can be checked again years later.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/trigger.hpp"

namespace qk::rules {

inline constexpr std::size_t kColourCount = 4;

// A window and whether it carries mandatory measures.
struct OutlookWindow : WarningWindow {
    bool mandatory = true;               // false: nothing is left of it without excluded causes
    std::vector<EpisodeCause> excluded;  // causes of days in it that the standard excludes
};

// What one forecast (a source, a member, one end of a range) says, seen at one instant, observed
// air before it included.
struct Outlook {
    std::string source;  // name of the forecast, fit to be shown
    Instant issued_at{};
    int earlier = 0;        // how many later revisions of the same source there are
    Instant begins{};       // from when on it says something
    Instant known_until{};  // from now on without a gap until then
    // windows[c]: what the clauses of colour c and stricter ones alone call for; [lowest] is
    // everything. Above the lowest, days of excluded causes are left out.
    std::array<std::vector<OutlookWindow>, kColourCount> windows;
    // Lowest trigger value within the immediate outlook; empty: not all of it is known.
    std::optional<int> least_soon;
};

struct LiftRules {
    Colour lowest = Colour::kYellow;     // mildest colour of the standard
    std::chrono::hours outlook{36};      // clear for longer than this
    std::chrono::hours stale_after{36};  // a forecast issued longer ago says nothing
    // So that a forecast that changes its mind does not make people lower and raise again, a
    // lowering or lift is proposed only when so many forecasts in a row of each source agree, and
    // when the present level has been in force for so long. Never asked of a raise, nor of a lift
    // that a person proposes. Both are samples of this project.
    int confirmations = 1;
    std::chrono::hours settle{0};
};

enum class Clearance { kClear, kNotClear, kCannotTell };
[[nodiscard]] std::string_view to_text(Clearance clearance);  // "clear", "not_clear", "cannot_tell"

struct ClearanceAnswer {
    Clearance clearance = Clearance::kCannotTell;
    std::string reason;  // Chinese, with the instants
    std::vector<std::string> missing;
    std::optional<Instant> next_window;  // that forbids it
    std::vector<std::string> sources;    // forecasts asked
};

// Whether a lowering or lift has settled, beside being allowed.
enum class Settling { kSettled, kTooSoon, kUnconfirmed };
struct SettlingAnswer {
    Settling settling = Settling::kSettled;
    std::string reason;  // Chinese, where it has not
};

[[nodiscard]] bool is_fresh(const Outlook& outlook, Instant now, std::chrono::hours stale_after);

// Whether a warning may be lifted at `now`.
[[nodiscard]] ClearanceAnswer check_lift(const std::vector<Outlook>& outlooks, Instant now,
                                         const LiftRules& rules, Zone zone);
// Whether it may be lowered to `colour`: clear of every stricter one.
[[nodiscard]] ClearanceAnswer check_lower(const std::vector<Outlook>& outlooks, Instant now,
                                          Colour colour, const LiftRules& rules, Zone zone);

// Whether being clear of `colour` and stricter ones until then has settled; `since` is when the
// present level took effect, empty where it has not yet.
struct SettlingQuestion {
    Instant now{};
    Instant until{};  // windows that open later are another matter
    Colour colour = Colour::kYellow;
    std::optional<Instant> since;
};
[[nodiscard]] SettlingAnswer check_settled(const std::vector<Outlook>& outlooks,
                                           const SettlingQuestion& question, const LiftRules& rules,
                                           Zone zone);

}  // namespace qk::rules
