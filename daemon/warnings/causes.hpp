// Causes of days that people state (成因认定), outside of a consultation or in one: what may be
// stated, and what is stored, audited and told with it.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "daemon/store/session.hpp"
#include "daemon/warnings/cause_rows.hpp"
#include "daemon/warnings/desk.hpp"

namespace qk::daemon {

// Statements that hold at one time: each is looked at in every assessment.
inline constexpr std::size_t kCausesMax = 200;
// Days ahead that a statement may begin: no forecast reaches further.
inline constexpr std::chrono::days kCauseAheadMax{16};

// Why these may not be stated now; empty: they may.
[[nodiscard]] std::optional<rules::Refused> may_not_state(
    Session& db, const DeskView& view, const std::vector<plans::StatedCause>& causes);
// Stores it with its audit entry and event; gives its number. `warning`: in whose consultation.
std::int64_t state_cause(Session& db, const DeskView& view, const DeskPerson& person,
                         plans::StatedCause stated, const std::string& warning);
// False: there is no such statement, or it is withdrawn already.
bool take_back_cause(Session& db, const DeskView& view, const DeskPerson& person,
                     const CauseWithdrawal& withdrawal);
// With the pack's advice where the cause carries no more than advice.
[[nodiscard]] boost::json::object cause_view(const CauseRow& row, const plans::RegionPack& pack);

}  // namespace qk::daemon
