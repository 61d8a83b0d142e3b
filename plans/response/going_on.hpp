// What goes on of an order over a change of level: one obligation stays one, under one id, from its
// first hour to its last.
//
// A plan names what it owes by the segments that are still ahead, so the same hours would be
// "E1/L1/stop@orange" in one revision and "E1/L1/stop" in the next, and every change would grant a
// new ramp-down to a line that stands. Whether it is the same obligation rules/duty/continuity.hpp
// says.
#pragma once

#include <vector>

#include "rules/duty/obligation.hpp"

namespace qk::plans {

// What an enterprise owes by the order it has.
struct HeldOrder {
    std::vector<rules::Obligation> of_warning;  // of this very warning
    std::vector<rules::Obligation> of_others;   // of the season or of another warning
};

// `planned` as make_response_plan() names it, in order of the segments; `held` as the order in
// force says, empty for none. In the answer
// * an obligation that only goes on with an earlier one is part of it,
// * one that is held keeps id, start, granted ramp and sentence, and its end where that is counted
// from
//   the start,
// * a line that is down already is granted only what is left of its ramp: by what is held, or by
//   what stands beside it (the season's order, or another warning's),
// * no two have the same id.
// The reasons are the new ones.
[[nodiscard]] std::vector<rules::Obligation> go_on(std::vector<rules::Obligation> planned,
                                                   const HeldOrder& held, rules::Zone zone);

}  // namespace qk::plans
