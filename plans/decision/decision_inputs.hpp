// All that a decision about a warning saw, as one value that is stored with it: the standard as it
// stood then, the AQI series of every forecast with the observed air before it, corrections made in
// consultation, causes that people stated, the rules, floors, prompts and the warning that ran.
//
// situation_of() (situation.hpp) evaluates it; the same inputs give the same answer years later,
// which is what `warning explain` shows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/air/series.hpp"
#include "rules/warning/proposal.hpp"
#include "rules/warning/standard.hpp"
#include "rules/warning/trigger.hpp"

namespace qk::plans {

// One reading of the air to come: observations up to the forecast's issue, the forecast from then
// on.
struct SeriesInput {
    std::string source;    // "国家总站", "…/上限", "…/成员3"
    std::string forecast;  // id of the stored revision
    rules::Instant issued_at{};
    int earlier = 0;         // how many later revisions of the same source there are
    bool as_issued = false;  // beside the air as it was known at its issue, to confirm
    rules::HoursAs hours_as = rules::HoursAs::kRolling;
    rules::DailyAqiSeries daily;                // kNaturalDay
    std::vector<rules::EpisodeCause> excluded;  // of the same days; kNotStated: the day counts
    rules::HourlyAqiSeries hourly;              // kRolling: A(t); kHourlyRun: hourly AQI
    // Of the same hours or days by PM2.5 alone, which binds; empty: all of it does.
    std::vector<std::int16_t> binding;
    // kRolling: index of each hour's own concentrations, of all and of PM2.5; empty: not known.
    std::vector<std::int16_t> own;
    std::vector<std::int16_t> own_binding;
    // kNaturalDay: the highest index that an hour which is left of today has by PM2.5 alone; empty:
    // not all of them are known.
    std::optional<std::int16_t> rest_of_today{};
    std::vector<rules::EpisodeCause> leading;  // of hours to come in which something else is worse
};

// A value corrected in a consultation (会商订正), with its reason. In an hourly reading every hour
// of the day is set.
struct Correction {
    std::string source;  // empty: every reading
    rules::CivilDay day{};
    int aqi = 0;
    std::string why;
    // Of the newest revision that it was made on; of a newer one nothing is corrected. 0: of any.
    std::int64_t revision = 0;

    friend bool operator==(const Correction&, const Correction&) = default;
};

// What people found to be the cause of days (成因认定), with their reason. It goes before the cause
// that a forecast states and before the pollutant that leads; of several about a day the last
// counts. A cause that is advised on takes the days out of what binds, as if their PM2.5 had not
// been measured; one that binds puts a day back that a forecast had left out.
struct StatedCause {
    std::int64_t number = 0;
    std::string source;  // empty: every reading
    rules::CivilDay from{};
    rules::CivilDay to{};  // last day, included
    rules::EpisodeCause cause = rules::EpisodeCause::kNotStated;
    std::string why;
    std::string person;

    friend bool operator==(const StatedCause&, const StatedCause&) = default;
};

struct DecisionInputs {
    rules::Instant now{};
    rules::Zone zone;
    rules::TriggerStandard standard;
    rules::ProposalRules rules;
    std::vector<SeriesInput> series;
    std::vector<Correction> corrections;
    std::vector<StatedCause> causes;  // oldest first
    std::optional<rules::ObservedAir> observed;
    std::optional<rules::RunningWarning> running;
    std::optional<rules::LastLowering> lowered;
    std::vector<rules::ColourFloor> floors;
    std::vector<rules::RegionalPrompt> prompts;
    std::vector<std::string> unreadable;  // stored forecasts that no longer read
};

}  // namespace qk::plans
