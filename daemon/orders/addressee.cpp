#include "daemon/orders/addressee.hpp"

namespace qk::daemon {

std::string addressee_of(const std::string& enterprise, bool is_exercise) {
    return is_exercise ? std::string(kExercisePart) + enterprise : enterprise;
}

bool is_in_exercise(std::string_view addressee) { return addressee.starts_with(kExercisePart); }

std::string enterprise_of(std::string_view addressee) {
    if (is_in_exercise(addressee)) addressee.remove_prefix(kExercisePart.size());
    return std::string(addressee);
}

}  // namespace qk::daemon
