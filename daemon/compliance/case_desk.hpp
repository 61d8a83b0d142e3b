// The desk at which cases are carried on: a step of a person, or of the daemon itself, is held
// against plans/casework/case_steps and written with all that it brings (row, step, audit entry,
// event) in the caller's transaction. A step that is refused writes nothing.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/compliance/case_rows.hpp"
#include "plans/casework/consequences.hpp"
#include "plans/casework/site_check.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::string_view kCaseSystem = "system";

// What the region's pack says of cases.
struct CaseRules {
    bool four_eyes = true;
    rules::Zone zone;
    std::vector<plans::Consequence> consequences{};
};

struct CaseStepGiven {
    plans::CaseAsked asked;
    boost::json::object detail{};             // kept with the step
    std::vector<std::int64_t> files{};        // of the case
    std::optional<plans::SiteCheck> check{};  // of a check and of a recheck
    std::vector<std::string> inspectors{};    // who is sent
    std::optional<rules::Instant> due{};
};
struct CaseActor {
    std::string remote;
    rules::Instant now{};
};

// The case afterwards, or every reason why not.
[[nodiscard]] rules::Result<StoredCase> take_case_step(Session& db, const StoredCase& row,
                                                       const CaseStepGiven& given,
                                                       const CaseActor& actor,
                                                       const CaseRules& rules);
// False: the case stands where the daemon does nothing by itself.
bool take_by_system(Session& db, const StoredCase& row, plans::CaseAct act,
                    const boost::json::object& why, rules::Instant now);

// What people may consider now; empty before a conclusion.
[[nodiscard]] std::vector<plans::ProposedConsequence> proposals_for(Session& db,
                                                                    const StoredCase& row,
                                                                    const CaseRules& rules,
                                                                    rules::Instant now);

}  // namespace qk::daemon
