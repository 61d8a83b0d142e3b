// What a response plan is derived from, kept with it in the same transaction: stored_plans.hpp
// derives it again from there.
#pragma once

#include <vector>

#include "daemon/warnings/desk.hpp"
#include "plans/decision/plan_inputs.hpp"

namespace qk::daemon {

// Of the plan of that generation, which was stored before. `weighed`: the controls in the question.
void keep_plan_inputs(Session& db, const DeskView& view, const StoredWarning& warning,
                      const plans::PlanDraft& draft, std::vector<plans::ControlWeighed> weighed);

}  // namespace qk::daemon
