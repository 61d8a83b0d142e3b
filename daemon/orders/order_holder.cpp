#include "daemon/orders/order_holder.hpp"

namespace qk::daemon {

std::string order_holder_of(const std::string& enterprise, bool is_exercise) {
    return is_exercise ? std::string(kExercisePart) + enterprise : enterprise;
}

bool is_in_exercise(std::string_view holder) { return holder.starts_with(kExercisePart); }

std::string enterprise_of(std::string_view holder) {
    if (is_in_exercise(holder)) holder.remove_prefix(kExercisePart.size());
    return std::string(holder);
}

}  // namespace qk::daemon
