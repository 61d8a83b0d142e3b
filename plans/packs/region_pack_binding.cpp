// What a child pack may not loosen: one small check per key of kBindable.
#include <algorithm>
#include <cmath>
#include <map>

#include "plans/packs/region_pack.hpp"

namespace qk::plans {
namespace {

using Looser = std::vector<LooserThanParent>;
using std::chrono::hours;

void check_trigger(const RegionPack& child, const RegionPack& parent, Looser& out) {
    const rules::TriggerStandard& mine = child.trigger.standard;
    const rules::TriggerStandard& theirs = parent.trigger.standard;
    if (!rules::is_at_least_as_strict(mine, theirs)) {
        out.push_back({"trigger",
                       "the standard " + mine.id + " lets through what " + theirs.id + " of " +
                           parent.id + " would warn of",
                       "a standard that warns at least as early in every colour"});
    }
    if (theirs.hours_as && mine.hours_as != theirs.hours_as) {
        out.push_back({"trigger", "hours_as is not that of " + parent.id,
                       std::string(rules::to_text(*theirs.hours_as))});
    }
}

void check_causes(const RegionPack& child, const RegionPack& parent, Looser& out) {
    const auto& theirs = parent.trigger.standard.excluded_causes;
    for (const rules::EpisodeCause cause : child.trigger.standard.excluded_causes) {
        if (std::ranges::count(theirs, cause) > 0) continue;
        out.push_back(
            {"excluded_causes",
             "'" + std::string(rules::to_text(cause)) + "' is not an excuse in " + parent.id,
             "leave it out"});
    }
}

void at_least(std::string_view key, hours mine, hours theirs, const std::string& parent,
              Looser& out) {
    if (mine >= theirs) return;
    out.push_back({key, "is " + std::to_string(mine.count()) + " h, shorter than in " + parent,
                   "at least " + std::to_string(theirs.count()) + " h"});
}

void check_immediate(const RegionPack& child, const RegionPack& parent, Looser& out) {
    if (child.timing.immediate_outlook > parent.timing.immediate_outlook ||
        child.timing.immediate_aqi_above > parent.timing.immediate_aqi_above) {
        out.push_back({"immediate_start", "starts later than in " + parent.id,
                       "immediate_outlook_hours at most " +
                           std::to_string(parent.timing.immediate_outlook.count()) +
                           " and immediate_aqi_above at most " +
                           std::to_string(parent.timing.immediate_aqi_above)});
    }
}

void check_approval(const RegionPack& child, const RegionPack& parent, Looser& out) {
    if (parent.approval.four_eyes && !child.approval.four_eyes) {
        out.push_back(
            {"approval", "who proposes may sign", "four_eyes = true, as in " + parent.id});
    }
    for (const ApprovalRule& theirs : parent.approval.rules) {
        const auto mine = approval_for(child, theirs.decision, theirs.colour);
        const std::string about =
            theirs.decision + " of " + std::string(rules::to_text(theirs.colour));
        if (!mine) {
            out.push_back({"approval", "nobody may sign " + about, "a rule for it"});
            continue;
        }
        if (mine->persons < theirs.persons) {
            out.push_back({"approval",
                           about + " is signed by " + std::to_string(mine->persons) + " person(s)",
                           "at least " + std::to_string(theirs.persons) + ", as in " + parent.id});
        }
        if (theirs.consultation && !mine->consultation) {
            out.push_back({"approval", about + " goes without consultation",
                           "consultation = true, as in " + parent.id});
        }
    }
}

struct FloorOf {
    const char* name;
    std::optional<double> ReductionFloor::*share;
};
constexpr FloorOf kFloors[] = {{"so2", &ReductionFloor::so2},
                               {"nox", &ReductionFloor::nox},
                               {"pm", &ReductionFloor::pm},
                               {"vocs", &ReductionFloor::vocs}};

void check_floors(const RegionPack& child, const RegionPack& parent, Looser& out) {
    std::map<rules::Colour, ReductionFloor> mine;
    for (const ReductionFloor& floor : child.floors.floors) mine[floor.colour] = floor;
    for (const ReductionFloor& theirs : parent.floors.floors) {
        const ReductionFloor floor = mine[theirs.colour];
        for (const FloorOf& one : kFloors) {
            const std::optional<double> least = theirs.*one.share;
            if (!least || (floor.*one.share).value_or(0) >= *least) continue;
            out.push_back({"floors",
                           std::string(rules::to_text(theirs.colour)) + "." + one.name +
                               " is below the floor of " + parent.id,
                           "at least " + std::to_string(std::lround(*least * 100))});
        }
    }
    if (child.floors.so2_nox_substitution && !parent.floors.so2_nox_substitution) {
        out.push_back({"floors", "so2_nox_substitution is not allowed in " + parent.id, "false"});
    }
}

void check_exempt(const RegionPack& child, const RegionPack& parent, Looser& out) {
    for (const ExemptClass& mine : child.exempt_classes) {
        const auto theirs = std::ranges::find(parent.exempt_classes, mine.id, &ExemptClass::id);
        if (theirs == parent.exempt_classes.end()) {
            out.push_back({"exempt_classes",
                           "'" + mine.id + "' is not an exempt class of " + parent.id,
                           "leave it out"});
        } else if (mine.up_to > theirs->up_to) {
            out.push_back({"exempt_classes",
                           "'" + mine.id + "' is exempt beyond the ceiling of " + parent.id,
                           std::string(rules::to_text(theirs->up_to)) + " at most"});
        }
    }
}

}  // namespace

std::vector<LooserThanParent> looser_than_parent(const RegionPack& child,
                                                 const RegionPack& parent) {
    Looser out;
    const auto binds = [&](std::string_view key) {
        return std::ranges::count(parent.binding, key) > 0;
    };
    if (binds("trigger")) check_trigger(child, parent, out);
    if (binds("excluded_causes")) check_causes(child, parent, out);
    const TimingRules& mine = child.timing;
    const TimingRules& theirs = parent.timing;
    if (binds("lead_time")) at_least("lead_time", mine.lead_time, theirs.lead_time, parent.id, out);
    if (binds("lift_outlook")) {
        at_least("lift_outlook", mine.lift_outlook, theirs.lift_outlook, parent.id, out);
    }
    if (binds("merge_gap")) at_least("merge_gap", mine.merge_gap, theirs.merge_gap, parent.id, out);
    if (binds("immediate_start")) check_immediate(child, parent, out);
    if (binds("approval")) check_approval(child, parent, out);
    if (binds("floors")) check_floors(child, parent, out);
    if (binds("exempt_classes")) check_exempt(child, parent, out);
    return out;
}

}  // namespace qk::plans
