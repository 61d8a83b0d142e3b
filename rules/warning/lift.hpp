// The 36-hour rule (handbook 1.2): a warning may be lifted when the air has come below the
// condition of the lowest colour AND is forecast to stay so for MORE than 36 hours; lowered to a
// colour when the same holds for every stricter one. The hours are the pack's; that lowering
// follows the rule too is a sample. Only what binds is asked: dust or ozone hold no warning up.
//
// Every fresh forecast must agree: one reading that still shows a window forbids. A forecast that
// does not reach far enough cannot tell, and unknown air is never clear air; one that begins only
// after that time (an outlook of 7 to 10 days) is not asked. Where the hours are known, a lift also
// asks for no polluted hour ahead, nor in the settling time before (contract §2a).
//
// Beside being allowed a lowering or lift must have settled, so that nobody is made to lower and
// raise again: the air and the newest forecast stay below by a margin, and so did each of the last
// forecasts as it was issued, with the air that was known then; observations that came since would
// let them all turn together. All inputs are values that are stored with the decision, so each lift
// can be checked again years later.
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
    std::int64_t revision = 0;  // of the stored revision: rises with each that arrives
    int earlier = 0;            // how many later revisions of the same source there are
    bool as_issued = false;     // with the air as it was known at its issue; only confirms
    Instant begins{};           // from when on it says something
    Instant known_until{};      // from now on without a gap until then
    // windows[c]: what the clauses of colour c and stricter ones alone call for; [lowest] is
    // everything. Above the lowest, days of excluded causes are left out.
    std::array<std::vector<OutlookWindow>, kColourCount> windows;
    // The same of clauses whose limits are lower by the margin, of what binds, and with those that
    // were over for less than the settling time.
    std::array<std::vector<OutlookWindow>, kColourCount> near_windows;
    // End of the last observed hour that by itself was above the lowest limit of colour c and
    // stricter ones, less the margin; empty: there is none, or the reading has no hours.
    std::array<std::optional<Instant>, kColourCount> last_above{};
    // Polluted hours of what binds, from the settling time before now on, joined; empty: the
    // reading has no hours.
    std::optional<std::vector<Span>> polluted;
    // By civil days: midnight, where the hours that are left of today are clean. A day counts to
    // its end, though its pollution is over; what ends by then begins nothing (proposal.hpp).
    std::optional<Instant> clean_until;
    // Lowest trigger value within the immediate outlook; empty: not all of it is known.
    std::optional<int> least_soon;
};

struct LiftRules {
    Colour lowest = Colour::kYellow;     // mildest colour of the standard
    std::chrono::hours outlook{36};      // clear for longer than this
    std::chrono::hours stale_after{36};  // a forecast issued longer ago says nothing
    // A lowering or lift is proposed only when so many forecasts in a row of each source agree as
    // they were issued, when the present level has been in force and the air below for so long, and
    // when all stay below by so many points of AQI. Never asked of a raise; of a lift that a person
    // proposes only the air's settling time. All are samples of this project.
    int confirmations = 1;
    std::chrono::hours settle{0};
    int margin_aqi = 0;
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
enum class Settling { kSettled, kTooSoon, kTooNear, kUnconfirmed };
struct SettlingAnswer {
    Settling settling = Settling::kSettled;
    std::string reason;  // Chinese, where it has not
    // When it will have for every source, as its newest forecast stands, where only time is in the
    // way.
    std::optional<Instant> settled_at{};
};

[[nodiscard]] bool is_fresh(const Outlook& outlook, Instant now, std::chrono::hours stale_after);

// Whether a warning may be lifted at `now`. One that has not begun is asked for its windows alone.
[[nodiscard]] ClearanceAnswer check_lift(const std::vector<Outlook>& outlooks, Instant now,
                                         const LiftRules& rules, Zone zone, bool has_begun = true);
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
