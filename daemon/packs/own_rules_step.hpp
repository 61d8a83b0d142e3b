// What the steps of the bureau's own rules have in common: a person confirms or takes back, with
// an event and an entry in the audit log.
#pragma once

#include <cstdint>
#include <string>

#include "daemon/packs/catalogue_rows.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;

// Of the address; 0 where it is not a number.
[[nodiscard]] std::int64_t rules_number_in(const Call& call);
// Notes it: event and audit entry of that kind.
void note_rules_step(Session& db, const Call& call, std::string kind, const RuleStep& step,
                     const std::string& name);
[[nodiscard]] ApiResponse answer_rules_step(const RuleStep& step, const std::string& name);

}  // namespace qk::daemon
