// The fourth step of derive: the duties, reductions and remarks of one enterprise from what binds
// on its lines and on the whole of it.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "plans/response/resolve_line.hpp"

namespace qk::plans {

// The measures that a CompactObligation can name, by number; own ones are named by their row.
struct MeasureList {
    std::vector<const rules::Measure*> measures;
    std::vector<const CatalogueClause*> clauses;  // beside them; null: from no catalogue
    std::vector<const TreatmentReason*> reasons;  // likewise; null: from none
    std::unordered_map<const rules::Measure*, std::int32_t> places;
};
// Keeps pointers into all three.
[[nodiscard]] MeasureList list_measures(const DeriveInput& input, const LevelMeasures& level);

struct EnterpriseAnswer {
    // One a line or more in inventory order, then those of the enterprise as a whole.
    boost::container::small_vector<CompactObligation, 8> duties;
    ObligationRemarks remarks;
    DailyEmission reduction;  // rounded half to even once
};

struct AssembleInput {
    const CollectInput& of;
    const MeasureList& measures;
    const Candidates& candidates;       // as collect() answers
    std::span<const LineAnswer> lines;  // as resolve_lines() answers
};
[[nodiscard]] EnterpriseAnswer assemble(const AssembleInput& input);

}  // namespace qk::plans
