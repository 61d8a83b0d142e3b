// To whom an order is addressed: an enterprise, or its part in exercises (演练).
//
// An exercise has topics, numbers and answers of its own, and never takes the place of what an
// enterprise really owes. So the column `enterprise` of the tables of orders, receipts, refusals,
// telephone calls and sendings holds the holder: the enterprise's id, or "exercise:ID". No id of
// an enterprise holds a colon (plans/text/identifier.hpp).
#pragma once

#include <string>
#include <string_view>

namespace qk::daemon {

inline constexpr std::string_view kExercisePart = "exercise:";

[[nodiscard]] std::string order_holder_of(const std::string& enterprise, bool is_exercise);
[[nodiscard]] bool is_in_exercise(std::string_view holder);
[[nodiscard]] std::string enterprise_of(std::string_view holder);

}  // namespace qk::daemon
