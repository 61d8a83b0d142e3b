// What a decision causes, written in its own transaction: response plan and orders, notices.
// Carrying them out (publishing, delivering) is the work of the dispatcher and the publisher, which
// retry.
#pragma once

#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "daemon/warnings/desk.hpp"
#include "plans/decision/plan_inputs.hpp"

namespace qk::daemon {

// Raises warning.plan_generation where a plan is written.
void write_effects(Session& db, const DeskView& view, StoredWarning& warning,
                   const std::vector<rules::Effect>& effects, const rules::Why& why);

// What the plan of a decision that leads to these segments rests on, now; empty: a lift. `weighed`,
// where it is given, gets the temporary controls as a plan keeps them.
[[nodiscard]] plans::PlanQuestion plan_question(
    Session& db, const DeskView& view, const rules::Warning& warning,
    const std::vector<rules::Segment>& segments,
    std::vector<plans::ControlWeighed>* weighed = nullptr);

// Whom the orders of such a decision would reach: enterprises that are told what they owe, and
// those that are told that they owe nothing any more.
struct OrdersAhead {
    std::size_t issued = 0;
    std::size_t ended = 0;
};
[[nodiscard]] OrdersAhead count_orders(Session& db, const DeskView& view,
                                       const rules::Warning& warning,
                                       const plans::PlanQuestion& question,
                                       const plans::PlanOutline& plan);
// "纳入响应企业…" of the plan in force; empty: none.
[[nodiscard]] std::string measures_in_force(Session& db, const StoredWarning& warning);

// The plan that a colour would mean from an instant on, beside the plan in force: duties, floors,
// and what differs. Writes nothing.
[[nodiscard]] boost::json::value preview_plan(Session& db, const DeskView& view,
                                              const StoredWarning& warning, rules::Colour colour,
                                              rules::Instant from);
[[nodiscard]] boost::json::array plans_of(Session& db, const std::string& warning,
                                          rules::Zone zone);

}  // namespace qk::daemon
