// What goes on over a change of level. An enterprise whose line already stands and that owes the same
// after a raise or a lowering goes on owing it: start, granted ramp and sentence stay those of the order
// it holds. Otherwise every change would grant a new ramp and ask a standing line to come down again.
//
// Only the obligation's own terms decide; colour and reasons may differ, and the reasons stay the new ones.
#pragma once

#include <vector>

#include "rules/duty/obligation.hpp"

namespace qk::plans {

// `now` as derived for the new level; `before` as the enterprise holds it, in force until then.
void go_on_where_unchanged(std::vector<rules::Obligation>& now,
                           const std::vector<rules::Obligation>& before);

}  // namespace qk::plans
