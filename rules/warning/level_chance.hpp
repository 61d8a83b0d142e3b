// How likely each warning level is, day by day ahead: the share of the forecasts under which the
// day lies in a window of at least that colour.
//
// Sources weigh the same, and so do the members (and ends of a range) of one source, so that fifty
// members do not outvote a second opinion. A forecast counts for the days that it covers whole. It
// is shown to a consultation; the decision stays with the clauses.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "rules/warning/lift.hpp"

namespace qk::rules {

struct LevelChance {
    CivilDay day{};
    int lead_days = 0;  // 0: today
    int sources = 0;
    int readings = 0;                             // members and ends of all sources
    std::array<double, kColourCount> at_least{};  // by Colour, 0 to 1
};

// "国家总站" of "国家总站/成员3" and "国家总站（168小时）".
[[nodiscard]] std::string_view source_of_reading(std::string_view reading);

// From today on to the last day that a fresh forecast covers; empty where there is none.
[[nodiscard]] std::vector<LevelChance> level_chances(const std::vector<Outlook>& outlooks,
                                                     Instant now, Zone zone,
                                                     const LiftRules& rules);

}  // namespace qk::rules
