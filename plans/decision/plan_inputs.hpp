// What a response plan was derived from, as it is stored with the plan in the same transaction: the
// edition of the inventory by its name, pack and catalogue by the digests of their texts, and
// everything else as values.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plans/inventory/grade_cell.hpp"
#include "plans/response/grade_changes.hpp"
#include "rules/base/result.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

// A temporary control that was weighed: its terms as they were signed.
struct ControlWeighed {
    std::string id;
    std::optional<rules::CivilDay> announced;
    boost::json::value terms;

    friend bool operator==(const ControlWeighed&, const ControlWeighed&) = default;
};

struct PlanInputs {
    std::string edition;      // empty: there was none
    GradeNames grade_names;   // by which the edition was read
    std::string pack_sha256;  // of its texts; empty: it had none, and nothing can be derived again
    std::int64_t catalogue = 0;    // number of the bureau's own; 0: as shipped then
    std::string catalogue_sha256;  // of its texts
    bool has_season = false;       // whether the season of the edition was weighed
    std::vector<ControlWeighed> controls;
    std::vector<GradeChange> grade_changes;
    std::vector<rules::Segment> segments;  // empty: a lift
    rules::Instant now{};

    friend bool operator==(const PlanInputs&, const PlanInputs&) = default;
};

[[nodiscard]] boost::json::value to_json(const PlanInputs& inputs);
[[nodiscard]] rules::Result<PlanInputs> plan_inputs_from_json(const boost::json::value& value,
                                                              const std::string& name);

}  // namespace qk::plans
