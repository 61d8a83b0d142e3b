// Orders from above (上级指令) that a change refers to: a regional prompt or a floor on record. A
// change that rests on one need not wait for the 36-hour rule and may go below older floors; so the
// document must be on record, be in force when the change takes effect, and ask for just this.
//
// A text that names nothing on record binds nothing: the change then stands on its own reasons.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/warning/life.hpp"

namespace qk::rules {

struct OrderFromAbove {
    std::string id;             // number of the prompt, or id of the floor
    bool is_floor = false;      // else a prompt
    bool asks_lift = false;     // of a prompt: it ends what it names, and asks for no warning
    bool covers_region = true;  // this region is among those it was sent to
    Colour colour = Colour::kYellow;
    Instant from{};
    Instant to{};  // first instant at which it no longer holds
    std::string recorded_by;
    Instant recorded_at{};
};

// Of all that is on record under the number: one that covers the change binds it; else why the last
// of them does not. `effect` is when the change takes effect.
[[nodiscard]] OrderAnswer judge_order(const std::vector<OrderFromAbove>& on_record,
                                      const Change& change, Instant effect, Zone zone);

}  // namespace qk::rules
