// The third step of derive: of all candidates, those that speak of one line, and which of them bind
// there.
//
// Of measures that limit production on a line in the same phase only the strictest binds; a measure
// that does not bind says which one is stricter. What is cut on the line is the largest share that
// any of them puts on it: measures do not add up.
//
// Only what is guaranteed counts. Where an enterprise may choose which of its lines stand, those
// count whose standing cuts least, pollutant by pollutant; and where a measure changes after so
// many hours of response, the phase counts in which the enterprise cuts least.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <vector>

#include "plans/response/collect.hpp"

namespace qk::plans {

// One candidate on one line, by its place in Candidates::all.
struct LineMeasure {
    static constexpr std::int32_t kNobody = -1;

    std::uint32_t candidate = 0;
    std::int32_t beaten_by = kNobody;  // the first that leaves nothing of it; it does not bind then
    std::int32_t beats = kNobody;      // the last of which it leaves nothing
};

struct LineAnswer {
    boost::container::small_vector<LineMeasure, 6> measures;  // in the order of the candidates
    LineShares shares{};
};

// One answer per line of the enterprise.
[[nodiscard]] std::vector<LineAnswer> resolve_lines(const Inventory& inventory,
                                                    const RowRange& lines,
                                                    const Candidates& candidates);
// What would be cut on each line if the enterprise had no own plan.
[[nodiscard]] std::vector<LineShares> shares_without_own_plan(const Inventory& inventory,
                                                              const RowRange& lines,
                                                              const Candidates& candidates);

// Whether the candidate is one obligation for all lines it binds on, instead of one per line. A cap
// of the whole enterprise cannot be told apart by trade, so of one trade it is put on each line; a
// share of the lines can.
[[nodiscard]] bool speaks_of_all(const Candidate& candidate);

}  // namespace qk::plans
