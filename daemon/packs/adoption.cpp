#include "daemon/packs/adoption.hpp"

namespace qk::daemon {

AdoptionState state_of(const Adoption& adoption, rules::CivilDay today) {
    if (adoption.withdrawn_at) return AdoptionState::kWithdrawn;
    if (adoption.needs_second && !adoption.ready_at) return AdoptionState::kWaiting;
    const bool has_come = adoption.first_day && *adoption.first_day <= today;
    return adoption.begun_at || has_come ? AdoptionState::kBegun : AdoptionState::kToCome;
}

}  // namespace qk::daemon
