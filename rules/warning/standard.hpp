// A trigger standard (预警分级标准): which forecast calls for which colour, as data that cites its source.
//
// A clause is a list of legs "AQI above X for N hours"; it holds when, inside one run of its first leg,
// every other leg holds. Several clauses may give one colour: any of them suffices.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::rules {

// What "N hours" means. No text settles it, so it is a visible parameter (handbook 1.2).
enum class HoursAs { kNaturalDay, kRolling, kHourlyRun };

[[nodiscard]] std::string_view to_text(HoursAs hours_as);  // "natural-day", "rolling", "hourly-run"
[[nodiscard]] std::optional<HoursAs> parse_hours_as(std::string_view text);

// How sure the project is of a fact, after the handbook's marks.
enum class Certainty { kPrimary, kSecondary, kRemembered, kSample };

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
    std::optional<CivilDay> effective_to;   // first day no longer in force
    std::optional<HoursAs> hours_as;        // empty: natural-day for daily, rolling for hourly input
    std::chrono::hours lifting_outlook{36};  // clear air must be forecast for longer than this
    bool ozone_counts = false;  // only PM2.5-led episodes carry mandatory measures (2024)
    std::vector<Clause> clauses;
};

}  // namespace qk::rules
