// An order document for tests: one obligation to limit load by `ratio`.
#pragma once

#include <string>

#include "plans/response/order.hpp"

namespace qk::daemon {

inline plans::OrderDocument order_document(const std::string& enterprise, double ratio,
                                           rules::Instant from) {
    plans::OrderDocument made;
    made.order = "w1/" + enterprise;
    made.region = enterprise == "e2" ? "110106" : "110105";
    made.enterprise = enterprise;
    made.warning = "w1";
    made.colour = rules::Colour::kOrange;
    made.effective_from = from;
    rules::Obligation obligation;
    obligation.id = enterprise + "/L1/limit_load";
    obligation.enterprise = enterprise;
    obligation.line = "L1";
    obligation.action = rules::Action::kLimitLoad;
    obligation.ratio = ratio;
    obligation.from = from;
    rules::LoadAtMost check;
    check.cut = ratio;
    obligation.check = check;
    made.obligations = {obligation};
    return made;
}

}  // namespace qk::daemon
