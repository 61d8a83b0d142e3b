// All that a decision about a warning saw, as one value that is stored with it: the standard as it
// stood then, the AQI series of every forecast with the observed air before it, corrections made in
// consultation, the rules, floors, prompts and the warning that ran.
//
// situation_of() evaluates it; the same inputs give the same answer years later, which is what
// `warning explain` shows. Pure: nothing is read from anywhere.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plans/packs/region_pack.hpp"
#include "rules/air/series.hpp"
#include "rules/base/result.hpp"
#include "rules/warning/proposal.hpp"
#include "rules/warning/standard.hpp"
#include "rules/warning/trigger.hpp"

namespace qk::daemon {

// One reading of the air to come: observations up to the forecast's issue, the forecast from then
// on.
struct SeriesInput {
    std::string source;    // "国家总站", "…/上限", "…/成员3"
    std::string forecast;  // id of the stored revision
    rules::Instant issued_at{};
    int earlier = 0;  // how many later revisions of the same source there are
    rules::HoursAs hours_as = rules::HoursAs::kRolling;
    rules::DailyAqiSeries daily;                // kNaturalDay
    std::vector<rules::EpisodeCause> excluded;  // of the same days; kNotStated: the day counts
    rules::HourlyAqiSeries hourly;              // kRolling: A(t); kHourlyRun: hourly AQI
};

// A value corrected in a consultation (会商订正), with its reason. In an hourly reading every hour
// of the day is set.
struct Correction {
    std::string source;  // empty: every reading
    rules::CivilDay day{};
    int aqi = 0;
    std::string why;

    friend bool operator==(const Correction&, const Correction&) = default;
};

struct DecisionInputs {
    rules::Instant now{};
    rules::Zone zone;
    rules::TriggerStandard standard;
    rules::ProposalRules rules;
    std::vector<SeriesInput> series;
    std::vector<Correction> corrections;
    std::optional<rules::ObservedAir> observed;
    std::optional<rules::RunningWarning> running;
    std::vector<rules::Floor> floors;
    std::vector<rules::RegionalPrompt> prompts;
    std::vector<std::string> unreadable;  // stored forecasts that no longer read
};

// Timing, merging and lifting as the region's pack says.
[[nodiscard]] rules::ProposalRules proposal_rules_of(const plans::RegionPack& pack);

[[nodiscard]] rules::Situation situation_of(const DecisionInputs& inputs);

[[nodiscard]] boost::json::value to_json(const DecisionInputs& inputs);
[[nodiscard]] rules::Result<DecisionInputs> decision_inputs_from_json(
    const boost::json::value& value, const std::string& name);

// The standard as data, whole, so that a later edition of its file changes nothing.
[[nodiscard]] boost::json::value to_json(const rules::TriggerStandard& standard);
[[nodiscard]] rules::Result<rules::TriggerStandard> standard_from_json(
    const boost::json::value& value, const std::string& name);

// What was found, for people and for comparing a recomputation with what was decided then.
[[nodiscard]] boost::json::value to_json(const rules::Assessment& assessment,
                                         const rules::TriggerStandard& standard, rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const rules::ClearanceAnswer& answer, rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const rules::Proposal& proposal, rules::Zone zone);
// What compare() needs of a stored proposal.
[[nodiscard]] rules::Result<rules::Proposal> proposal_from_json(const boost::json::value& value,
                                                                const std::string& name,
                                                                rules::Zone zone);

}  // namespace qk::daemon
