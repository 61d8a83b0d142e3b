// A trigger standard (预警分级标准): which forecast calls for which colour, as data that cites its
// source.
//
// A clause is a list of legs "AQI above X for N hours"; it holds when, inside one run of its first
// leg, every other leg holds. Several clauses may give one colour: any of them suffices.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/air/daily.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::rules {

// What "N hours" means. No text settles it, so it is a visible parameter (handbook 1.2).
enum class HoursAs { kNaturalDay, kRolling, kHourlyRun };

[[nodiscard]] std::string_view to_text(HoursAs hours_as);  // "natural-day", "rolling", "hourly-run"
[[nodiscard]] std::optional<HoursAs> parse_hours_as(std::string_view text);

// How sure the project is of a fact, after the handbook's marks.
enum class Certainty { kPrimary, kSecondary, kRemembered, kSample };

[[nodiscard]] std::string_view to_text(Certainty certainty);  // "primary", "secondary", ...
[[nodiscard]] std::string_view to_chinese(Certainty certainty);
[[nodiscard]] std::optional<Certainty> parse_certainty(std::string_view text);

struct Leg {
    int aqi_above = 0;
    std::chrono::hours hours{24};

    friend bool operator==(const Leg&, const Leg&) = default;
};

struct Clause {
    std::string id;  // stable, for example "orange-2"
    Colour colour = Colour::kYellow;
    std::vector<Leg> legs;  // at least one
    std::string text;       // the clause in words, Chinese, shown to people
};

struct TriggerStandard {
    std::string id;
    std::string name;
    std::string source;  // document number, article
    Certainty certainty = Certainty::kSample;
    std::optional<CivilDay> effective_from;
    std::optional<CivilDay> effective_to;  // first day no longer in force
    std::optional<HoursAs> hours_as;       // empty: natural-day for daily, rolling for hourly input
    std::chrono::hours lifting_outlook{36};  // clear air must be forecast for longer than this
    bool ozone_counts = false;  // only PM2.5-led episodes carry mandatory measures (2024)
    std::vector<Clause> clauses;
    std::vector<EpisodeCause> excluded_causes;  // as its text names them; see excluded_cause()
    std::string note;                           // what the reader should know before using it
};

// A cause that a standard may exclude, as parse_cause() reads it; empty for fine particles, also
// carried from other regions of the country, which no standard excludes, and for words that name no
// cause.
[[nodiscard]] std::optional<EpisodeCause> parse_excludable_cause(std::string_view text);

// Whether a leg of `hours` can be counted that way: whole days for kNaturalDay and kRolling.
[[nodiscard]] bool is_countable(const Leg& leg, HoursAs hours_as);

// Everything that is wrong with the meaning of a standard, whatever file it came from: no clause,
// no leg, a limit outside 0 to 499, hours that cannot be counted, a stricter colour that is met
// more easily than a milder one, dates the wrong way round, ids that repeat, no source. Each fault
// names the clause and leg by index, or neither for the standard as a whole.
struct StandardFault {
    std::optional<std::size_t> clause;
    std::optional<std::size_t> leg;
    std::string what;
    std::string cure;
    Severity severity = Severity::kError;
};
[[nodiscard]] std::vector<StandardFault> check(const TriggerStandard& standard);

// True when every series that meets `harder` also meets `easier`, as far as the legs alone show it.
[[nodiscard]] bool is_implied(const Clause& easier, const Clause& harder);
// True when `child` warns at least as strictly as `parent` on every series: each clause of the
// parent implies a clause of the child of the same or a higher colour.
[[nodiscard]] bool is_at_least_as_strict(const TriggerStandard& child,
                                         const TriggerStandard& parent);

}  // namespace qk::rules
